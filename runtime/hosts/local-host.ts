import type { Host, HostEnd } from './host.ts';
import type { Order } from '../control.ts';
import { MAIN_HOST } from '../control.ts';

/** The main thread itself. */
export class LocalHost implements Host {
  readonly id = MAIN_HOST;
  readonly kind = 'local';
  readonly isReady = true;
  readonly ready = Promise.resolve();
  readonly ended = new Promise<HostEnd>(() => {});
  readonly #obey: (order: Order) => void;

  constructor(obey: (order: Order) => void) {
    this.#obey = obey;
  }

  order(order: Order): void { this.#obey(order); }
  stop(): void {}
  terminate(): void {}
  fail(): void {}
}
