import { actor, currentActor, tasks, type Barrier, type EventFlag } from '../../../index.ts';

/** Comes to barriers, and waits for events. */
export const Comer = actor(import.meta, {
  name: 'comer',
  init: () => null,
  handlers: {
    async come(_ctx, barrier: Barrier): Promise<number> { return barrier.wait(); },
    /** Answers when it waits there. */
    async stand(_ctx, barrier: Barrier): Promise<number> {
      void barrier.wait().catch(() => undefined);
      return barrier.waiting();
    },
    async waitFor(_ctx, event: EventFlag): Promise<boolean> { return event.wait(); },
    /** Takes its host along. */
    die(ctx): never {
      if (ctx.host.kind === 'process') process.kill(process.pid, 'SIGKILL');
      process.exit(1);
    },
  },
});

/** How often the action was done, as far as it was in this thread. */
export const actions: string[] = [];

export const { note, fail, rest } = tasks(import.meta, {
  note(): void { actions.push('done'); },
  async fail(): Promise<void> { throw new Error('no action'); },
  async rest(): Promise<void> {
    actions.push('begun');
    await currentActor()?.sleep(200);
    actions.push('done');
  },
});
