import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { actor } from '../../../index.ts';

/** Ends its host in every way that there is, and prints before. */
export const Dying = actor(import.meta, {
  name: 'dying',
  init: () => null,
  handlers: {
    pid: (): number => process.pid,
    incarnation: (ctx): number => ctx.incarnation,
    exit(_ctx, code: number): never { process.exit(code); },
    throwOutside(_ctx, message: string) { setTimeout(() => { throw new Error(message); }, 1); },
    rejectOutside(_ctx, message: string) { setTimeout(() => { void Promise.reject(new Error(message)); }, 1); },
    raise(_ctx, signal: NodeJS.Signals) { process.kill(process.pid, signal); },
    abort(): never { process.abort(); },
    spin() { for (;;); },
    write(_ctx, text: string) { process.stderr.write(text); },
    /** As native code does, past the streams of JavaScript. */
    writeNatively(_ctx, text: string) { writeSync(2, text); },
    /** `lines` on each of both streams, in turn, then the end. */
    print(_ctx, label: string, lines: number, end: 'exit' | 'SIGKILL' | 'throw' | 'go on'): number {
      for (let i = 1; i <= lines; i++) {
        process.stdout.write(`${label} out ${i} ${PADDING}\n`);
        console.error(`${label} err ${i} ${PADDING}`);
      }
      if (end === 'exit') process.exit(0);
      if (end === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
      if (end === 'throw') setImmediate(() => { throw new Error('thrown in an immediate'); });
      return lines;
    },
    /** Holds ever more: in a growing map, a growing array, one text, or in buffers, which don't count. */
    eat(_ctx, what: keyof typeof MEALS = 'map', megabytes = Infinity): number {
      return MEALS[what](megabytes).length;
    },
    /** A process that holds this one's standard streams open. */
    leaveBehind: (): number => spawn('sleep', ['30'], { stdio: 'inherit', detached: true }).pid ?? 0,
    variable: (_ctx, name: string): string | undefined => process.env[name],
    folder: (): string => process.cwd(),
    execArgv: (): readonly string[] => process.execArgv,
  },
});

/** Long enough that a thousand lines fill every pipe. */
const PADDING = '.'.repeat(200);

const MEALS = {
  map(): unknown[] {
    const eaten = new Map<number, string>();
    for (let i = 0; ; i++) eaten.set(i, `${i} `.repeat(100));
  },
  array(): unknown[] {
    const eaten: number[] = [];
    for (let i = 0; ; i++) eaten.push(i + 0.5);
  },
  objects(): unknown[] {
    const eaten: object[] = [];
    for (let i = 0; ; i++) eaten.push({ i, text: `${i}`, list: [i] });
  },
  buffers(megabytes: number): unknown[] {
    return Array.from({ length: megabytes }, () => Buffer.alloc(2 ** 20, 1));
  },
};
