import type { ExitReason } from '../core/exit-reason.ts';
import type { Order } from './control.ts';
import type { SlotBook } from './slot-book.ts';
import type { SlotRecord } from './slot-record.ts';

/**
 * Who is told what becomes of a slot: hosts that send to it watch where it is, actors monitor its ends, its parent
 * hears of exits.
 */
export class Watchers {
  readonly #slots: SlotBook;
  readonly #order: (hostId: number, order: Order) => void;

  constructor(slots: SlotBook, order: (hostId: number, order: Order) => void) {
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

  /** Has the actor in slot `by` told of each end of `slot`; at once if it is dead. */
  monitor(slot: number, by: number): void {
    const record = this.#slots.get(slot);
    if (record !== undefined) {
      record.monitors.add(by);
      return;
    }
    const about = { slot, path: `slot ${slot}`, shape: { title: 'an actor that has ended', handlers: [], highWater: 0 } };
    const reason = this.#slots.reasonOfDead(slot);
    this.#slots.get(by)?.host?.order({ type: 'down', slot: by, about, reason, restarting: false });
  }

  demonitor(slot: number, by: number): void {
    this.#slots.get(slot)?.monitors.delete(by);
  }

  /** A slot has moved, or ended. */
  tellHosts({ id, notice, watchers }: SlotRecord): void {
    for (const hostId of watchers) this.#order(hostId, { type: 'slot', slot: id, notice });
  }

  /** An incarnation has ended: `restarting` when its slot goes on. */
  tellActors(record: SlotRecord, reason: ExitReason, restarting: boolean): void {
    const { parent, isEndExpected, identity: about, monitors, lostHost } = record;
    if (parent?.trapsExits === true && !isEndExpected) parent.host?.order({ type: 'exit', slot: parent.id, about, reason, lostHost });
    for (const by of monitors) this.#slots.get(by)?.host?.order({ type: 'down', slot: by, about, reason, restarting });
  }
}
