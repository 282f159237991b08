import { actor } from '../../../index.ts';
import { Parent } from './parent.ts';

/** Does what no well-meaning actor does. */
export const Hostile = actor(import.meta, {
  name: 'hostile',
  init: () => ({ log: [] as string[] }),
  handlers: {
    echo: (_ctx, text: string): string => text,
    throwUnreadable(): never {
      throw Object.defineProperty(new Error('x'), 'message', { get() { throw new Error('no message'); } });
    },
    throwProxy(): never {
      throw new Proxy({}, { getPrototypeOf() { throw new Error('no prototype'); } }) as Error;
    },
    // oxlint-disable-next-line unicorn/no-thenable
    returnUnreadable: (): unknown => Object.defineProperty({}, 'then', { get() { throw new Error('no then'); } }),
    *forever(): Generator<number> { for (let i = 0; ; i++) yield i; },
    /** Ends itself, and answers all the same. */
    async endThenAnswer(ctx) {
      ctx.stop();
      await ctx.sleep(20);
      ctx.state.log.push('answered');
      return ctx.state.log.length;
    },
    async killItself(ctx) {
      ctx.self.as(Hostile).kill();
      await ctx.sleep('1h');
    },
  },
});

/** Starts a child on another host, and never comes to an end. */
export const NeverReady = actor(import.meta, {
  name: 'never-ready',
  async init(input: { file: string }, ctx) {
    await ctx.spawn(Parent, { input: { ...input, label: 'child' }, host: 'process', name: 'child' });
    await new Promise(() => undefined);
  },
  handlers: {},
});
