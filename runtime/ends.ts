import type { Books } from './books.ts';
import type { CrashScene } from './crash-scene.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Shutdowns } from './shutdowns.ts';
import type { SlotRecord } from './slot-record.ts';
import type { VacantSlots } from './vacant-slots.ts';
import { isAbnormal } from '../core/exit-reason.ts';

/** Ends of incarnations that were up: their descendants go first, then whom it concerns is told. */
export class Ends {
  readonly #books: Books;
  readonly #vacant: VacantSlots;
  readonly #shutdowns: Shutdowns;

  constructor(books: Books, vacant: VacantSlots, shutdowns: Shutdowns) {
    this.#books = books;
    this.#vacant = vacant;
    this.#shutdowns = shutdowns;
  }

  /**
   * An incarnation has ended.
   *
   * @param elsewhere Ends that are waited for as its children's are.
   * @param scene What its host has said of it.
   */
  ended(record: SlotRecord, reason: ExitReason, elsewhere: readonly Promise<unknown>[] = [], scene?: CrashScene): void {
    if (record.state.kind !== 'up') return;
    record.state = { kind: 'ending', reason };
    this.#books.directory.ended(record);
    if (isAbnormal(reason)) this.crashed(record, reason, scene);
    this.#books.reports.orphan(record);
    const children = this.#shutdowns.endChildren(record, record.mayReturn);
    if (children === undefined && elsewhere.length === 0) this.#endedWithChildren(record, reason);
    else void Promise.all([children, ...elsewhere]).then(() => this.#endedWithChildren(record, reason));
  }

  /** It has ended abnormally: that is told at once, whatever follows. */
  crashed(record: SlotRecord, reason: ExitReason, scene?: CrashScene): void {
    const { port, reports } = this.#books;
    port.events.emit('crashed', { actor: record.path, incarnation: record.incarnation, reason });
    reports.open(record, reason, true, scene);
  }

  #endedWithChildren(record: SlotRecord, reason: ExitReason): void {
    const { parent } = record;
    const { reports, watchers } = this.#books;
    reports.ended(record);
    const isHeld = record.isHeld && parent?.state.kind !== 'dead';
    watchers.tellActors(record, reason, isHeld && record.startsAgain(reason));
    if (isHeld) this.#vacant.wait(record, reason);
    else this.#vacant.die(record, reason);
    this.#vacant.tellWaiters(record, reason);
  }
}
