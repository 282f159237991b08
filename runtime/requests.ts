import type { Current } from '../core/current.ts';
import type { Clock } from '../core/clock.ts';
import type { Invocation } from '../core/invocation.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Order, Request } from './control.ts';
import type { Wait } from '../core/within.ts';
import { within } from '../core/within.ts';

/** What the requests need of their kernel. */
interface RequestsPort {
  readonly clock: Clock;
  readonly current: Current;
  readonly keepAlive: KeepAlive;
  toAuthority(request: Request): void;
}

interface PendingRequest {
  readonly resolve: (order: Order) => void;
  readonly reject: (error: Error) => void;
  readonly caller: Invocation | undefined;
  /** Whether the program stays alive for it. */
  readonly holds: boolean;
}

/** What this host has asked the authority, and waits for. The program stays alive meanwhile, unless it was a daemon that has asked. */
export class Requests {
  readonly #port: RequestsPort;
  readonly #pending = new Map<number, PendingRequest>();
  #last = 0;

  constructor(port: RequestsPort) {
    this.#port = port;
  }

  /** Asks, and resolves with the answer. */
  ask<O extends Order>(make: (request: number) => Request): Promise<O> {
    const { current, keepAlive } = this.#port;
    const number = ++this.#last;
    const request = make(number);
    const caller = current.invocation;
    if (caller !== undefined) caller.waits++;
    return new Promise<Order>((resolve, reject) => {
      const holds = caller?.isDaemon !== true;
      this.#pending.set(number, { resolve, reject, caller, holds });
      if (holds) keepAlive.hold();
      this.#port.toAuthority(request);
    }) as Promise<O>;
  }

  /** {@link ask}, within its time. What is answered later concerns nobody. */
  async askWithin<O extends Order>(make: (request: number) => Request, wait: Wait, late: () => Error): Promise<O> {
    let number = 0;
    const answered = this.ask<O>((request) => make(number = request));
    try {
      return await within(answered, this.#port.clock, wait, late);
    } finally {
      this.#take(number);
    }
  }

  answered(request: number, answer: Order): void {
    this.#take(request)?.resolve(answer);
  }

  failed(request: number, error: Error): void {
    this.#take(request)?.reject(error);
  }

  #take(request: number): PendingRequest | undefined {
    const pending = this.#pending.get(request);
    if (!this.#pending.delete(request)) return undefined;
    if (pending?.caller !== undefined) pending.caller.waits--;
    if (pending?.holds === true) this.#port.keepAlive.release();
    return pending;
  }
}
