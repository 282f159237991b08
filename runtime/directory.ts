import type { Order, Request, SlotIdentity } from './control.ts';
import type { SlotBook } from './slot-book.ts';
import type { SlotRecord } from './slot-record.ts';
import { ActorError, ActorStoppedError, UnavailableError } from '../core/errors.ts';
import { Groups } from './groups.ts';
import { MAIN_HOST, ROOT_SLOT } from './control.ts';

type Inquiry = Extract<Request, { type: 'whereis' | 'join' | 'leave' | 'members' }>;

/** Tells hosts whom they look for, by name or in a group. */
export class Directory {
  readonly #slots: SlotBook;
  readonly #order: (hostId: number, order: Order) => void;
  readonly #groups = new Groups();

  constructor(slots: SlotBook, order: (hostId: number, order: Order) => void) {
    this.#slots = slots;
    this.#order = order;
  }

  /** Answers what host `from` asks. */
  receive(from: number, inquiry: Inquiry): void {
    const { request } = inquiry;
    try {
      this.#order(from, this.#answer(from, inquiry));
    } catch (error) {
      this.#order(from, { type: 'failed', request, error: error as Error });
    }
  }

  /** Who has the name, as the main thread sees it. @throws {ActorError} `TROUPE_LOCAL_ONLY` */
  holderOf(name: string): SlotIdentity | undefined {
    const record = this.#named(name);
    if (record !== undefined) refuseToShow(record, MAIN_HOST);
    return record?.identity;
  }

  /** An incarnation is at its end: it belongs to no group. */
  ended(record: SlotRecord): void {
    this.#groups.ended(record);
  }

  #answer(from: number, inquiry: Inquiry): Order {
    const { request } = inquiry;
    switch (inquiry.type) {
      case 'whereis': {
        const record = this.#named(inquiry.name);
        return found(from, request, record === undefined ? [] : [record]);
      }
      case 'members': return found(from, request, this.#groups.members(inquiry.group));
      case 'join':
        this.#join(inquiry.group, inquiry.slot);
        return { type: 'done', request, reason: undefined };
      case 'leave':
        this.#leave(inquiry.group, inquiry.slot);
        return { type: 'done', request, reason: undefined };
    }
  }

  #named(name: string): SlotRecord | undefined {
    const record = this.#slots.named(name);
    return record?.isFindable === true && !record.isResting ? record : undefined;
  }

  /** @throws {ActorStoppedError | UnavailableError | DefinitionMismatchError} */
  #join(group: string, slot: number): void {
    const record = this.#slots.get(slot);
    const action = `join group "${group}" with`;
    if (record === undefined || slot === ROOT_SLOT) throw new ActorStoppedError(this.#slots.identityOf(slot).path, action);
    if (!record.isAlive) throw new UnavailableError(record.path, action);
    this.#groups.join(group, record);
  }

  #leave(group: string, slot: number): void {
    const record = this.#slots.get(slot);
    if (record !== undefined) this.#groups.leave(group, record);
  }
}

/** All have one shape. @throws {ActorError} `TROUPE_LOCAL_ONLY` */
function found(from: number, request: number, records: readonly SlotRecord[]): Order {
  for (const record of records) refuseToShow(record, from);
  const actors = records.map(({ id: slot, path }) => ({ slot, path }));
  return { type: 'found', request, shape: records[0]?.seed.shape, actors };
}

/** @throws {ActorError} Its definition has no `import.meta`: it is for its own host alone. */
function refuseToShow({ path, seed, homeId }: SlotRecord, hostId: number): void {
  if (seed.id !== undefined || homeId === hostId) return;
  const hint = 'define it with actor(import.meta, { ... })';
  throw new ActorError('TROUPE_LOCAL_ONLY', `Cannot find "${path}" from another host: its definition is local only; ${hint}`);
}
