import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotIdentity } from './control.ts';
import { ROOT_SLOT } from './control.ts';
import { SlotRecord } from './slot-record.ts';

/** How many dead slots are remembered, with who they were and why they ended. */
const MAX_TOMBSTONES = 10_000;

/** All slots that aren't dead, by number and by name; and of the dead ones, who they were and why they ended. */
export class SlotBook {
  /** The one above all: it has no actor. */
  readonly root = rootRecord();
  readonly #records = new Map<number, SlotRecord>();
  readonly #names = new Map<string, SlotRecord>();
  readonly #tombstones = new Map<number, { readonly identity: SlotIdentity; readonly reason: ExitReason }>();

  constructor() {
    this.add(this.root);
  }

  get(id: number): SlotRecord | undefined {
    return this.#records.get(id);
  }

  /** One whose actor lives in host `from`: no other host speaks for it. */
  onHost(from: number, id: number): SlotRecord | undefined {
    const record = this.get(id);
    return record?.host?.id === from ? record : undefined;
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

function rootRecord(): SlotRecord {
  const shape = { title: '', handlers: [], highWater: 0 };
  const seed = { id: undefined, shape, input: undefined };
  const details = {
    name: undefined, key: undefined, seed, saved: undefined, place: { kind: 'local' }, homeId: 0, startMs: 0, supervision: undefined, isDaemon: false,
  } as const;
  const root = new SlotRecord(ROOT_SLOT, undefined, '', details);
  root.state = { kind: 'up' };
  return root;
}
