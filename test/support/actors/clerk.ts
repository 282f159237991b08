import type { ActorRef, HostKind, RefOf } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** What breaks: a handler's own words. */
interface Tearing { tear(paper: string): never }

/** Files papers, and fails in every way that a crash report can tell. */
export const Clerk = actor(import.meta, {
  name: 'clerk',
  init(input: { failAt?: readonly number[] } | undefined, ctx) {
    if (input?.failAt?.includes(ctx.incarnation) === true) throw new Error(`no desk in incarnation ${ctx.incarnation}`);
    return { papers: [] as string[], failsToStop: false };
  },
  handlers: {
    file(ctx, paper: string): number { return ctx.state.papers.push(paper); },
    incarnation: (ctx): number => ctx.incarnation,
    path: (ctx): string => ctx.name,
    block: (): Promise<void> => new Promise(() => undefined),
    async hire(ctx, host: HostKind = 'local'): Promise<unknown> { return ctx.spawn(Clerk, { host }); },

    tear(_ctx, paper: string): never { throw new RangeError(`${paper} is torn`, { cause: new Error('the scissors') }); },
    sign(_ctx, _password: string): never { throw new Error('no ink'); },
    burn(_ctx, _secret: string): never { throw new Error('smoke'); },
    async tearInTimer(ctx, paper: string) {
      setTimeout(() => { throw new Error(`${paper} is torn`); }, 1);
      await ctx.sleep('1h');
    },
    /** Two of them fail in the same turn. */
    async tearTogether(ctx, paper: string) {
      await ctx.sleep(1);
      throw new Error(`${paper} is torn`);
    },
    *tearPage(_ctx, paper: string): Generator<string> {
      yield paper;
      throw new Error(`${paper} is torn`);
    },
    refuse(ctx): never { throw ctx.refuse('closed', 'the office is closed'); },
    async have(_ctx, other: ActorRef<Tearing>, paper: string) { await other.ask.tear(paper); },
    leave(ctx) { ctx.stop(); },
    leaveBadly(ctx) {
      ctx.state.failsToStop = true;
      ctx.stop();
    },
    exit: (): never => process.exit(3),
  },
  concurrency: 2,
  redact(handler, args) {
    if (handler === 'burn') throw new Error('burnt');
    return handler === 'sign' ? ['***'] : args;
  },
  stop({ state }) { if (state.failsToStop) throw new Error('the door is locked'); },
});

export type ClerkRef = RefOf<typeof Clerk>;
