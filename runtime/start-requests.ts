import type { Books } from './books.ts';
import type { Request } from './control.ts';
import type { Shutdowns } from './shutdowns.ts';
import type { Starts } from './starts.ts';
import type { VacantSlots } from './vacant-slots.ts';
import { ROOT_SLOT, numberAfter } from './control.ts';
import { ActorError, ActorStoppedError, NameTakenError, StartFailedError } from '../core/errors.ts';
import { SlotRecord } from './slot-record.ts';

type SpawnRequest = Extract<Request, { type: 'spawn' }>;

/** What hosts ask for that is to start: actors that there weren't before, and next incarnations of those whose slots wait. */
export class StartRequests {
  readonly #books: Books;
  readonly #vacant: VacantSlots;
  readonly #shutdowns: Shutdowns;
  readonly #starts: Starts;
  #lastSlot = ROOT_SLOT;
  #isClosed = false;

  constructor(books: Books, vacant: VacantSlots, shutdowns: Shutdowns, starts: Starts) {
    this.#books = books;
    this.#vacant = vacant;
    this.#shutdowns = shutdowns;
    this.#starts = starts;
  }

  /** The system ends: from now on all are refused. */
  close(): void {
    this.#isClosed = true;
  }

  spawn(from: number, request: SpawnRequest): void {
    const { port, slots } = this.#books;
    const failed = (error: Error): void => this.#books.order(from, { type: 'failed', request: request.request, error });
    const parent = slots.get(request.parent);
    const stopped = (options?: ErrorOptions): ActorError => {
      const text = `Cannot spawn "${request.seed.shape.title}": the system has been stopped`;
      return new ActorError('TROUPE_SYSTEM_STOPPED', text, options);
    };
    if (this.#isClosed) {
      failed(stopped());
      return;
    }
    if (parent?.isAlive !== true || parent.incarnation !== request.parentIncarnation) {
      failed(new ActorStoppedError(parent?.path ?? 'the parent', 'spawn a child of'));
      return;
    }
    const kept = this.#keptSlot(from, parent, request);
    const { name } = request;
    const holder = name === undefined ? undefined : slots.named(name);
    if (name !== undefined && holder !== undefined && holder !== kept) {
      failed(new NameTakenError(name, port.refTo(holder.identity)));
      return;
    }
    const record = kept ?? this.#newSlot(from, parent, request);
    const { path } = record;
    record.watchers.add(from);
    port.events.emit('spawned', { actor: path, host: record.place.kind, definition: record.seed.shape.title });
    const started = (): void => {
      const { id: slot, notice } = record;
      this.#books.order(from, { type: 'spawned', request: request.request, slot, path, notice });
    };
    record.spawnedBy = { host: from, request: request.request };
    const startFailed = (error: Error): void => {
      const why = this.#isClosed ? stopped({ cause: error }) : error;
      // What its supervisor had started before goes on to wait for its next try.
      if (kept === undefined) this.#vacant.die(record, { kind: 'error', error: why });
      else record.state = { kind: 'waiting', reason: { kind: 'error', error: why } };
      afterHostEnd(record, () => failed(why));
    };
    // Only a supervisor has a use for a slot without an actor.
    const ignored = (): void => record.isHeld ? started() : startFailed(new StartFailedError(path, 'its init has ignored the start'));
    this.#starts.begin(record, request.request, { started, ignored, failed: startFailed });
  }

  /** Whoever has asked for this start doesn't want it any more. */
  cancel(from: number, request: number): void {
    for (const record of this.#books.slots) {
      const { spawnedBy, state } = record;
      if (spawnedBy?.host === from && spawnedBy.request === request && state.kind === 'starting') void this.#shutdowns.shutdown(record);
    }
  }

  restart(from: number, request: number, slot: number): void {
    const { slots, reports } = this.#books;
    const record = slots.get(slot);
    const failed = (error: Error): void => {
      // Its supervisor is about to be stopped, or killed, as well: this is no news to it.
      if (!this.#isClosed) this.#books.order(from, { type: 'failed', request, error });
    };
    if (record?.state.kind !== 'waiting' || record.parent?.state.kind !== 'up') {
      failed(new ActorStoppedError(record?.path ?? `slot ${slot}`, 'restart'));
      return;
    }
    const { reason } = record.state;
    const started = (): void => this.#books.order(from, { type: 'done', request, reason: undefined });
    const ignored = (): void => this.#books.order(from, { type: 'done', request, reason: { kind: 'normal' } });
    this.#starts.begin(record, undefined, { started, ignored, failed: (error) => {
      record.state = { kind: 'waiting', reason };
      // A start that its supervisor has called off hasn't failed.
      if (!record.life.isEndExpected) reports.open(record, { kind: 'error', error }, false);
      // A host that could not even load the module, or hangs, may be what is wrong: the next try gets a new one. One
      // whose `init` threw is kept, with what waits in it.
      const isHostSuspect = !(error instanceof StartFailedError && error.canHeal);
      if (record.ownsHost && isHostSuspect) {
        record.host?.terminate();
        record.host = undefined;
      }
      failed(error);
    } });
  }

  #newSlot(from: number, parent: SlotRecord, request: SpawnRequest): SlotRecord {
    const { port, slots } = this.#books;
    const { seed, saved, place, timeoutMs: startMs, supervision, name, key, isDaemon } = request;
    const path = parent.pathOfChild(key ?? name, seed.shape.title);
    const details = { name, key, seed, saved, place, homeId: from, startMs, supervision, isDaemon };
    const kind = place.kind === 'local' ? port.host(from)?.kind : place.kind;
    const id = this.#lastSlot = numberAfter(this.#lastSlot, kind !== 'process');
    const record = new SlotRecord(id, parent, path, details);
    slots.add(record);
    return record;
  }

  /** A restarted supervisor starts its children in the slots that they had before: refs to them go on to work. */
  #keptSlot(from: number, parent: SlotRecord, { key, name, seed }: SpawnRequest): SlotRecord | undefined {
    if (key === undefined || parent.state.kind !== 'starting') return undefined;
    for (const child of parent.children) {
      const isKept = child.isOfSpec && child.parentIncarnation < parent.incarnation && child.state.kind === 'waiting';
      if (child.key === key && child.name === name && isKept && child.seed.shape.title === seed.shape.title) {
        // To the end of the order: it is started now.
        parent.children.delete(child);
        parent.children.add(child);
        child.parentIncarnation = parent.incarnation;
        child.homeId = from;
        if (child.place.kind === 'local' && child.host?.id !== from) child.host = undefined;
        return child;
      }
    }
    return undefined;
  }
}

/** A failed start leaves no thread or process behind when its caller hears of it. */
function afterHostEnd(record: SlotRecord, then: () => void): void {
  if (!record.ownsHost || record.host === undefined) {
    then();
    return;
  }
  record.host.terminate();
  void record.host.ended.then(then);
}
