import type { ExitReason } from '../core/exit-reason.ts';
import type { Order } from './control.ts';
import type { SlotBook } from './slot-book.ts';
import type { SlotRecord } from './slot-record.ts';
import { Links } from './links.ts';

/**
 * Who is told what becomes of a slot: hosts that send to it watch where it is, actors monitor its ends, others are
 * linked with it, its parent hears of exits.
 */
export class Watchers {
  readonly links: Links;
  readonly #slots: SlotBook;
  readonly #order: (hostId: number, order: Order) => void;
  /** What each actor monitors: the other side of `SlotRecord.monitors`. */
  readonly #monitored = new Map<number, Set<number>>();

  constructor(slots: SlotBook, order: (hostId: number, order: Order) => void) {
    this.links = new Links(slots);
    this.#slots = slots;
    this.#order = order;
  }

  /** Tells a host where the slot is, now and from now on. */
  watch(hostId: number, slot: number): void {
    const record = this.#slots.get(slot);
    record?.watchers.add(hostId);
    const notice = record?.notice ?? { status: 'dead', reason: this.#slots.reasonOfDead(slot) };
    this.#order(hostId, { type: 'slot', slot, notice });
  }

  unwatch(hostId: number, slot: number): void {
    this.#slots.get(slot)?.watchers.delete(hostId);
  }

  /**
   * Has the actor `by` told of each end of `slot`; at once if it is dead, was never there, or has ended and isn't expected back, or if
   * the life that it asks for is over.
   */
  monitor(slot: number, by: SlotRecord, incarnation: number | undefined): void {
    const record = this.#slots.get(slot);
    const lastEnd = record === undefined ? this.#slots.reasonOfDead(slot) : endOfStopped(record);
    if (lastEnd !== undefined) this.#tellDown(by.id, slot, lastEnd, incarnation ?? record?.incarnation, false);
    if (record === undefined || lastEnd !== undefined) return;
    const isOver = incarnation !== undefined && (incarnation !== record.incarnation || !record.hasIncarnation);
    // Why an earlier one has ended is forgotten.
    const { state } = record;
    if (isOver) this.#tellDown(by.id, slot, state.kind === 'waiting' ? state.reason : { kind: 'normal' }, incarnation, true);
    record.monitors.add(by.id);
    const monitored = this.#monitored.get(by.id);
    if (monitored === undefined) this.#monitored.set(by.id, new Set([slot]));
    else monitored.add(slot);
  }

  demonitor(slot: number, by: number): void {
    this.#slots.get(slot)?.monitors.delete(by);
    const monitored = this.#monitored.get(by);
    if (monitored?.delete(slot) === true && monitored.size === 0) this.#monitored.delete(by);
  }

  /** A slot has moved, or ended. */
  tellHosts({ id, notice, watchers }: SlotRecord): void {
    for (const hostId of watchers) this.#order(hostId, { type: 'slot', slot: id, notice });
  }

  /** An incarnation has ended: `restarting` when it is expected back, and those who monitor it go on to. */
  tellActors(record: SlotRecord, reason: ExitReason, restarting: boolean): void {
    const { id, parent, life, identity: about } = record;
    if (parent?.life.trapsExits === true && !life.isEndExpected) {
      parent.host?.order({ type: 'exit', slot: parent.id, about, reason, lostHost: life.lostHost });
    }
    this.#tellMonitors(record, reason, restarting);
    this.links.ended(record, reason);
    this.#monitorsNothing(id);
  }

  /** An incarnation has not come to life. It was none to those who monitor an actor that is being restarted. */
  tellOfFailedStart(record: SlotRecord, reason: ExitReason): void {
    if (record.incarnation === 1) this.#tellMonitors(record, reason, false);
    this.links.ended(record, reason);
    this.#monitorsNothing(record.id);
  }

  /** A slot is dead: nobody can be told of it any more. */
  buried({ id, monitors }: SlotRecord): void {
    for (const by of monitors) this.demonitor(id, by);
  }

  #tellMonitors({ id, monitors, incarnation }: SlotRecord, reason: ExitReason, restarting: boolean): void {
    for (const by of monitors) {
      this.#tellDown(by, id, reason, incarnation, restarting);
      if (!restarting) this.demonitor(id, by);
    }
  }

  #tellDown(by: number, slot: number, reason: ExitReason, incarnation: number | undefined, restarting: boolean): void {
    const about = this.#slots.identityOf(slot);
    this.#slots.get(by)?.host?.order({ type: 'down', slot: by, about, reason, incarnation, restarting });
  }

  /** What an incarnation has monitored is nothing to the next one. */
  #monitorsNothing(by: number): void {
    for (const slot of this.#monitored.get(by) ?? []) this.#slots.get(slot)?.monitors.delete(by);
    this.#monitored.delete(by);
  }
}

/** Why an actor has ended that is started again only if somebody asks for it. */
function endOfStopped(record: SlotRecord): ExitReason | undefined {
  const { state, isResting } = record;
  return state.kind === 'waiting' && (isResting || !record.startsAgain(state.reason)) ? state.reason : undefined;
}
