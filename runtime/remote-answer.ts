import type { Answer } from '../core/envelope.ts';
import type { Encoded } from './values.ts';
import type { Kernel } from './kernel.ts';
import type { Link } from './wire/link.ts';
import { RECORD } from './wire/record.ts';

/** Takes the reply to an ask back to the host that it came from. */
export class RemoteAnswer implements Answer {
  readonly #kernel: Kernel;
  readonly #link: Link;
  readonly #askId: number;
  readonly #handlerName: string;
  readonly askStack: string | undefined;
  #isSettled = false;

  constructor(kernel: Kernel, link: Link, askId: number, handlerName: string, askStack: string | undefined) {
    this.#kernel = kernel;
    this.#link = link;
    this.#askId = askId;
    this.#handlerName = handlerName;
    this.askStack = askStack;
  }

  resolve(value: unknown): void {
    if (this.#isSettled) {
      this.#kernel.tally.lateReply();
      return;
    }
    const content = this.#encode(value, `result of '${this.#handlerName}'`);
    this.abandon();
    this.#link.send(RECORD.reply, [this.#askId], content);
  }

  reject(error: Error): void {
    if (this.#isSettled) return;
    this.abandon();
    this.#link.send(RECORD.failure, [this.#askId], this.#kernel.values.encodeError(error));
  }

  item(value: unknown): void {
    if (this.#isSettled) return;
    this.#link.send(RECORD.item, [this.#askId], this.#encode(value, `item of '${this.#handlerName}'`));
  }

  #encode(value: unknown, what: string): Encoded {
    return this.#kernel.values.encode(value, what, this.#kernel.sharesMemoryWith(this.#link.peer));
  }

  /** Nobody waits for it any more. */
  abandon(): void {
    this.#isSettled = true;
    this.#link.asked.delete(this.#askId);
  }
}
