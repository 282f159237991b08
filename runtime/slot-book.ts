import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotRecord } from './slot-record.ts';

/** How many dead slots are remembered with their reasons. */
const MAX_TOMBSTONES = 10_000;

/** All slots that aren't dead, by number and by name; and of the dead ones, why they ended. */
export class SlotBook {
  readonly #records = new Map<number, SlotRecord>();
  readonly #names = new Map<string, SlotRecord>();
  readonly #tombstones = new Map<number, ExitReason>();

  get(id: number): SlotRecord | undefined {
    return this.#records.get(id);
  }

  hasName(name: string): boolean {
    return this.#names.has(name);
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
    this.#tombstones.set(record.id, reason);
    if (this.#tombstones.size > MAX_TOMBSTONES) this.#tombstones.delete(this.#tombstones.keys().next().value as number);
  }

  /** `normal` when it is forgotten. */
  reasonOfDead(id: number): ExitReason {
    return this.#tombstones.get(id) ?? { kind: 'normal' };
  }

  [Symbol.iterator](): IterableIterator<SlotRecord> {
    return this.#records.values();
  }
}
