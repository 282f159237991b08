import type { Invocation } from './invocation.ts';
import type { Producer } from './producer.ts';
import type { Mailbox } from './mailbox.ts';
import type { Recipient } from './actor-ref.ts';
import { AskTimeoutError } from './errors.ts';
import { Deadline } from './deadlines.ts';

/** Where the reply to one ask goes. It settles once; what comes later is dropped and counted there. */
export interface Answer {
  /** The reply, or the end of a stream. */
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** One item of a stream. @throws {NotSendableError} The item can't leave its thread. */
  item(value: unknown): void;
}

/** What became of a message, for the sender's account: sent = handled + rejected + dead letters + queued. */
export type Fate = 'handled' | 'rejected' | 'dead_letter';

/** Tells the sender's account what became of its messages. */
export interface Receipt {
  settled(envelope: Envelope, fate: Fate, why?: string): void;
}

/** The running invocations that a message descends from: slot, invocation, slot, invocation, and so on. */
export type Chain = readonly number[];

/** `stop` and `down` keep their place among the messages, and count as none. */
export type EnvelopeKind = 'tell' | 'ask' | 'stream' | 'stop' | 'down';

/** One message with all that the runtime knows of it, at its receiver. */
export class Envelope extends Deadline {
  readonly kind: EnvelopeKind;
  readonly to: Recipient;
  /** Index of the handler in the definition's shape. */
  readonly handler: number;
  args: readonly unknown[];
  readonly answer: Answer | undefined;
  readonly receipt: Receipt;
  /** Its number among the messages from one host to one slot, from 1; 0 within a thread. */
  readonly seq: number;
  readonly chain: Chain;
  /** Which incarnation the sender meant. */
  readonly incarnation: number;
  phase: 'queued' | 'running' | 'done' = 'queued';
  receivedAt = 0;
  startedAt = 0;
  timeoutMs = Infinity;
  /** Set while it waits. */
  mailbox: Mailbox | undefined = undefined;
  /** Set once it runs beyond its turn. */
  invocation: Invocation | undefined = undefined;
  /** Set while it streams. */
  producer: Producer | undefined = undefined;

  constructor(
    kind: EnvelopeKind, to: Recipient, handler: number, args: readonly unknown[], answer: Answer | undefined,
    receipt: Receipt, seq: number, chain: Chain, incarnation: number,
  ) {
    super();
    this.kind = kind;
    this.to = to;
    this.handler = handler;
    this.args = args;
    this.answer = answer;
    this.receipt = receipt;
    this.seq = seq;
    this.chain = chain;
    this.incarnation = incarnation;
  }

  /** Whether the runtime sent it, not a user. */
  get isSignal(): boolean {
    return this.kind === 'stop' || this.kind === 'down';
  }

  /**
   * Nobody waits for the reply any more: it leaves the mailbox, or what runs for it is told. True when it
   * never ran.
   */
  cancel(reason: unknown): boolean {
    if (this.phase === 'queued') {
      this.#leave('rejected');
      return true;
    }
    if (this.producer !== undefined) this.producer.cancel(reason);
    else this.invocation?.abort(reason);
    return false;
  }

  /** It will not be handled. An asker is told with `error`, anybody else by a dead letter. */
  discard(error: Error, why: string): void {
    if (this.phase !== 'queued') return;
    this.#leave(this.answer === undefined ? 'dead_letter' : 'rejected', why);
    this.answer?.reject(error);
  }

  override expire(): void {
    const waited = (this.phase === 'queued' ? this.at : this.startedAt) - this.receivedAt;
    const ran = this.phase === 'queued' ? 0 : this.at - this.startedAt;
    const where = this.phase === 'queued' ? 'mailbox' : 'handler';
    const spent = { where, waited, ran } as const;
    const action = `ask ${this.to.shape.nameOf(this.handler)} of`;
    const error = new AskTimeoutError(this.to.path, action, this.timeoutMs, spent);
    this.answer?.reject(error);
    this.cancel(error);
  }

  #leave(fate: Fate, why?: string): void {
    this.phase = 'done';
    this.mailbox?.forget();
    this.args = [];
    this.receipt.settled(this, fate, why);
  }
}
