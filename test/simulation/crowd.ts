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
    return { id: ctx.id(), last: new Map(), sent: new Map(), downs: 0 };
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
    crash(): never { throw new Error('as told'); },
    end(ctx) { ctx.stop(); },
  },
  signals: {
    down({ state }) { state.downs++; },
  },
});
