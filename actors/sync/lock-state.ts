import type { Cancel } from '../../core/clock.ts';
import type { Edge } from './circle.ts';
import type { Later } from '../../core/context.ts';
import type { Party } from './party.ts';
import { Belongings } from './belongings.ts';
import { firstNumber } from '../tickets.ts';
import { isSame } from './party.ts';

/** What kind of lock it is; with how many permits a semaphore begins. */
export type LockKind =
  | { readonly kind: 'mutex' | 'reentrant_mutex' }
  | { readonly kind: 'semaphore' | 'bounded_semaphore'; readonly permits: number };

/** What somebody is told who has it now. */
export interface Grant {
  /** Whether the one before has ended without releasing it. */
  readonly wasAbandoned: boolean;
  readonly waitedMs: number;
}

/** What somebody is told who has slept, and has it again. */
export interface Woken extends Grant {
  /** Whether it was notified, and not too late. */
  readonly wasNotified: boolean;
}

/** What one line of work has of a lock: it waits in line for it, holds it, or sleeps at one of its conditions. */
export interface Claim {
  readonly party: Party | undefined;
  /** Under which it is known: one, or one for each level. It is over with the last of them. */
  readonly tickets: Set<number>;
  /** Another number whenever it begins to wait, or to hold. */
  turn: number;
  /** When it has begun to wait or to sleep, and when it has come into the line. */
  since: number;
  inLineSince: number;
  /** Whom to tell that it has the lock. */
  later: Later<Woken> | undefined;
  /** Takes back what is to be done when it still sleeps, or waits. */
  cancel: Cancel | undefined;
  /** The condition at which it sleeps, or has slept last. */
  condition: number | undefined;
  wasNotified: boolean;
  /** Whether it was notified, and may not know. */
  isUnaware: boolean;
}

export interface LockState {
  readonly isMutex: boolean;
  readonly isReentrant: boolean;
  /** How many permits may be free at most. */
  readonly limit: number;
  free: number;
  /** How many of those were left by somebody who has ended. */
  abandoned: number;
  nextTicket: number;
  nextTurn: number;
  readonly claims: Map<number, Claim>;
  readonly belongings: Belongings<Claim>;
  readonly holders: Set<Claim>;
  /** In their order. */
  readonly line: Set<Claim>;
  /** In their order. */
  readonly sleepers: Set<Claim>;
  /** Whether other locks ask this one who waits for whom. */
  isAsked: boolean;
}

export function newLockState(input: LockKind, incarnation: number): LockState {
  const { kind } = input;
  const permits = 'permits' in input ? input.permits : 1;
  return {
    isMutex: kind === 'mutex' || kind === 'reentrant_mutex',
    isReentrant: kind === 'reentrant_mutex',
    limit: kind === 'semaphore' ? Infinity : permits,
    free: permits,
    abandoned: 0,
    nextTicket: firstNumber(incarnation),
    nextTurn: firstNumber(incarnation),
    claims: new Map(),
    belongings: new Belongings(),
    holders: new Set(),
    line: new Set(),
    sleepers: new Set(),
    isAsked: false,
  };
}

export function newClaim(party: Party | undefined, ticket: number, now: number): Claim {
  return {
    party, tickets: new Set([ticket]), turn: 0, since: now, inLineSince: now, later: undefined, cancel: undefined,
    condition: undefined, wasNotified: false, isUnaware: false,
  };
}

/** What this party holds. */
export function holdingOf({ belongings, holders }: LockState, party: Party | undefined): Claim | undefined {
  if (party === undefined) return undefined;
  for (const claim of belongings.of(party.ref)) if (holders.has(claim) && isSame(claim.party, party)) return claim;
  return undefined;
}

/** Whoever shows this ticket has heard of what was notified for it. */
export function heldUnder({ claims, holders }: LockState, ticket: number): Claim | undefined {
  const claim = claims.get(ticket);
  if (claim === undefined || !holders.has(claim)) return undefined;
  claim.isUnaware = false;
  return claim;
}

/** The wait of an edge, if it is still there. */
export function waitOf({ belongings, line, holders }: LockState, { waiter, wait: turn, hold }: Edge): Claim | undefined {
  for (const claim of belongings.of(waiter.ref)) {
    if (claim.turn === turn && line.has(claim)) return [...holders][0]?.turn === hold ? claim : undefined;
  }
  return undefined;
}
