import type { Books } from './books.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Host } from './hosts/host.ts';
import type { SlotRecord } from './slot-record.ts';
import type { VacantSlots } from './vacant-slots.ts';
import { HostExitError } from '../core/errors.ts';
import { Alarm } from '../core/deadlines.ts';
import { KILL_CONFIRM_MS, Kills } from './kills.ts';
import { failStart } from './start-failure.ts';

/** How long an actor may take to stop that no supervisor has limited. */
const CHILD_GRACE_MS = 5_000;

/** Incarnations that are to end: each is told to, and killed when it doesn't in time. */
export class Shutdowns {
  readonly #books: Books;
  readonly #vacant: VacantSlots;
  readonly #kills: Kills;

  constructor(books: Books, vacant: VacantSlots) {
    this.#books = books;
    this.#vacant = vacant;
    this.#kills = new Kills(books.port);
  }

  /** Ends what lives below, last started first, as killed if that was. Undefined when there is nothing, so that news isn't delayed. */
  endChildren(record: SlotRecord, keepSlots = false): Promise<void> | undefined {
    if (record.children.size === 0) return undefined;
    const { life: { isKilled }, state } = record;
    const comeBack = state.kind === 'ending' && record.startsAgain(state.reason);
    const end = async (child: SlotRecord): Promise<void> => {
      child.life.isEndExpected = true;
      child.life.comesBack = comeBack && child.isOfSpec;
      await this.shutdown(child, isKilled ? 0 : child.supervision?.shutdownMs);
      if (!keepSlots) this.#vacant.remove(child);
    };
    const children = [...record.children].toReversed();
    const endAll = async (): Promise<void> => {
      // A kill waits for nobody: how long it takes must not depend on how many there are.
      if (isKilled) await Promise.all(children.map(end));
      else for (const child of children) await end(child);
    };
    return endAll();
  }

  /** Ends an incarnation after its current message; killed after `graceMs`. */
  shutdown(record: SlotRecord, graceMs = CHILD_GRACE_MS): Promise<ExitReason> {
    const { state } = record;
    if (state.kind === 'waiting' || state.kind === 'dead') return Promise.resolve(state.reason);
    const ended = new Promise<ExitReason>((resolve) => record.whenEnded(resolve));
    this.limit(record, graceMs);
    // What is only starting, with nobody below it, has nothing to lose, and may not even have a kernel yet, or a host.
    if (state.kind === 'starting' && record.host === undefined) failStart(record, { kind: 'shutdown' });
    else if (state.kind === 'starting' && record.ownsHost && !record.hasLifeBelow) record.host?.terminate();
    else record.host?.order({ type: 'shutdown', slot: record.id, incarnation: record.incarnation });
    return ended;
  }

  /** Kills the incarnation that is alive now if it hasn't ended within `graceMs`. */
  limit(record: SlotRecord, graceMs: number): void {
    if (graceMs === 0) {
      this.kill(record);
      return;
    }
    const { deadlines, clock } = this.#books.port;
    const { incarnation } = record;
    const alarm = new Alarm(() => { if (record.incarnation === incarnation) this.kill(record); });
    deadlines.add(alarm, clock.now() + graceMs);
    record.whenEnded(() => deadlines.remove(alarm));
  }

  /** Ends an incarnation now. A kernel that doesn't confirm loses its host: it is too busy to obey. */
  kill(record: SlotRecord | undefined): void {
    if (record === undefined) return;
    switch (record.state.kind) {
      case 'waiting':
      case 'dead': return;
      case 'ending':
        for (const child of record.children) this.kill(child);
        return;
      case 'starting':
      case 'up':
    }
    const { id: slot, incarnation, host } = record;
    record.life.endReason = { kind: 'killed' };
    if (record.state.kind === 'starting' && (host === undefined || record.ownsHost)) {
      if (host === undefined) failStart(record, record.life.endReason);
      else host.terminate();
      return;
    }
    this.#kills.expect({ slot, incarnation }, () => {
      // Whoever lives there beside it is lost as well.
      if (record.ownsHost) host?.terminate();
      else host?.fail(unconfirmed(record.path));
    });
    record.whenEnded(() => this.#kills.confirmed({ slot, incarnation }));
    host?.order({ type: 'kill', slot, incarnation });
  }

  /** Ends a start that was late. A host that doesn't confirm is blocked by it, and is no good to anybody. */
  killStart({ id: slot, incarnation, path }: SlotRecord, host: Host): void {
    this.#kills.expect({ slot, incarnation }, () => host.fail(unconfirmed(path)));
    host.order({ type: 'kill', slot, incarnation });
  }

  /** A kernel says that this incarnation has ended. */
  confirmed(slot: number, incarnation: number): void {
    this.#kills.confirmed({ slot, incarnation });
  }
}

function unconfirmed(path: string): HostExitError {
  // Not the killed one's fault: that may be anybody who lives there.
  const text = `Cannot go on: the host of "${path}" did not confirm its kill within ${KILL_CONFIRM_MS} ms: something blocks it`;
  return new HostExitError('TROUPE_HOST_DOWN', text, '');
}
