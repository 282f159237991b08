import type { ActorDefinition } from '../../core/actor.ts';
import type { ActorContext, Later } from '../../core/context.ts';
import type { ActorRef } from '../../core/actor-ref.ts';
import type { Down } from '../../core/signal.ts';
import { Fifo } from '../../core/fifo.ts';
import { actor } from '../../core/actor.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** Which end of a pipe. */
export type Side = 0 | 1;

/** What a holder of an end goes by from the moment at which it is the one. */
export interface Holding {
  /** Says in later calls that it is this holder, and not one before it. */
  readonly claim: number;
  /** How many values this end has sent, and how many it may have sent before it waits for room. */
  readonly sent: number;
  readonly room: number;
  /** How many it has taken of what the other end has sent. */
  readonly taken: number;
}

/** Values for a reader, from the one behind those that it has taken. */
export interface Batch {
  readonly values: readonly unknown[];
  /** Nothing comes behind these: the other end is closed. */
  readonly isLast: boolean;
}

/** The actor to which an end belongs: one of its lives, if that is known. */
export interface Owner {
  readonly ref: ActorRef<object>;
  readonly incarnation: number | undefined;
}

/** One end, as the pipe sees it. */
interface End {
  claim: number;
  /** Closed when this one ends. */
  owner: Owner | undefined;
  isClosed: boolean;
  /** How many values have come from it. */
  sent: number;
  /** How many of the other's values it has taken for good, and how many it was given, perhaps in vain. */
  taken: number;
  given: number;
  /** What has come from it, and hasn't been taken by the other end. */
  readonly values: Fifo<unknown>;
  /** Who waits for a value, for room, and for the values of an earlier holder. */
  reader: { readonly later: Later<Batch>; readonly max: number } | undefined;
  writer: Later<number> | undefined;
  heir: { readonly later: Later<Holding>; readonly sent: number } | undefined;
}

interface PipeState {
  readonly capacity: number;
  readonly ends: readonly [End, End];
}

type Ctx = ActorContext<PipeState>;

/**
 * Both directions of a pipe: what one end has sent stays here until the other end says that it has it. Reading is repeatable: a call whose
 * answer is lost, or comes too late, loses nothing.
 */
export const PipeActor = actor(ownMeta(import.meta), {
  name: 'troupe.pipe',
  title: 'pipe',
  init: ({ capacity }: { capacity: number }): PipeState => ({ capacity, ends: [newEnd(), newEnd()] }),
  handlers: {
    /** Makes the caller the one that holds this end, once all is here that the one before it has sent. */
    claim(ctx, side: Side, owner: Owner | undefined, sent: number, taken: number): Promise<Holding> | Holding {
      const end = openEnd(ctx, side);
      own(ctx, end, owner);
      end.claim++;
      take(ctx, side, taken);
      endWaits(end, ctx.refuse('moved', 'somebody else uses this end now'));
      if (end.sent >= sent) return holdingOf(ctx, side);
      const later = ctx.later<Holding>();
      end.heir = { later, sent };
      return later.promise;
    },
    /** When this actor ends, this end is closed. */
    giveTo(ctx, side: Side, ref: ActorRef<object>): void {
      own(ctx, openEnd(ctx, side), { ref, incarnation: undefined });
    },
    send(ctx, side: Side, value: unknown): void {
      const { ends } = ctx.state;
      const end = ends[side];
      end.sent++;
      if (end.heir !== undefined && end.sent >= end.heir.sent) admit(ctx, side);
      // Nobody will read it.
      if (end.isClosed || other(ctx, side).isClosed) return;
      end.values.push(value);
      deliver(ctx, otherSide(side));
    },
    /** Whether what this end sends has any use: else it is refused. */
    check(ctx, side: Side, claim: number): void {
      heldEnd(ctx, side, claim);
      if (other(ctx, side).isClosed) throw ctx.refuse('closed', 'the other end is closed');
    },
    /** Answers nobody: whoever waits for other calls of his own, waits here no longer than he wants to. */
    patience(ctx): Promise<void> {
      return ctx.later<void>().promise;
    },
    /** How many values this end may have sent in all, as soon as that is more than `sent`. */
    room(ctx, side: Side, claim: number, sent: number): Promise<number> | number {
      const end = heldEnd(ctx, side, claim);
      if (other(ctx, side).isClosed) throw ctx.refuse('closed', 'the other end is closed');
      const room = roomOf(ctx, side);
      if (room > sent) return room;
      const later = ctx.later<number>(() => { if (end.writer === later) end.writer = undefined; });
      end.writer = later;
      return later.promise;
    },
    /** The values behind the first `taken`, at most `max` of them: at once, or as soon as there are any. They stay here, too. */
    read(ctx, side: Side, claim: number, taken: number, max: number, waits: boolean): Promise<Batch> | Batch {
      const end = heldEnd(ctx, side, claim);
      take(ctx, side, taken);
      const batch = batchOf(ctx, side, max);
      if (batch !== undefined) return batch;
      if (!waits) return { values: [], isLast: false };
      const later = ctx.later<Batch>(() => { if (end.reader?.later === later) end.reader = undefined; });
      end.reader = { later, max };
      return later.promise;
    },
    close(ctx, side: Side, claim: number, taken: number): void {
      const end = ctx.state.ends[side];
      if (end.isClosed || end.claim !== claim) return;
      take(ctx, side, taken);
      close(ctx, side);
    },
  },
  signals: {
    down(ctx, down: Down) {
      for (const side of SIDES) if (hasEnded(ctx.state.ends[side].owner, down)) close(ctx, side);
    },
  },
});

/** What the pipe is asked, for those who hold its ends. */
export type PipeHandlers = typeof PipeActor extends ActorDefinition<infer _I, infer H, infer _W> ? H : never;

const SIDES: readonly Side[] = [0, 1];

function newEnd(): End {
  return {
    claim: 0, owner: undefined, isClosed: false, sent: 0, taken: 0, given: 0, values: new Fifo(), reader: undefined, writer: undefined, heir: undefined,
  };
}

function otherSide(side: Side): Side { return side === 0 ? 1 : 0; }

function other(ctx: Ctx, side: Side): End { return ctx.state.ends[otherSide(side)]; }

function openEnd(ctx: Ctx, side: Side): End {
  const end = ctx.state.ends[side];
  if (end.isClosed) throw ctx.refuse('closed', 'this end is closed');
  return end;
}

function heldEnd(ctx: Ctx, side: Side, claim: number): End {
  const end = openEnd(ctx, side);
  if (end.claim !== claim) throw ctx.refuse('moved', 'somebody else uses this end now');
  return end;
}

function own(ctx: Ctx, end: End, owner: Owner | undefined): void {
  const before = end.owner?.ref;
  end.owner = owner;
  if (before !== undefined && !ctx.state.ends.some((each) => each.owner?.ref.equals(before))) ctx.demonitor(before);
  if (owner !== undefined) ctx.monitor(owner.ref, { incarnation: owner.incarnation });
}

/** What is told may be of a life before the owner's. */
function hasEnded(owner: Owner | undefined, { ref, incarnation = Infinity }: Down): boolean {
  return owner !== undefined && owner.ref.equals(ref) && (owner.incarnation ?? 0) <= incarnation;
}

/** Whoever waits at this end is told why there is nothing to wait for any more. */
function endWaits(end: End, why: Error): void {
  for (const later of [end.reader?.later, end.writer, end.heir?.later]) later?.reject(why);
  end.reader = end.writer = end.heir = undefined;
}

function holdingOf(ctx: Ctx, side: Side): Holding {
  const { claim, sent, taken } = ctx.state.ends[side];
  return { claim, sent, taken, room: roomOf(ctx, side) };
}

function admit(ctx: Ctx, side: Side): void {
  const end = ctx.state.ends[side];
  end.heir?.later.resolve(holdingOf(ctx, side));
  end.heir = undefined;
}

/** How many values an end may have sent in all. */
function roomOf(ctx: Ctx, side: Side): number {
  return other(ctx, side).given + ctx.state.capacity;
}

/** The values up to this one are the reader's. */
function take(ctx: Ctx, side: Side, taken: number): void {
  const end = ctx.state.ends[side];
  const from = other(ctx, side);
  if (taken <= end.taken) return;
  for (; end.taken < taken; end.taken++) from.values.shift();
}

function batchOf(ctx: Ctx, side: Side, max: number): Batch | undefined {
  const end = ctx.state.ends[side];
  const from = other(ctx, side);
  if (from.values.size === 0) return from.isClosed ? { values: [], isLast: true } : undefined;
  const values: unknown[] = [];
  for (const value of from.values) {
    if (values.length >= max) break;
    values.push(value);
  }
  end.given = Math.max(end.given, end.taken + values.length);
  from.writer?.resolve(roomOf(ctx, otherSide(side)));
  from.writer = undefined;
  return { values, isLast: from.isClosed && values.length === from.values.size };
}

/** A reader that waits gets what there is. */
function deliver(ctx: Ctx, side: Side): void {
  const end = ctx.state.ends[side];
  if (end.reader === undefined) return;
  const batch = batchOf(ctx, side, end.reader.max);
  if (batch === undefined) return;
  end.reader.later.resolve(batch);
  end.reader = undefined;
}

function close(ctx: Ctx, side: Side): void {
  const end = ctx.state.ends[side];
  if (end.isClosed) return;
  end.isClosed = true;
  endWaits(end, ctx.refuse('closed', 'this end is closed'));
  const peer = other(ctx, side);
  // What it hasn't read, nobody will; what it has sent, the other one still reads.
  while (peer.values.size > 0) peer.values.shift();
  peer.writer?.reject(ctx.refuse('closed', 'the other end is closed'));
  peer.writer = undefined;
  deliver(ctx, otherSide(side));
  if (peer.isClosed) ctx.stop();
}
