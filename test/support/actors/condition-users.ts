import { actor, type Condition } from '../../../index.ts';

/** Who has been woken, as far as it was in this thread. Whoever begins a simulation clears it. */
export const woken: string[] = [];

/** Waits at conditions. */
export const Sleeper = actor(import.meta, {
  name: 'sleeper',
  init: () => ({ nap: Promise.resolve(false) }),
  handlers: {
    /** Whether it was notified. */
    async sleep(_ctx, condition: Condition, timeout: number | undefined): Promise<boolean> {
      return condition.use((held) => condition.wait(held, { timeout }));
    },
    /** Answers when it is asleep. */
    async doze(ctx, condition: Condition): Promise<void> {
      const held = await condition.acquire();
      ctx.state.nap = condition.wait(held).then((wasNotified) => {
        woken.push(ctx.name);
        held.release();
        return wasNotified;
      });
      ctx.state.nap.catch(() => undefined);
      // Nobody else gets in before.
      await condition.use(() => undefined);
    },
    /** Whether it was woken, when it is. */
    async nap({ state }): Promise<boolean> { return state.nap; },
    /** With two levels. */
    async sleepDeep(_ctx, condition: Condition): Promise<boolean> {
      return condition.use(() => condition.use((held) => condition.wait(held)));
    },
    /** Takes its host along. */
    die(ctx): never {
      if (ctx.host.kind === 'process') process.kill(process.pid, 'SIGKILL');
      process.exit(1);
    },
  },
});
