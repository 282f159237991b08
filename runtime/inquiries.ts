import type { ActorFacts, ActorSnapshot } from '../core/actor-snapshot.ts';
import type { Order, Request } from './control.ts';
import type { SlotBook } from './slot-book.ts';
import type { SlotRecord } from './slot-record.ts';
import { UnavailableError } from '../core/errors.ts';

/** Somebody waits for what the host of an actor does, or knows of it. */
interface Inquiry {
  readonly kind: 'suspend' | 'resume' | 'inspect';
  readonly from: number;
  readonly request: number;
  readonly record: SlotRecord;
  /** The host that was asked. */
  readonly host: number;
}

/**
 * Actors that are suspended, resumed and looked at: their hosts are asked, and when the actor or its host ends before the
 * answer has come, that is the answer.
 */
export class Inquiries {
  readonly #slots: SlotBook;
  readonly #order: (hostId: number, order: Order) => void;
  readonly #open = new Map<number, Inquiry>();
  #last = 0;

  constructor(slots: SlotBook, order: (hostId: number, order: Order) => void) {
    this.#slots = slots;
    this.#order = order;
  }

  ask(from: number, { type: kind, request, slot }: Extract<Request, { type: Inquiry['kind'] }>): void {
    const record = this.#slots.get(slot);
    if (record === undefined) {
      this.#order(from, { type: 'done', request, reason: this.#slots.reasonOfDead(slot) });
      return;
    }
    const { host, incarnation, state } = record;
    const inquiry = { kind, from, request, record, host: host?.id ?? NO_HOST };
    // A host may know of one that isn't up; nothing is to be done with it.
    const isAsked = state.kind === 'up' || (kind === 'inspect' && host?.isReady === true);
    if (!isAsked) {
      this.#answer(inquiry);
      return;
    }
    const number = ++this.#last;
    this.#open.set(number, inquiry);
    host?.order({ type: kind, inquiry: number, slot, incarnation });
  }

  /** A host has done what it was asked for, or knows so much. */
  answered(from: number, number: number, facts?: ActorFacts): void {
    const inquiry = this.#open.get(number);
    if (inquiry?.host !== from) return;
    this.#open.delete(number);
    const { kind, request, record } = inquiry;
    if (kind === 'inspect') this.#answer(inquiry, facts);
    else if (record.state.kind === 'up') this.#order(inquiry.from, { type: 'done', request, reason: undefined });
    else this.#answer(inquiry);
  }

  /** An incarnation has ended, and with it what was asked of it. */
  ended(record: SlotRecord): void {
    this.#close((inquiry) => inquiry.record === record);
  }

  /** Whoever was there is told of as ended, now or when its descendants have ended. */
  hostEnded(host: number): void {
    this.#close((inquiry) => inquiry.host === host && inquiry.record.state.kind !== 'ending');
  }

  #close(isOver: (inquiry: Inquiry) => boolean): void {
    for (const [number, inquiry] of this.#open) {
      if (!isOver(inquiry)) continue;
      this.#open.delete(number);
      this.#answer(inquiry);
    }
  }

  /** Answers for an actor that isn't up, or with what its host has said of it. */
  #answer({ kind, from, request, record }: Inquiry, facts?: ActorFacts): void {
    const { state, path, host } = record;
    if (state.kind === 'dead') {
      this.#order(from, { type: 'done', request, reason: state.reason });
      return;
    }
    switch (kind) {
      case 'suspend':
        this.#order(from, { type: 'failed', request, error: new UnavailableError(path, 'suspend') });
        break;
      case 'resume':
        // What starts again is not suspended.
        this.#order(from, { type: 'done', request, reason: undefined });
        break;
      case 'inspect': {
        const at = host === undefined ? undefined : { id: host.id, kind: host.kind };
        const known = outline(record);
        // Its host knows of no life of it; whether there will be another one is known here.
        const status = facts === undefined || facts.status === 'restarting' ? known.status : facts.status;
        const snapshot: ActorSnapshot = { path, host: at, ...known, ...facts, status };
        this.#order(from, { type: 'snapshot', request, snapshot });
      }
    }
  }
}

/** In place of the number of a host that was asked: none was. */
const NO_HOST = -1;

/** What is known of an actor of which no host knows more. */
function outline({ incarnation, state: { kind } }: SlotRecord): ActorFacts {
  const first = kind === 'starting' && incarnation === 1;
  return {
    incarnation, status: first ? 'starting' : kind === 'ending' ? 'stopping' : 'restarting', suspended: false, state: undefined,
    mailbox: { queued: 0, stashed: 0, signals: 0 }, handling: [], timers: { after: 0, every: 0, idle: false },
  };
}
