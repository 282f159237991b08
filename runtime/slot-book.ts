import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotIdentity } from './control.ts';
import type { SlotRecord } from './slot-record.ts';

/** How many dead slots are remembered, with who they were and why they ended. */
const MAX_TOMBSTONES = 10_000;

/** All slots that aren't dead, by number and by name; and of the dead ones, who they were and why they ended. */
export class SlotBook {
  readonly #records = new Map<number, SlotRecord>();
  readonly #names = new Map<string, SlotRecord>();
  readonly #tombstones = new Map<number, { readonly identity: SlotIdentity; readonly reason: ExitReason }>();

  get(id: number): SlotRecord | undefined {
    return this.#records.get(id);
  }

  /** Who has the name: it is free when the slot is dead. */
  named(name: string): SlotRecord | undefined {
    return this.#names.get(name);
  }

  add(record: SlotRecord): void {
    this.#records.set(record.id, record);
    record.parent?.children.add(record);
    if (record.name !== undefined) this.#names.set(record.name, record);
  }

  bury(record: SlotRecord, reason: ExitReason): void {
    this.#records.delete(record.id);
    record.parent?.children.delete(record);
    if (record.name !== undefined) this.#names.delete(record.name);
    this.#tombstones.set(record.id, { identity: record.identity, reason });
    if (this.#tombstones.size > MAX_TOMBSTONES) this.#tombstones.delete(this.#tombstones.keys().next().value as number);
  }

  /** `normal` when it is forgotten. */
  reasonOfDead(id: number): ExitReason {
    return this.#tombstones.get(id)?.reason ?? { kind: 'normal' };
  }

  /** Who a slot is, or was; a number says all of one that is forgotten. */
  identityOf(id: number): SlotIdentity {
    return this.get(id)?.identity ?? this.#tombstones.get(id)?.identity
      ?? { slot: id, path: `slot ${id}`, shape: { title: 'an actor that has ended', handlers: [], highWater: 0 } };
  }

  [Symbol.iterator](): IterableIterator<SlotRecord> {
    return this.#records.values();
  }
}
