import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotBook } from './slot-book.ts';
import type { SlotRecord } from './slot-record.ts';
import { ActorStoppedError, UnavailableError } from '../core/errors.ts';

/**
 * Which actors end together. A link ties two incarnations, both ways: when one of them ends, the link is gone, and the
 * other one is told.
 */
export class Links {
  readonly #slots: SlotBook;
  /** The slots that each slot is linked with: every link stands here twice. */
  readonly #linked = new Map<number, Set<number>>();

  constructor(slots: SlotBook) {
    this.#slots = slots;
  }

  /** Links the actors that live in the two slots now. If there is none in `slot`, that is an exit, at once. */
  link(slot: number, by: SlotRecord): void {
    if (slot === by.id) return;
    const record = this.#slots.get(slot);
    if (record?.hasIncarnation === true) {
      this.#add(slot, by.id);
      this.#add(by.id, slot);
      return;
    }
    const { path } = this.#slots.identityOf(slot);
    const error = record === undefined ? new ActorStoppedError(path, 'link') : new UnavailableError(path, 'link');
    this.#tell(by, slot, { kind: 'error', error });
  }

  unlink(slot: number, by: number): void {
    this.#remove(slot, by);
    this.#remove(by, slot);
  }

  /** An incarnation has ended, or will not begin: its links end with it. */
  ended(record: SlotRecord, reason: ExitReason): void {
    const linked = this.#linked.get(record.id) ?? [];
    this.#linked.delete(record.id);
    for (const id of linked) {
      this.#remove(id, record.id);
      const other = this.#slots.get(id);
      // Who traps exits is told of its child anyway; who has ended it is told nothing.
      if (other === undefined || (other === record.parent && (other.life.trapsExits || record.life.isEndExpected))) continue;
      this.#tell(other, record.id, reason);
    }
  }

  #tell({ id: slot, incarnation, host }: SlotRecord, ended: number, reason: ExitReason): void {
    host?.order({ type: 'link_exit', slot, incarnation, about: this.#slots.identityOf(ended), reason });
  }

  #add(slot: number, other: number): void {
    const linked = this.#linked.get(slot);
    if (linked === undefined) this.#linked.set(slot, new Set([other]));
    else linked.add(other);
  }

  #remove(slot: number, other: number): void {
    const linked = this.#linked.get(slot);
    if (linked?.delete(other) === true && linked.size === 0) this.#linked.delete(slot);
  }
}
