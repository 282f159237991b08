import { spawn } from 'node:child_process';
import { writeFileSync, writeSync } from 'node:fs';
import { url as debuggerUrl } from 'node:inspector';
import type { MessagePort } from 'node:worker_threads';
import { MessageChannel, isMainThread, workerData } from 'node:worker_threads';
import type { ActorRef, RefOf } from '../../../index.ts';
import { THROWN } from './thrown.ts';
import { actor } from '../../../index.ts';

/** What takes down numbers. */
export type Sink = ActorRef<{ note(item: unknown): void }>;

/** Long enough that some hundred of them fill a frame. */
const PADDING = '.'.repeat(500);
/** Long enough that a thousand lines fill every pipe. */
const LINE = '.'.repeat(200);

/** Breaks, or ends its host, in every way that there is; prints before, and starts others of its kind in its own host. */
export const Breaking = actor(import.meta, {
  name: 'breaking',
  init: () => ({ seen: [] as unknown[], timersFirst: [] as string[] }),
  handlers: {
    add: async (ctx): Promise<unknown> => ctx.spawn(Breaking),
    echo: (_ctx, text: string): string => text,
    pid: (): number => process.pid,
    incarnation: (ctx): number => ctx.incarnation,
    block: (): Promise<void> => new Promise(() => undefined),

    throwOne(_ctx, what: string): never { throw THROWN[what]?.(); },
    abort(): never { process.abort(); },
    exit(_ctx, code: number): never { process.exit(code); },
    raise(_ctx, signal: NodeJS.Signals) { process.kill(process.pid, signal); },
    /** Blocks its host for ever, once that stands in a file. */
    spin(_ctx, file: string): never {
      writeFileSync(file, 'spins');
      for (;;);
    },

    /** By an asynchronous handler, whose doings are known as its own. */
    async rejectUnheard(ctx, message: string) {
      void Promise.reject(new Error(message));
      await ctx.sleep('1h');
    },
    /** The second one comes when its actor has crashed of the first one; the third one after some time. */
    async rejectThrice(ctx, messages: readonly string[]) {
      const [first, second, third] = messages;
      void Promise.reject(new Error(first));
      void Promise.reject(new Error(second));
      setTimeout(() => { void Promise.reject(new Error(third)); }, 20);
      await ctx.sleep('1h');
    },
    async throwInTimer(ctx, message: string) {
      setTimeout(() => { throw new Error(message); }, 1);
      await ctx.sleep('1h');
    },
    /** By synchronous ones, when they are over: nobody knows who it was. */
    throwLater(_ctx, message: string) { setTimeout(() => { throw new Error(message); }, 1); },
    rejectLater(_ctx, message: string) { setTimeout(() => { void Promise.reject(new Error(message)); }, 1); },
    cloneLater() { setTimeout(() => { structuredClone({ done: () => 1 }); }, 1); },

    /** Whether a debugger can be attached, some time after the signal has come. */
    async debuggerAfter(ctx, signal: NodeJS.Signals): Promise<string | undefined> {
      process.kill(process.pid, signal);
      await ctx.sleep(100);
      return debuggerUrl();
    },

    /** What no host says, past the library. */
    sayRubbish() {
      if (isMainThread) writeSync(3, Buffer.alloc(4, 0xff));
      else (workerData as { port: MessagePort }).port.postMessage({ what: 'no frame' });
    },

    /** Tells `count` numbers, then ends in this way. */
    tellAndEnd(ctx, sink: Sink, count: number, how: 'stop' | 'exit' | 'throw') {
      for (let i = 0; i < count; i++) sink.tell.note(how === 'stop' ? i : { i, PADDING });
      if (how === 'stop') ctx.stop();
      if (how === 'exit') process.exit(0);
      if (how === 'throw') setTimeout(() => { throw new Error('after the last message'); }, 0);
    },
    /** Takes down the first `limit`, then ends. */
    noteUpTo(ctx, limit: number, item: number, sink: Sink) {
      sink.tell.note(item);
      if (ctx.state.seen.push(item) === limit) ctx.stop();
    },
    async *lives(ctx): AsyncGenerator<number> {
      for (;;) yield ctx.incarnation;
    },

    /** Part of a flood: what else had its turn before the last one? */
    flooded(ctx, number: number, last: number) {
      const { timersFirst } = ctx.state;
      if (number === 0) {
        const note = (what: string) => (): void => { if (ctx.state.seen.length === 0) timersFirst.push(what); };
        setTimeout(note('timer'), 0);
        setImmediate(note('immediate'));
        const { port1, port2 } = new MessageChannel();
        port1.on('message', () => {
          note('input')();
          port1.close();
        });
        port2.postMessage('x');
      }
      if (number === last) ctx.state.seen.push(number);
    },
    beforeTheLast: (ctx): readonly string[] => ctx.state.timersFirst.toSorted(),

    write(_ctx, text: string) { process.stderr.write(text); },
    /** As native code does, past the streams of JavaScript. */
    writeNatively(_ctx, text: string) { writeSync(2, text); },
    /** `lines` on each of both streams, in turn, then the end. */
    print(_ctx, label: string, lines: number, end: 'exit' | 'SIGKILL' | 'throw' | 'go on'): number {
      for (let i = 1; i <= lines; i++) {
        process.stdout.write(`${label} out ${i} ${LINE}\n`);
        console.error(`${label} err ${i} ${LINE}`);
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

    tellCrash(_ctx, victim: ActorRef<{ crash(): void }>) { victim.tell.crash(); },
    /** In its own time, whatever the asker says. */
    answerAfter: (_ctx, ms: number): Promise<string> => new Promise((resolve) => { setTimeout(resolve, ms, 'late'); }),
    give: (_ctx, bytes: number): Uint8Array => new Uint8Array(bytes),
    peakMegabytes: (): number => process.resourceUsage().maxRSS / 1_024,
    noteLate(ctx, item: unknown): number { return ctx.state.seen.push(item); },
    seen: (ctx): readonly unknown[] => ctx.state.seen,
  },
});

export type BreakingRef = RefOf<typeof Breaking>;

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
