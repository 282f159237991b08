import { writeSync } from 'node:fs';
import { url as debuggerUrl } from 'node:inspector';
import type { MessagePort } from 'node:worker_threads';
import { MessageChannel, isMainThread, workerData } from 'node:worker_threads';
import type { ActorRef } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** What handlers throw that shouldn't, made anew by each call. */
export const THROWN: Readonly<Record<string, () => unknown>> = {
  'an error with a code and data': () => {
    const error = new RangeError('out of paper', { cause: new Error('the tray') });
    return Object.assign(error, { code: 'E_PAPER', sheets: { left: 0 } });
  },
  null: () => null,
  undefined: () => undefined,
  'a text': () => 'just a text',
  'an object': () => ({ status: 500, list: [1] }),
  'a function': () => () => 'called',
  'a symbol': () => Symbol('thrown'),
  'an error with functions on it': () => Object.assign(new Error('with functions'), { retry: () => true, left: 3 }),
  'an error whose cause can’t be sent': () => {
    return new Error('outer', { cause: Object.assign(new Error('inner'), { socket: new WeakMap(), port: 80 }) });
  },
  'an error of a class of its own': () => new PaperJam('jammed'),
  'an error of structuredClone': () => thrownBy(() => structuredClone(() => 1)),
  'a stack overflow': () => thrownBy(recurse),
};

class PaperJam extends Error {
  override readonly name = 'PaperJam';
  readonly tray = 2;
  open(): void { throw this; }
}

function recurse(): number { return recurse() + 1; }

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** What takes down numbers. */
export type Sink = ActorRef<{ note(item: unknown): void }>;

/** Long enough that some hundred of them fill a frame. */
const PADDING = '.'.repeat(500);

/** Breaks, in every way that there is, and starts others of its kind in its own host. */
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

    /** By an asynchronous handler, whose doings are known as its own. */
    async rejectUnheard(ctx, message: string) {
      void Promise.reject(new Error(message));
      await ctx.sleep('1h');
    },
    async throwInTimer(ctx, message: string) {
      setTimeout(() => { throw new Error(message); }, 1);
      await ctx.sleep('1h');
    },
    /** By synchronous ones, when they are over: nobody knows who it was. */
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

    tellCrash(_ctx, victim: ActorRef<{ crash(): void }>) { victim.tell.crash(); },
    /** In its own time, whatever the asker says. */
    answerAfter: (_ctx, ms: number): Promise<string> => new Promise((resolve) => { setTimeout(resolve, ms, 'late'); }),
    give: (_ctx, bytes: number): Uint8Array => new Uint8Array(bytes),
    peakMegabytes: (): number => process.resourceUsage().maxRSS / 1_024,
    noteLate(ctx, item: unknown): number { return ctx.state.seen.push(item); },
    seen: (ctx): readonly unknown[] => ctx.state.seen,
  },
});
