import { appendFileSync } from 'node:fs';
import { actor } from '../../../index.ts';

/** Sets timers at its start, and writes into a file what they do: it can be read after the program has ended. */
export const Alarmed = actor(import.meta, {
  name: 'alarmed',
  init({ file, label }: { file: string; label: string }, ctx) {
    const note = (text: string): void => appendFileSync(file, `${label} ${text}\n`);
    ctx.idle('1h', () => note('idle'));
    ctx.after(Infinity, () => note('never'));
    ctx.after('1h', () => note('cancelled'))();
    ctx.after(300, () => note('after'));
    let ticks = 0;
    const cancel = ctx.every(50, () => {
      note(`tick ${++ticks}`);
      if (ticks === 3) cancel();
    });
    return { note };
  },
  handlers: {},
  stop({ state }, reason) { state.note(`stopped: ${reason.kind}`); },
});
