import type { ActorRef } from '../../index.ts';
import { actor } from '../../index.ts';

/** What members of the crowd say to each other. */
export interface MemberApi {
  hit(from: string, seq: number): void;
  answer(from: string, seq: number): Promise<number>;
}

interface Member {
  /** Of this incarnation, and no other. */
  readonly id: string;
  /** The last number that came from each sender. */
  readonly last: Map<string, number>;
  /** The last number that went to each receiver. */
  readonly sent: Map<string, number>;
  downs: number;
  exits: number;
  timers: number;
  isOpen: boolean;
}

/** Messages from one sender must come in the order of their sending. */
function take({ last, id }: Member, from: string, seq: number): void {
  const before = last.get(from) ?? 0;
  if (seq <= before) throw new Error(`order is broken: ${id} has got ${seq} of ${from} after ${before}`);
  last.set(from, seq);
}

function next({ sent }: Member, to: string): number {
  const seq = (sent.get(to) ?? 0) + 1;
  sent.set(to, seq);
  return seq;
}

/** An actor that does what it is told to, to others like it. */
export const Member = actor(import.meta, {
  name: 'member',
  init: async (_input: undefined, ctx): Promise<Member> => {
    if (ctx.random() < 0.3) await ctx.sleep(ctx.random() * 5);
    ctx.trapExit(ctx.random() < 0.5);
    return { id: ctx.id(), last: new Map(), sent: new Map(), downs: 0, exits: 0, timers: 0, isOpen: true };
  },
  handlers: {
    hit(ctx, from: string, seq: number) { take(ctx.state, from, seq); },
    async answer(ctx, from: string, seq: number): Promise<number> {
      take(ctx.state, from, seq);
      if (ctx.random() < 0.5) await ctx.sleep(ctx.random() * 3);
      return seq;
    },
    tellOther(ctx, other: ActorRef<MemberApi>, times: number) {
      for (let i = 0; i < times; i++) other.tell.hit(ctx.state.id, next(ctx.state, String(other)));
    },
    async askOther(ctx, other: ActorRef<MemberApi>): Promise<string> {
      const seq = next(ctx.state, String(other));
      const answered = other.with({ timeout: '40ms' }).ask.answer(ctx.state.id, seq);
      return answered.then((value) => (value === seq ? 'ok' : `wrong: ${value}`), (error: Error) => error.name);
    },
    async *count(ctx, to: number): AsyncGenerator<number, void, undefined> {
      for (let i = 0; i < to; i++) {
        if (ctx.random() < 0.5) await ctx.sleep(1);
        yield i;
      }
    },
    async beget(ctx, host: 'local' | 'thread'): Promise<string> {
      return ctx.spawn(Member as never, { host }).then(() => 'ok', (error: Error) => error.name);
    },
    watch(ctx, other: ActorRef<object>) { ctx.monitor(other); },
    link(ctx, other: ActorRef<object>) { ctx.link(other); },
    unlink(ctx, other: ActorRef<object>) { ctx.unlink(other); },
    /** One timer of each kind; a tick comes from each. */
    wind(ctx) {
      const { state } = ctx;
      ctx.after(ctx.random() * 20, () => { state.timers++; });
      ctx.idle(5, () => { state.timers++; });
      const stop = ctx.every(3, () => {
        state.timers++;
        if (ctx.random() < 0.5) stop();
      });
    },
    close({ state }) { state.isOpen = false; },
    open(ctx) {
      ctx.state.isOpen = true;
      ctx.unstashAll();
    },
    /** Waits in the stash until it is open. */
    async enter(ctx, value: number): Promise<number> {
      if (!ctx.state.isOpen) return ctx.stash();
      return value;
    },
    join: (ctx): Promise<void> => ctx.join('crowd'),
    async publish(ctx): Promise<string> {
      const told = ctx.group(Member, 'crowd').publish.open();
      return told.then((count) => (count >= 0 ? 'ok' : 'wrong'), (error: Error) => error.name);
    },
    crash(): never { throw new Error('as told'); },
    end(ctx) { ctx.stop(); },
  },
  signals: {
    down({ state }) { state.downs++; },
    exit({ state }) { state.exits++; },
  },
});
