import type { ActorDefinition } from '../../core/actor.ts';
import type { ActorContext, Later } from '../../core/context.ts';
import type { ActorRef } from '../../core/actor-ref.ts';
import type { Down } from '../../core/signal.ts';
import { Backlog } from './backlog.ts';
import { TICKETS, firstNumber } from '../tickets.ts';
import { actor } from '../../core/actor.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** One life of an actor that takes items; nobody is the program itself. */
export interface Consumer {
  readonly ref: ActorRef<object>;
  readonly incarnation: number;
}

/** Who waits for items. */
interface Taker {
  readonly max: number;
  readonly consumer: Consumer | undefined;
  readonly later: Later<readonly unknown[]>;
}

/** Who waits for room. */
interface Putter {
  readonly values: readonly unknown[];
  /** How many of them have been accepted. */
  accepted: number;
  readonly later: Later<void>;
}

interface QueueState {
  readonly capacity: number;
  isClosed: boolean;
  nextTicket: number;
  readonly backlog: Backlog<Consumer | undefined>;
  /** The last known life of each consumer that is monitored. */
  readonly consumers: Map<ActorRef<object>, Consumer>;
  /** By ticket, in their order. */
  readonly takers: Map<number, Taker>;
  readonly putters: Set<Putter>;
  /** Who waits until all is acknowledged. */
  readonly joiners: Set<Later<true>>;
  /** Who waits until something is ready. */
  readonly watchers: Set<Later<true>>;
}

type Ctx = ActorContext<QueueState>;

/**
 * Keeps what was put until it is acknowledged. Whoever takes says under which ticket: so an answer that nobody waits for any more can be taken
 * back, whether it is on its way or not.
 */
export const QueueActor = actor(ownMeta(import.meta), {
  name: 'troupe.queue',
  title: 'queue',
  init: ({ capacity }: { capacity: number }, ctx): QueueState => ({
    capacity,
    isClosed: false,
    nextTicket: firstNumber(ctx.incarnation),
    backlog: new Backlog(),
    consumers: new Map(),
    takers: new Map(),
    putters: new Set(),
    joiners: new Set(),
    watchers: new Set(),
  }),
  handlers: {
    /** The first of `TICKETS` that nobody else has. */
    tickets({ state }): number {
      const first = state.nextTicket;
      state.nextTicket += TICKETS;
      return first;
    },
    /** Answers when all of them have been accepted, which may be one after the other. */
    put(ctx, ...values: unknown[]): Promise<void> | undefined {
      const { state } = ctx;
      if (state.isClosed) throw closed(ctx);
      const accepted = state.putters.size > 0 ? 0 : accept(ctx, values);
      if (accepted === values.length) return undefined;
      const later = ctx.later<void>(() => { state.putters.delete(putter); });
      const putter = { values, accepted, later };
      state.putters.add(putter);
      return later.promise;
    },
    tryPut(ctx, value: unknown): boolean {
      if (ctx.state.isClosed) throw closed(ctx);
      return ctx.state.putters.size === 0 && accept(ctx, [value]) === 1;
    },
    /** At least one item, and at most `max` of those that are ready, under this ticket and those behind it; none if it doesn't wait. */
    take(
      ctx, ticket: number, max: number, waits: boolean, consumer: Consumer | undefined,
    ): Promise<readonly unknown[]> | readonly unknown[] {
      const { state } = ctx;
      const known = consumer === undefined ? undefined : watch(ctx, consumer);
      if (state.backlog.size > 0) {
        const values = give(ctx, ticket, max, known);
        admit(state);
        return values;
      }
      if (isOver(state)) throw closed(ctx);
      if (!waits) return [];
      const later = ctx.later<readonly unknown[]>();
      state.takers.set(ticket, { max, consumer: known, later });
      return later.promise;
    },
    acknowledge(ctx, ticket: number): void {
      const { backlog, joiners } = ctx.state;
      backlog.acknowledge(ticket);
      if (backlog.unfinished > 0) return;
      resolveAll(joiners);
      endIfOver(ctx);
    },
    /** Nobody wants what goes under these tickets: who waits for it leaves, what is held comes back. */
    release(ctx, ticket: number, count: number): void {
      const { backlog, takers } = ctx.state;
      takers.delete(ticket);
      for (let i = 0; i < count; i++) backlog.release(ticket + i);
      serve(ctx);
    },
    size: ({ state }): number => state.backlog.size,
    join(ctx): Promise<true> | true {
      const { backlog, joiners } = ctx.state;
      return backlog.unfinished === 0 || waitIn(ctx, joiners);
    },
    /** Whether `take` would not wait; or, if it waits itself, as soon as that is so. */
    isReady(ctx, waits: boolean): Promise<true> | boolean {
      const { state } = ctx;
      if (state.backlog.size > 0 || isOver(state)) return true;
      return waits && waitIn(ctx, state.watchers);
    },
    close(ctx): void {
      const { state } = ctx;
      state.isClosed = true;
      for (const { later } of state.putters) later.reject(closed(ctx));
      state.putters.clear();
      endIfOver(ctx);
    },
  },
  signals: {
    down(ctx, { ref, incarnation = Infinity }: Down) {
      const { backlog, consumers, takers } = ctx.state;
      const hasEnded = (consumer: Consumer | undefined): boolean => consumer?.ref === ref && consumer.incarnation <= incarnation;
      for (const [ticket, { consumer }] of takers) if (hasEnded(consumer)) takers.delete(ticket);
      backlog.releaseAllOf(hasEnded);
      const last = consumers.get(ref);
      consumers.delete(ref);
      // The end of an earlier life has come late.
      if (last !== undefined && !hasEnded(last)) watch(ctx, last);
      serve(ctx);
    },
  },
});

/** What the queue is asked, for those who hold it. */
export type QueueHandlers = typeof QueueActor extends ActorDefinition<infer _I, infer H, infer _W> ? H : never;

function closed(ctx: Ctx): Error {
  return ctx.refuse('closed', 'it is closed');
}

/** Nothing more comes, and nothing can come back. */
function isOver({ isClosed, backlog }: QueueState): boolean {
  return isClosed && backlog.unfinished === 0;
}

/** As many of them as have room, and how many those are. What consumers take at once makes room again. */
function accept(ctx: Ctx, values: readonly unknown[]): number {
  const { backlog, capacity } = ctx.state;
  let accepted = 0;
  while (accepted < values.length && backlog.size < capacity) {
    while (accepted < values.length && backlog.size < capacity) backlog.put(values[accepted++]);
    serve(ctx);
  }
  return accepted;
}

function give({ state: { backlog } }: Ctx, ticket: number, max: number, consumer: Consumer | undefined): readonly unknown[] {
  const values: unknown[] = [];
  while (values.length < max && backlog.size > 0) values.push(backlog.take(ticket + values.length, consumer));
  return values;
}

/** Those who wait for items get what there is, each in turn. */
function serve(ctx: Ctx): void {
  const { backlog, takers, watchers } = ctx.state;
  for (const [ticket, { max, consumer, later }] of takers) {
    if (backlog.size === 0) break;
    takers.delete(ticket);
    later.resolve(give(ctx, ticket, max, consumer));
    // Whoever waits for room has something for the next one.
    admit(ctx.state);
  }
  if (backlog.size > 0) resolveAll(watchers);
}

/** Those who wait for room get it, each in turn. */
function admit({ backlog, putters, capacity }: QueueState): void {
  for (const putter of putters) {
    while (putter.accepted < putter.values.length && backlog.size < capacity) backlog.put(putter.values[putter.accepted++]);
    if (putter.accepted < putter.values.length) break;
    putters.delete(putter);
    putter.later.resolve();
  }
}

function endIfOver(ctx: Ctx): void {
  const { state } = ctx;
  if (!isOver(state)) return;
  for (const { later } of state.takers.values()) later.reject(closed(ctx));
  state.takers.clear();
  resolveAll(state.watchers);
}

/** This life of a consumer: when it ends, what it holds comes back. */
function watch(ctx: Ctx, consumer: Consumer): Consumer {
  const { consumers } = ctx.state;
  const known = consumers.get(consumer.ref);
  if (known?.incarnation === consumer.incarnation) return known;
  if (known === undefined || known.incarnation < consumer.incarnation) consumers.set(consumer.ref, consumer);
  ctx.monitor(consumer.ref, { incarnation: consumer.incarnation });
  return consumer;
}

/** Until all in `waiting` are told, or nobody waits for the answer any more. */
function waitIn(ctx: Ctx, waiting: Set<Later<true>>): Promise<true> {
  const later = ctx.later<true>(() => { waiting.delete(later); });
  waiting.add(later);
  return later.promise;
}

function resolveAll(waiting: Set<Later<true>>): void {
  for (const later of waiting) later.resolve(true);
  waiting.clear();
}
