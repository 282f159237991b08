import { appendFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';
import type { ActorRef, HostKind } from '../../../index.ts';
import { actor, isMain, spawn } from '../../../index.ts';

/** Spawns others of its kind, and writes down what the runtime tells it. */
export const Parent = actor(import.meta, {
  name: 'parent',
  async init(input: { file: string; label: string; how?: 'block' | 'wait' }, ctx) {
    while (input.how === 'block');
    if (input.how === 'wait') await ctx.sleep('1h');
    return { ...input, children: [] as unknown[], told: [] as string[] };
  },
  handlers: {
    async add(ctx, label: string, host: HostKind): Promise<unknown> {
      const child = await ctx.spawn(Parent, { input: { file: ctx.state.file, label }, host, name: label });
      ctx.state.children.push(child);
      return child;
    },
    /** The free function, in a handler. */
    async addFreely(ctx, label: string): Promise<unknown> {
      return spawn(Parent, { input: { file: ctx.state.file, label }, name: label });
    },
    trap(ctx) { ctx.trapExit(true); },
    monitor(ctx, ref: ActorRef<object>) { ctx.monitor(ref); },
    demonitor(ctx, ref: ActorRef<object>) { ctx.demonitor(ref); },
    told: (ctx) => ctx.state.told,
    path: (ctx): string => ctx.name,
    pid: (): number => process.pid,
    /** Which thread of which process. */
    home: (): string => `${process.pid} ${threadId}`,
    warn(_ctx, text: string) { console.error(text); },
    spin({ state }) {
      appendFileSync(state.file, 'spins\n');
      for (;;);
    },
    crash(): never { throw new Error('crash on request'); },
    end(ctx) { ctx.stop(); },
    exit: (): never => process.exit(0),
    /** Comes to no end, and takes its host along. */
    exitWhenTold: (_ctx, ms: number): Promise<void> => {
      setTimeout(() => process.exit(0), ms);
      return new Promise(() => undefined);
    },
    block: (): Promise<void> => new Promise(() => undefined),
    tellPathTo(_ctx, ref: ActorRef<{ path(): string }>, count: number) {
      for (let i = 0; i < count; i++) ref.tell.path();
    },
    isMain: (): boolean => isMain(import.meta),
    crashInTimer: () => { setTimeout(() => { throw new Error('thrown in a timer'); }, 1); },
    crashInTimerLater: async (ctx) => {
      await ctx.sleep(1);
      setTimeout(() => { throw new Error('thrown in a timer'); }, 1);
      await ctx.sleep('10s');
    },
  },
  signals: {
    down(ctx, { ref, reason, restarting }) {
      ctx.state.told.push(`${String(ref)} down: ${reason.kind}${restarting ? ', restarting' : ''}`);
    },
    exit(ctx, { ref, reason }) { ctx.state.told.push(`${String(ref)} exit: ${reason.kind}`); },
  },
  stop({ state, name }, reason) { appendFileSync(state.file, `${name} ${reason.kind}\n`); },
});
