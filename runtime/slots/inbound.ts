import type { DeadLetterReason, Envelope, Fate, Receipt } from '../../core/envelope.ts';
import type { Kernel } from '../kernel.ts';
import type { Link } from '../wire/link.ts';
import { ProtocolError } from '../../core/errors.ts';
import { RECORD, fateFields } from '../wire/record.ts';

/** The messages that one other host sent to one slot here: which of them are settled, for its account. */
export class Inbound implements Receipt {
  readonly slotId: number;
  /** All up to this number are settled. */
  settledUpTo: number;
  readonly #kernel: Kernel;
  readonly #link: Link;
  /** Its place among the numbers that outlive this host, if it has one. */
  readonly #place: number | undefined;
  readonly #settledBeyond = new Set<number>();
  #lastSeq: number;

  /** @param firstSeq The first number that arrives here; earlier ones went to an earlier host. */
  constructor(kernel: Kernel, link: Link, slotId: number, firstSeq: number) {
    this.#kernel = kernel;
    this.#link = link;
    this.slotId = slotId;
    this.settledUpTo = this.#lastSeq = (firstSeq - 1) >>> 0;
    this.#place = kernel.ports.started?.open(link.peer, slotId, this.#lastSeq);
  }

  /** @throws {ProtocolError} A message is missing, or came twice. */
  arrived(seq: number): void {
    const expected = (this.#lastSeq + 1) >>> 0;
    if (seq !== expected) {
      const text = `Cannot take message ${seq} of host ${this.#link.peer} to slot ${this.slotId}`;
      throw new ProtocolError(`${text}: expected message ${expected}`);
    }
    this.#lastSeq = seq;
  }

  get peer(): number { return this.#link.peer; }

  started(envelope: Envelope): void {
    const { seq } = envelope;
    this.#kernel.observer?.began(envelope, this);
    if (this.#place !== undefined) this.#kernel.ports.started?.note(this.#place, seq);
  }

  /** Its sender's numbers begin anew. */
  close(): void {
    if (this.#place !== undefined) this.#kernel.ports.started?.close(this.#place);
  }

  settled(envelope: Envelope, fate: Fate, why?: DeadLetterReason, hasBegun?: boolean): void {
    if (envelope.deadline !== undefined) this.#kernel.deadlines.remove(envelope.deadline);
    this.settle(envelope.seq, fate, why, hasBegun);
  }

  settle(seq: number, fate: Fate, why: DeadLetterReason = 'stopped', hasBegun = false): void {
    const isInTurn = seq === (this.settledUpTo + 1) >>> 0;
    // One message that waits long must not hold up the news of those behind it.
    if (fate !== 'handled' || !isInTurn) this.#link.send(RECORD.fate, [this.slotId, seq, ...fateFields(fate, why, hasBegun)]);
    if (!isInTurn) {
      this.#settledBeyond.add(seq);
      return;
    }
    this.settledUpTo = seq;
    while (this.#settledBeyond.delete((this.settledUpTo + 1) >>> 0)) this.settledUpTo = (this.settledUpTo + 1) >>> 0;
    this.#link.unacknowledged.add(this);
    this.#link.wantFlush();
  }
}
