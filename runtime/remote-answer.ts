import type { Answer } from '../core/envelope.ts';
import type { Kernel } from './kernel.ts';
import type { Link } from './wire/link.ts';
import { RECORD } from './wire/record.ts';

/** Takes the reply to an ask back to the host that it came from. */
export class RemoteAnswer implements Answer {
  readonly #kernel: Kernel;
  readonly #link: Link;
  readonly #askId: number;
  readonly #handlerName: string;
  #isSettled = false;

  constructor(kernel: Kernel, link: Link, askId: number, handlerName: string) {
    this.#kernel = kernel;
    this.#link = link;
    this.#askId = askId;
    this.#handlerName = handlerName;
  }

  resolve(value: unknown): void {
    if (this.#isSettled) {
      this.#kernel.lateReply();
      return;
    }
    const { body, shapes } = this.#kernel.encode(value, `result of '${this.#handlerName}'`);
    this.abandon();
    this.#link.send(RECORD.reply, [this.#askId], body, shapes);
  }

  reject(error: Error): void {
    if (this.#isSettled) return;
    this.abandon();
    const { body, shapes } = this.#kernel.encodeError(error);
    this.#link.send(RECORD.failure, [this.#askId], body, shapes);
  }

  item(value: unknown): void {
    if (this.#isSettled) return;
    const { body, shapes } = this.#kernel.encode(value, `item of '${this.#handlerName}'`);
    this.#link.send(RECORD.item, [this.#askId], body, shapes);
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#isSettled = true;
    this.#link.asked.delete(this.#askId);
  }
}
