import { appendFileSync } from 'node:fs';
import { actor } from '../../../index.ts';

/** Writes what happens to it into a file: what it did can be read after the program has ended. */
export const Recorder = actor(import.meta, {
  name: 'recorder',
  async init(input: { file: string; label: string; startMs?: number }, ctx) {
    appendFileSync(input.file, `${input.label} started\n`);
    await ctx.sleep(input.startMs ?? 0);
    return input;
  },
  handlers: {
    pid: (): number => process.pid,
    raise(_ctx, signal: NodeJS.Signals) { process.kill(process.pid, signal); },
    async work(ctx, ms: number) {
      await ctx.sleep(ms);
      appendFileSync(ctx.state.file, `${ctx.state.label} worked\n`);
    },
    note(ctx, text: string) { appendFileSync(ctx.state.file, `${ctx.state.label} ${text}\n`); },
    crash(): never { throw new Error('crash on request'); },
    keepTimers: () => { setInterval(() => undefined, 10); },
    spin() { for (;;); },
    async ignoreStop(ctx) {
      await ctx.sleep('1h').catch(() => undefined);
    },
  },
  stop({ state }, reason) { appendFileSync(state.file, `${state.label} stopped: ${reason.kind}\n`); },
});
