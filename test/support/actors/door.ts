import type { Later, RefOf } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** Lets nobody in before it is open: whoever comes is put aside. Three may wait. */
export const Door = actor(import.meta, {
  name: 'door',
  init: () => ({ isOpen: false, seen: [] as string[], later: [] as Later<string>[] }),
  handlers: {
    enter(ctx, name: string): string {
      if (!ctx.state.isOpen) return ctx.stash();
      ctx.state.seen.push(name);
      return `welcome, ${name}`;
    },
    async enterSlowly(ctx, name: string): Promise<string> {
      await ctx.sleep(1);
      if (ctx.state.isOpen) ctx.state.seen.push(name);
      else ctx.stash();
      return name;
    },
    /** Says what it can't be put aside for. */
    tryToEnter(ctx, name: string): string {
      try {
        return ctx.stash();
      } catch (error) {
        throw ctx.refuse('turned_away', `${name}: ${(error as Error).message}`, { code: (error as { code: string }).code });
      }
    },
    enterAndThrow(ctx, how: 'refuse' | 'crash'): string {
      try {
        return ctx.stash();
      } finally {
        // oxlint-disable-next-line no-unsafe-finally -- that is what is tried
        throw how === 'refuse' ? ctx.refuse('no', 'not after all') : new Error('not after all');
      }
    },
    enterAsStream: function* enterAsStream(ctx): Generator<string> { yield ctx.stash(); },
    async enterByTimer(ctx): Promise<unknown> {
      const tried = ctx.later<unknown>();
      ctx.after(0, (timer) => {
        try {
          timer.stash();
        } catch (error) {
          tried.resolve((error as { code: string }).code);
        }
      });
      return tried.promise;
    },
    open(ctx) {
      ctx.state.isOpen = true;
      ctx.unstashAll();
    },
    close(ctx) { ctx.state.isOpen = false; },
    note(ctx, name: string) { ctx.state.seen.push(name); },
    seen: (ctx): readonly string[] => ctx.state.seen,
    incarnation: (ctx): number => ctx.incarnation,
    crash(): never { throw new Error('the door broke'); },
    answerLater(ctx): Promise<string> {
      const later = ctx.later<string>();
      ctx.state.later.push(later);
      return later.promise;
    },
    /** Its second try ends the host. */
    exitWhenOpen(ctx): never {
      if (!ctx.state.isOpen) return ctx.stash();
      process.exit(3);
    },
  },
  mailbox: { stash: 3 },
});

export type DoorRef = RefOf<typeof Door>;
