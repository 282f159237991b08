import type { Books } from './books.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotRecord } from './slot-record.ts';

/** Slots without an actor: each waits for its next one, rests until that is asked for by hand, or is dead. */
export class VacantSlots {
  readonly #books: Books;

  constructor(books: Books) {
    this.#books = books;
  }

  /** A supervisor decides whether it starts again. */
  wait(record: SlotRecord, reason: ExitReason): void {
    record.state = { kind: 'waiting', reason };
    this.#books.watchers.tellHosts(record);
  }

  /** Its slot waits, and those below it, but not for a restart that is under way: nobody is to wait for that. */
  rest(record: SlotRecord | undefined): void {
    if (record?.state.kind !== 'waiting') return;
    record.state = { ...record.state, isResting: true };
    const { host, id: slot, notice } = record;
    host?.order({ type: 'slot', slot, notice });
    this.#books.watchers.tellHosts(record);
    for (const child of record.children) this.rest(child);
    if (!record.ownsHost) return;
    host?.stop();
    record.host = undefined;
  }

  /** Nothing will start in it again. */
  remove(record: SlotRecord | undefined): void {
    if (record?.state.kind === 'waiting') this.die(record, record.state.reason);
  }

  /** The slot is gone for good. */
  die(record: SlotRecord, reason: ExitReason): void {
    if (record.state.kind === 'dead') return;
    const { port, slots, watchers, directory, reports } = this.#books;
    reports.died(record);
    record.state = { kind: 'dead', reason };
    directory.ended(record);
    for (const child of [...record.children].toReversed()) this.remove(child);
    slots.bury(record, reason);
    watchers.buried(record);
    port.events.emit('stopped', { actor: record.path, reason });
    record.host?.order({ type: 'retire', slot: record.id, reason });
    watchers.tellHosts(record);
    if (record.ownsHost) record.host?.stop();
    else if ('set' in record.place && record.host !== undefined) port.set(record.place.set)?.release(record.host);
  }

  /** Whoever has waited for the end of its incarnation is told: that is behind it. */
  tellWaiters(record: SlotRecord, reason: ExitReason): void {
    const waiters = record.endWaiters;
    record.endWaiters = [];
    for (const ended of waiters) ended(reason);
    this.#books.inquiries.ended(record);
  }
}
