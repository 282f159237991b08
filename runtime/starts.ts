import type { Books } from './books.ts';
import type { Cancel } from '../core/clock.ts';
import type { Host } from './hosts/host.ts';
import type { Shutdowns } from './shutdowns.ts';
import type { SlotRecord, StartOutcome } from './slot-record.ts';
import type { VacantSlots } from './vacant-slots.ts';
import { StartFailedError, StartTimeoutError } from '../core/errors.ts';
import { Alarm } from '../core/deadlines.ts';
import { Life } from './life.ts';
import { ROOT_SLOT } from './control.ts';
import { refusedBySet, startFailure } from './start-failure.ts';

/** Incarnations that are about to begin: a host is found for each, and what its `init` comes to is told to whoever has asked. */
export class Starts {
  readonly #books: Books;
  readonly #vacant: VacantSlots;
  readonly #shutdowns: Shutdowns;

  constructor(books: Books, vacant: VacantSlots, shutdowns: Shutdowns) {
    this.#books = books;
    this.#vacant = vacant;
    this.#shutdowns = shutdowns;
  }

  /**
   * Begins an incarnation; one callback comes, once.
   *
   * @param offer The request that was made with its definition.
   */
  begin(record: SlotRecord, offer: number | undefined, { started, ignored, failed }: StartOutcome): void {
    const { port: { deadlines, clock }, watchers, reports } = this.#books;
    reports.restarted(record);
    const incarnation = ++record.incarnation;
    const { isResting } = record;
    record.life = new Life();
    const tooLate = new Alarm(() => {
      const phase = isReady ? 'its module or init did not come to an end' : 'its host did not report';
      const { host } = record;
      // First: on the main thread the kill is obeyed at once, and must not be what is told.
      outcome.failed(new StartTimeoutError(record.path, record.startMs, phase));
      if (!record.ownsHost && host !== undefined) this.#shutdowns.killStart(record, host);
    });
    let isReady = false;
    let isSettled = false;
    let takeBack: Cancel = () => {};
    const settle = (tell: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      deadlines.remove(tooLate);
      takeBack();
      tell();
    };
    const outcome: StartOutcome = {
      started: () => settle(started),
      ignored: () => settle(ignored),
      failed: (error) => settle(() => this.#abandon(record, error, failed)),
    };
    record.state = { kind: 'starting', ...outcome };
    if (isResting) watchers.tellHosts(record);
    deadlines.add(tooLate, clock.now() + record.startMs);
    const startOn = (host: Host): void => {
      record.host = host;
      record.life.livedOn = { id: host.id, kind: host.kind };
      const { seed, saved, isHeld, isDaemon, path } = record;
      const parent = record.parent?.id === ROOT_SLOT ? undefined : record.parent?.identity;
      const start = (): void => {
        isReady = true;
        if (isSettled) return;
        host.order({ type: 'start', request: offer, slot: record.id, path, incarnation, seed, saved, isHeld, isDaemon, parent });
      };
      // Within the main thread everything up to the first `await` of `init` happens now. Nobody asks for a place on a host
      // that isn't ready: what follows, as a kill, comes after the start.
      if (!record.ownsHost) start();
      else void host.ready.then(start, (error: Error) => outcome.failed(startFailure(record, error)));
    };
    takeBack = this.#findHost(record, startOn, outcome.failed);
  }

  /** A kernel says that `init` is done. */
  started(from: number, slot: number, incarnation: number): void {
    const { port, slots, watchers } = this.#books;
    const record = slots.onHost(from, slot);
    if (record?.incarnation !== incarnation || record.state.kind !== 'starting') {
      // A start that was given up meanwhile.
      this.#books.order(from, { type: 'kill', slot, incarnation });
      if (slots.get(slot) === undefined) this.#books.order(from, { type: 'retire', slot, reason: { kind: 'killed' } });
      return;
    }
    const { started } = record.state;
    record.state = { kind: 'up' };
    record.isFindable = true;
    port.events.emit('started', { actor: record.path, incarnation });
    // Slots that its previous incarnation had, and that this one has not started again.
    for (const child of record.children) if (child.parentIncarnation < incarnation) this.#vacant.remove(child);
    watchers.tellHosts(record);
    started();
  }

  /** Its `init` has nothing to do: its slot waits, without a host of its own. */
  ignored(record: SlotRecord): void {
    if (record.state.kind !== 'starting') return;
    const { ignored } = record.state;
    const { watchers, directory } = this.#books;
    const reason = { kind: 'normal' } as const;
    directory.ended(record);
    const ended = (): void => {
      watchers.tellOfFailedStart(record, reason);
      record.state = { kind: 'waiting', reason };
      this.#vacant.rest(record);
      ignored();
      this.#vacant.tellWaiters(record, reason);
    };
    record.state = { kind: 'ending', reason };
    const children = this.#shutdowns.endChildren(record);
    if (children === undefined) ended();
    else void children.then(ended);
  }

  /** It is given up, whatever comes of it now. What `init` had spawned ends before anybody hears of that. */
  #abandon(record: SlotRecord, error: Error, failed: (error: Error) => void): void {
    const { watchers, directory } = this.#books;
    const reason = { kind: 'error', error } as const;
    record.state = { kind: 'ending', reason };
    directory.ended(record);
    const over = (): void => {
      watchers.tellOfFailedStart(record, reason);
      // Lost meanwhile, and with it its parent, who has asked for it.
      if (record.state.kind !== 'ending') return;
      failed(error);
      this.#vacant.tellWaiters(record, reason);
    };
    const children = this.#shutdowns.endChildren(record, record.mayReturn);
    if (children === undefined) over();
    else void children.then(over);
  }

  /** Calls one of both back, once: with the host that it has, or a new one, or one of its set as soon as one is ready. */
  #findHost(record: SlotRecord, found: (host: Host) => void, failed: (error: Error) => void): Cancel {
    const { port } = this.#books;
    const { place, host, path } = record;
    if ('set' in place) {
      const set = port.set(place.set);
      if (host !== undefined && set?.takes(host) === true) {
        found(host);
        return () => {};
      }
      record.host = undefined;
      if (set !== undefined) return set.place(found, (error) => failed(refusedBySet(record, error)));
      failed(new StartFailedError(path, 'its hosts have ended', { canHeal: false }));
    } else if (host !== undefined) {
      found(host);
    } else if (place.kind === 'local') {
      const home = port.host(record.homeId);
      if (home === undefined) failed(new StartFailedError(path, 'the host of its parent has ended'));
      else found(home);
    } else {
      found(port.launch(place.kind, place.settings));
    }
    return () => {};
  }
}
