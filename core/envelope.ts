import type { Invocation } from './invocation.ts';
import type { Producer } from './producer.ts';
import type { Recipient } from './actor-ref.ts';
import type { Executed } from './errors.ts';
import { AskTimeoutError } from './errors.ts';
import { Deadline } from './deadlines.ts';

/** Where the reply to one ask goes. It settles once; what comes later is dropped and counted there. */
export interface Answer {
  /** The reply, or the end of a stream. */
  resolve(value: unknown): void;
  reject(error: Error): void;
  /** One item of a stream. @throws {NotSendableError} The item can't leave its thread. */
  item(value: unknown): void;
  /** Where the ask was made, in lines of a stack; if the system notes that. */
  readonly askStack?: string | undefined;
}

/** What became of a message, for the sender's account: sent = handled + rejected + dead letters + queued. */
export type Fate = 'handled' | 'rejected' | 'dead_letter';

/**
 * Why a message could not be delivered: the actor has ended; its host has; an argument can't be read there; the mailbox was full
 * and refused it, or dropped it. docs/errors.md says more.
 */
export type DeadLetterReason = 'stopped' | 'host_down' | 'undecodable' | 'mailbox_full' | 'dropped';

/** Tells the sender's account what became of its messages. */
export interface Receipt {
  /** A message is about to be handled: one of another host, or any in a simulation. */
  started(envelope: Envelope): void;
  /**
   * @param why The reason of a dead letter.
   * @param hasBegun Whether its handler had begun before, though it wasn't handled.
   */
  settled(envelope: Envelope, fate: Fate, why?: DeadLetterReason, hasBegun?: boolean): void;
}

/** Where messages wait: a mailbox or a stash. */
export interface Waiting {
  /** One of them was cancelled. */
  forget(envelope: Envelope): void;
}

/** The running invocations that a message descends from: slot, invocation, slot, invocation, and so on. */
export type Chain = readonly number[];
export const NO_CHAIN: Chain = [];

/** `stop`, `down` and `timer` keep their place among the messages, and count as none. */
export type EnvelopeKind = 'tell' | 'ask' | 'stream' | 'stop' | 'down' | 'timer';

/** `again`: it waits once more, after its handler had put it aside. */
export type Phase = 'queued' | 'running' | 'again' | 'done';

/**
 * How long the asker of one message waits, and where the time went. A message without an asker has none: most
 * messages are tells, and a backlog of them should be small.
 */
export class AskDeadline extends Deadline {
  readonly envelope: Envelope;
  readonly timeoutMs: number;
  readonly receivedAt: number;
  startedAt = 0;
  /** How long its handler ran before it was put aside. */
  ranBefore = 0;

  constructor(envelope: Envelope, timeoutMs: number, receivedAt: number) {
    super();
    this.envelope = envelope;
    this.timeoutMs = timeoutMs;
    this.receivedAt = receivedAt;
  }

  override expire(): void {
    const { to, handler, phase, answer } = this.envelope;
    const where = phase === 'queued' ? 'mailbox' : phase === 'again' ? 'stash' : 'handler';
    const ran = this.ranBefore + (where === 'handler' ? this.at - this.startedAt : 0);
    const waited = this.at - this.receivedAt - ran;
    const action = `ask ${to.shape.nameOf(handler)} of`;
    const error = new AskTimeoutError(to.path, action, this.timeoutMs, { where, waited, ran });
    answer?.reject(error);
    this.envelope.cancel(error);
  }
}

/** One message with all that the runtime knows of it, at its receiver. */
export class Envelope {
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
  phase: Phase = 'queued';
  deadline: AskDeadline | undefined = undefined;
  /** Set while it waits. */
  mailbox: Waiting | undefined = undefined;
  /** Set once it runs beyond its turn. */
  invocation: Invocation | undefined = undefined;
  /** Set while it streams. */
  producer: Producer | undefined = undefined;

  constructor(
    kind: EnvelopeKind, to: Recipient, handler: number, args: readonly unknown[], answer: Answer | undefined,
    receipt: Receipt, seq: number, chain: Chain, incarnation: number,
  ) {
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
    return this.kind !== 'tell' && this.kind !== 'ask' && this.kind !== 'stream';
  }

  /** What an error says of it that comes before its handler has an answer. */
  get executed(): Executed { return this.phase === 'queued' ? 'no' : 'maybe'; }

  get #isWaiting(): boolean { return this.phase === 'queued' || this.phase === 'again'; }

  /**
   * Nobody waits for the reply any more: it leaves the mailbox, or what runs for it is told. True when it
   * never ran.
   */
  cancel(reason: unknown): boolean {
    if (this.#isWaiting) {
      const { executed } = this;
      this.#leave('rejected');
      return executed === 'no';
    }
    if (this.producer !== undefined) this.producer.cancel(reason);
    else this.invocation?.abandon(reason);
    return false;
  }

  /** Its handler has come to an end, in whatever way. */
  settle(): void {
    this.phase = 'done';
    this.receipt.settled(this, 'handled');
  }

  /** It will not be handled. An asker is told with `error`, anybody else by a dead letter. */
  discard(error: Error, why: DeadLetterReason = 'stopped'): void {
    if (!this.#isWaiting) return;
    this.#leave(this.answer === undefined ? 'dead_letter' : 'rejected', why);
    this.answer?.reject(error);
  }

  #leave(fate: Fate, why?: DeadLetterReason): void {
    const hasBegun = this.phase === 'again';
    this.phase = 'done';
    this.mailbox?.forget(this);
    this.args = [];
    this.receipt.settled(this, fate, why, hasBegun);
  }
}
