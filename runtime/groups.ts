import type { ShapeData } from '../core/shape.ts';
import type { SlotRecord } from './slot-record.ts';
import { DefinitionMismatchError } from '../core/errors.ts';
import { areSameShapes } from '../core/shape.ts';

interface Group {
  readonly shape: ShapeData;
  /** In the order of their joining. */
  readonly members: Set<SlotRecord>;
}

/** Who belongs to which group. A membership is one of an incarnation: it ends with that. */
export class Groups {
  readonly #groups = new Map<string, Group>();
  /** The groups of each member. */
  readonly #joined = new Map<SlotRecord, Set<string>>();

  /** @throws {DefinitionMismatchError} The group's members run another definition. */
  join(name: string, record: SlotRecord): void {
    const { path, seed: { shape } } = record;
    let group = this.#groups.get(name);
    if (group === undefined) this.#groups.set(name, group = { shape, members: new Set() });
    if (!areSameShapes(group.shape, shape)) {
      throw new DefinitionMismatchError(group.shape.title, `"${path}" runs ${shape.title}, and the members of group "${name}" don't`);
    }
    group.members.add(record);
    const joined = this.#joined.get(record);
    if (joined === undefined) this.#joined.set(record, new Set([name]));
    else joined.add(name);
  }

  leave(name: string, record: SlotRecord): void {
    this.#leave(name, record);
    const joined = this.#joined.get(record);
    if (joined?.delete(name) === true && joined.size === 0) this.#joined.delete(record);
  }

  members(name: string): readonly SlotRecord[] {
    return [...this.#groups.get(name)?.members ?? []];
  }

  /** An incarnation is at its end. */
  ended(record: SlotRecord): void {
    const joined = this.#joined.get(record);
    if (joined === undefined) return;
    this.#joined.delete(record);
    for (const name of joined) this.#leave(name, record);
  }

  #leave(name: string, record: SlotRecord): void {
    const group = this.#groups.get(name);
    if (group?.members.delete(record) === true && group.members.size === 0) this.#groups.delete(name);
  }
}
