import type { Books } from './books.ts';
import type { Ends } from './ends.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Host, HostEnd } from './hosts/host.ts';
import type { Shutdowns } from './shutdowns.ts';
import type { SlotRecord } from './slot-record.ts';
import type { VacantSlots } from './vacant-slots.ts';
import { StartFailedError } from '../core/errors.ts';
import { LostMessages } from './lost-messages.ts';
import { failStart, lostWhileStarting } from './start-failure.ts';
import { hostDown } from './hosts/host.ts';

/** Hosts that are gone: whoever lived there has ended, and what was sent there is lost. */
export class LostHosts {
  readonly messages: LostMessages;
  readonly #books: Books;
  readonly #vacant: VacantSlots;
  readonly #shutdowns: Shutdowns;
  readonly #ends: Ends;

  constructor(books: Books, vacant: VacantSlots, shutdowns: Shutdowns, ends: Ends) {
    this.messages = new LostMessages(({ count, maybeExecuted }) => {
      books.port.events.emit('dead_letter', { actor: undefined, handler: undefined, reason: 'host_down', count, maybeExecuted });
    });
    this.#books = books;
    this.#vacant = vacant;
    this.#shutdowns = shutdowns;
    this.#ends = ends;
  }

  /** A host is gone, whatever the cause. */
  ended(host: Host, end: HostEnd, wasWanted: boolean): void {
    const { port, slots, inquiries } = this.#books;
    const reason = hostDown(end);
    port.events.emit('host_ended', { host: host.id, kind: host.kind, reason });
    if (wasWanted) port.events.emit('host_lost', { host: host.id, kind: host.kind, reason });
    const others = Array.from(port.hosts).filter((other) => other !== host);
    this.messages.expect(host.id, others.map(({ id }) => id));
    for (const other of others) other.order({ type: 'host_gone', host: host.id, reason, started: end.started?.(other.id) });
    const lost = new Set<SlotRecord>();
    for (const record of slots) {
      record.watchers.delete(host.id);
      if (record.host !== host) continue;
      record.host = undefined;
      lost.add(record);
    }
    // The roots of what was lost have parents elsewhere, who are told; the others' parents are lost too.
    for (const record of lost) {
      if (record.parent === undefined || lost.has(record.parent)) continue;
      this.#endRoot(record, host.id, reason);
    }
    inquiries.hostEnded(host.id);
  }

  /** The host of this actor is gone, and with it whatever of its descendants lived there. */
  #endRoot(record: SlotRecord, host: number, lost: ExitReason): void {
    record.life.lostHost = host;
    // A host of its own that was ended to kill it: what was on it ends as it does.
    const reason = record.life.endReason ?? lost;
    const elsewhere: Promise<unknown>[] = [];
    for (const child of [...record.children].toReversed()) {
      if (child.host === undefined) this.#endBelow(child, reason, record.mayReturn, elsewhere);
    }
    switch (record.state.kind) {
      case 'starting':
        failStart(record, { kind: 'error', error: lostWhileStarting(record, host, lost) });
        break;
      case 'up':
        this.#ends.ended(record, reason, elsewhere);
        break;
      case 'ending':
      case 'waiting':
      case 'dead':
    }
  }

  /**
   * Its parent is lost as well: nobody decides about it. Its children elsewhere are ended, and their ends waited for.
   *
   * @param keepsSlots Whether its parent may start it again.
   */
  #endBelow(record: SlotRecord, lost: ExitReason, keepsSlots: boolean, elsewhere: Promise<unknown>[]): void {
    const { watchers, reports } = this.#books;
    const reason = record.life.endReason ?? lost;
    const isKept = record.isHeld && keepsSlots;
    record.life.comesBack ??= record.isOfSpec && record.parent?.startsAgain(lost) === true;
    for (const child of [...record.children].toReversed()) {
      if (child.host === undefined) this.#endBelow(child, lost, isKept, elsewhere);
      else elsewhere.push(this.#shutdowns.shutdown(child, 0));
    }
    if (record.state.kind === 'up') {
      this.#ends.crashed(record, reason);
      watchers.tellActors(record, reason, isKept && record.life.comesBack);
    }
    reports.lost(record);
    if (record.state.kind === 'starting') record.state.failed(new StartFailedError(record.path, 'its host has ended'));
    if (!isKept) this.#vacant.die(record, reason);
    else if (record.state.kind !== 'dead') this.#vacant.wait(record, reason);
    this.#vacant.tellWaiters(record, reason);
  }
}
