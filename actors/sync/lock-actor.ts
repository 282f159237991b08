import type { ActorContext } from '../../core/context.ts';
import type { ActorDefinition } from '../../core/actor.ts';
import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import type { CircleApi, Edge } from './circle.ts';
import type { Claim, Grant, LockKind, LockState, Woken } from './lock-state.ts';
import type { Down } from '../../core/signal.ts';
import type { Party } from './party.ts';
import { ActorError, DeadlockError } from '../../core/errors.ts';
import { TICKETS } from '../tickets.ts';
import { actor } from '../../core/actor.ts';
import { extend, fromYoungest, pathOf } from './circle.ts';
import { heldUnder, holdingOf, newClaim, newLockState, waitOf } from './lock-state.ts';
import { isSame } from './party.ts';
import { ownMeta } from '../../core/own-meta.ts';

type Ctx = ActorContext<LockState>;

/** A wait that is longer may be one of a circle. */
const SUSPICIOUS_MS = 50;
/** The group of the locks at which somebody has waited so long. */
const SUSPICIOUS = 'troupe.suspicious-locks';

/**
 * A mutex or a semaphore, and the conditions of a mutex: who holds it, who waits for it, in turn, and who sleeps until it is notified. Each
 * says under which ticket: so an answer that nobody waits for any more can be taken back, whether it is on its way or not.
 */
export const LockActor = actor(ownMeta(import.meta), {
  name: 'troupe.lock',
  title: 'lock',
  init: (input: LockKind, ctx): LockState => newLockState(input, ctx.incarnation),
  handlers: {
    /** The first of `TICKETS` that nobody else has; as good a number for a condition. */
    tickets({ state }): number {
      const first = state.nextTicket;
      state.nextTicket += TICKETS;
      return first;
    },
    /** Undefined if it can't be had at once, and doesn't wait. */
    acquire(ctx, ticket: number, party: Party | undefined, waits: boolean): Promise<Grant> | Grant | undefined {
      const { state } = ctx;
      const own = state.isMutex ? holdingOf(state, party) : undefined;
      if (own !== undefined && state.isReentrant) {
        own.tickets.add(ticket);
        state.claims.set(ticket, own);
        return { wasAbandoned: false, waitedMs: 0 };
      }
      if (state.free === 0 && !waits) return undefined;
      if (own !== undefined) {
        const { name = '' } = party ?? {};
        return reject(ctx, new DeadlockError(`acquire "${ctx.name}"`, [name, ctx.name, name]));
      }
      const claim = newClaim(party, ticket, ctx.now());
      state.claims.set(ticket, claim);
      state.belongings.add(ctx, claim);
      if (state.free > 0) return grant(ctx, claim);
      const answer = wait(ctx, claim);
      lineUp(ctx, claim);
      return answer;
    },
    /** What goes under this ticket, wherever it is. */
    release(ctx, ticket: number): void {
      const { state } = ctx;
      const claim = heldUnder(state, ticket) ?? state.claims.get(ticket);
      if (claim === undefined) return;
      state.claims.delete(ticket);
      claim.tickets.delete(ticket);
      if (claim.tickets.size > 0) return;
      // It may be asleep.
      claim.later?.reject(notHeld(ctx, 'wait at a condition of'));
      end(ctx, claim);
    },
    /** Who was asleep has gone away: all its levels are given back, and a notification that it can't use goes to the next one. */
    leave(ctx, ticket: number): void {
      const claim = ctx.state.claims.get(ticket);
      if (claim === undefined) return;
      claim.later?.reject(notHeld(ctx, 'wait at a condition of'));
      end(ctx, claim);
    },
    /** More permits, that nobody has held. */
    addPermits(ctx, count: number): Promise<never> | undefined {
      const { state } = ctx;
      if (state.free + count > state.limit) {
        const text = `Cannot release "${ctx.name}": it would have more permits than the ${state.limit} that it began with`;
        return reject(ctx, new ActorError('TROUPE_TOO_MANY_PERMITS', text));
      }
      state.free += count;
      serve(ctx);
      return undefined;
    },
    free: ({ state }): number => state.free,
    /** Lets the lock go until the condition is notified, or `timeoutMs` are over, and takes it again. */
    wait(ctx, ticket: number, condition: number, timeoutMs: number): Promise<Woken> {
      const { state } = ctx;
      const claim = heldUnder(state, ticket);
      if (claim === undefined) return reject(ctx, notHeld(ctx, 'wait at a condition of'));
      claim.since = ctx.now();
      claim.condition = condition;
      claim.wasNotified = false;
      const answer = wait(ctx, claim);
      claim.cancel = ctx.after(timeoutMs, (then) => {
        state.sleepers.delete(claim);
        lineUp(then, claim);
      });
      state.sleepers.add(claim);
      letGo(state, claim);
      serve(ctx);
      return answer;
    },
    notify(ctx, ticket: number, condition: number, count: number): Promise<never> | undefined {
      if (heldUnder(ctx.state, ticket) === undefined) return reject(ctx, notHeld(ctx, 'notify a condition of'));
      notify(ctx, condition, count);
      return undefined;
    },
    /** Whether whoever holds the last one of these waits here. */
    probe(ctx, path: readonly Edge[]): void {
      const { holder } = path.at(-1) as Edge;
      for (const claim of ctx.state.belongings.of(holder.ref)) if (isSame(claim.party, holder)) chase(ctx, path, claim);
    },
    /** Goes on from the waits of this one, who holds something else since they have begun. */
    chaseFrom(ctx, party: Party): void {
      for (const claim of ctx.state.belongings.of(party.ref)) if (isSame(claim.party, party)) chase(ctx, [], claim);
    },
    /** Whether this one of them is still there. */
    confirm(ctx, circle: readonly Edge[], at: number): void {
      const edge = circle[at] as Edge;
      if (waitOf(ctx.state, edge) === undefined) return;
      const next = circle[at + 1];
      if (next !== undefined) {
        next.lock.tell.confirm(circle, at + 1);
        return;
      }
      // All have been there at one time: when they had been found, and the first of them hadn't been looked for again.
      const broken = fromYoungest(circle);
      broken[0]?.lock.tell.breakUp(broken);
    },
    /** Ends the first wait of them. */
    breakUp(ctx, circle: readonly Edge[]): void {
      const claim = waitOf(ctx.state, circle[0] as Edge);
      if (claim === undefined) return;
      claim.later?.reject(new DeadlockError(`acquire "${ctx.name}"`, pathOf(circle)));
      end(ctx, claim);
    },
  },
  signals: {
    down(ctx, down: Down): void {
      const { state } = ctx;
      for (const claim of state.belongings.ended(ctx, down)) {
        if (state.holders.has(claim)) state.abandoned++;
        end(ctx, claim);
      }
    },
  },
});

/** What a lock is asked, for those who hold it. */
export type LockHandlers = typeof LockActor extends ActorDefinition<infer _I, infer H, infer _W> ? H : never;

export type LockRef = ActorRef<ApiOf<LockHandlers>>;

// What becomes of a claim

/** An answer for when it has the lock. */
function wait(ctx: Ctx, claim: Claim): Promise<Woken> {
  const later = claim.later = ctx.later<Woken>(() => { if (claim.later === later) end(ctx, claim); });
  return later.promise;
}

/** It waits behind all others, unless the lock is free. */
function lineUp(ctx: Ctx, claim: Claim): void {
  const { state } = ctx;
  claim.turn = state.nextTurn++;
  claim.inLineSince = ctx.now();
  claim.cancel?.();
  claim.cancel = state.isMutex && claim.party !== undefined ? ctx.after(SUSPICIOUS_MS, (then) => { suspect(then, claim); }) : undefined;
  state.line.add(claim);
  serve(ctx);
}

/** Those in line get what is free, each in turn. */
function serve(ctx: Ctx): void {
  const { state } = ctx;
  for (const claim of state.line) {
    if (state.free === 0) break;
    state.line.delete(claim);
    const { later } = claim;
    stopWaiting(claim);
    later?.resolve(grant(ctx, claim));
    if (state.isAsked && state.line.size > 0) suspectHolder(ctx, claim);
  }
  if (state.line.size > 0 || !state.isAsked) return;
  state.isAsked = false;
  void ctx.leave(SUSPICIOUS).catch(() => undefined);
}

function grant(ctx: Ctx, claim: Claim): Woken {
  const { state } = ctx;
  state.free--;
  state.holders.add(claim);
  claim.turn = state.nextTurn++;
  const wasAbandoned = state.abandoned > 0;
  if (wasAbandoned) state.abandoned--;
  return { wasAbandoned, wasNotified: claim.wasNotified, waitedMs: ctx.now() - claim.since };
}

function stopWaiting(claim: Claim): void {
  claim.cancel?.();
  claim.cancel = claim.later = undefined;
}

function letGo(state: LockState, claim: Claim): void {
  if (state.holders.delete(claim)) state.free = Math.min(state.limit, state.free + 1);
}

/** It is over, wherever it is. */
function end(ctx: Ctx, claim: Claim): void {
  const { state } = ctx;
  for (const ticket of claim.tickets) state.claims.delete(ticket);
  state.belongings.delete(claim);
  state.line.delete(claim);
  state.sleepers.delete(claim);
  stopWaiting(claim);
  letGo(state, claim);
  if (claim.isUnaware) notify(ctx, claim.condition, 1);
  serve(ctx);
}

/** Those who have slept longest at a condition wait for the lock. */
function notify(ctx: Ctx, condition: number | undefined, count: number): void {
  const { sleepers } = ctx.state;
  for (const claim of [...sleepers].filter((each) => each.condition === condition).slice(0, count)) {
    sleepers.delete(claim);
    claim.wasNotified = claim.isUnaware = true;
    lineUp(ctx, claim);
  }
}

function notHeld(ctx: Ctx, action: string): ActorError {
  return new ActorError('TROUPE_NOT_HELD', `Cannot ${action} "${ctx.name}": this guard doesn't hold it`);
}

/** An answer that is an error, and no end of this actor. */
function reject(ctx: Ctx, error: Error): Promise<never> {
  const later = ctx.later<never>();
  later.reject(error);
  return later.promise;
}

// Who waits for whom

/** It has waited for long: perhaps for itself. Whoever is part of a circle is asked for after this, and is there then. */
function suspect(ctx: Ctx, claim: Claim): void {
  const { state } = ctx;
  if (!state.line.has(claim)) return;
  state.isAsked = true;
  void ctx.join(SUSPICIOUS).then(() => chase(ctx, [], claim)).catch(() => undefined);
}

/** Those in line wait for another one now, who may have waited for them before: elsewhere. */
function suspectHolder(ctx: Ctx, { party }: Claim): void {
  if (party !== undefined) void ctx.group(LockActor, SUSPICIOUS).publish.chaseFrom(party).catch(() => undefined);
}

/** Goes on with a path of those who wait for each other. */
function chase(ctx: Ctx, path: readonly Edge[], claim: Claim): void {
  const edge = edgeOf(ctx, claim);
  const longer = edge === undefined ? undefined : extend(path, edge);
  if (longer === undefined) return;
  if (longer.isCircle) longer.edges[0]?.lock.tell.confirm(longer.edges, 0);
  else void ctx.group(LockActor, SUSPICIOUS).publish.probe(longer.edges).catch(() => undefined);
}

/** Whom it waits for: the one who holds the lock, if that is an actor. */
function edgeOf(ctx: Ctx, claim: Claim): Edge | undefined {
  const { state } = ctx;
  const [holder] = state.holders;
  if (!state.isMutex || !state.line.has(claim) || claim.party === undefined || holder?.party === undefined) return undefined;
  const lock: ActorRef<CircleApi> = ctx.self.as(LockActor);
  return { lock, lockName: ctx.name, waiter: claim.party, wait: claim.turn, since: claim.inLineSince, holder: holder.party, hold: holder.turn };
}
