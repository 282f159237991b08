import { writeFileSync } from 'node:fs';
import type { ActorContext, ActorRef, Later, RefOf } from '../../../index.ts';
import type { GateRef } from './narrow.ts';
import { actor, transfer } from '../../../index.ts';
import { VALUES, isSame } from '../values.ts';

interface State {
  readonly label: string;
  readonly seen: unknown[];
  running: number;
  mostRunning: number;
  /** How many handlers and generators came to their `finally`, by name. */
  readonly finished: Record<string, number>;
  /** How many handlers saw their signal aborted. */
  aborted: number;
  produced: number;
  waiting: Later<string>[];
}

async function occupy(ctx: ActorContext<State>, ms: number): Promise<void> {
  ctx.state.running++;
  ctx.state.mostRunning = Math.max(ctx.state.mostRunning, ctx.state.running);
  try {
    await ctx.sleep(ms);
  } finally {
    ctx.state.running--;
  }
}

const init = (input: { label: string }): State => ({
  label: input.label, seen: [], running: 0, mostRunning: 0, finished: {}, aborted: 0, produced: 0, waiting: [],
});

/** The receiver of every conformance test: does all that an actor can do, well or badly. */
export const Subject = actor(import.meta, {
  name: 'subject',
  init,
  handlers: {
    incarnation: (ctx) => ctx.incarnation,
    reset(ctx) {
      ctx.state.seen.length = 0;
      ctx.state.mostRunning = 0;
      ctx.state.aborted = 0;
      ctx.state.produced = 0;
    },
    note(ctx, item: unknown) { ctx.state.seen.push(item); },
    noteAndCount(ctx, item: unknown) { return ctx.state.seen.push(item); },
    seen: (ctx) => ctx.state.seen,
    statistics: ({ state: { mostRunning, aborted, produced, finished } }) => ({ mostRunning, aborted, produced, finished }),
    async work(ctx, ms: number) {
      await occupy(ctx, ms);
      return ms;
    },
    /** Whether the value arrived as this host would have made it; and the value itself. */
    receive: (_ctx, name: string, value: unknown) => {
      return { isSame: isSame(value, VALUES[name]?.()), echo: value };
    },
    crash(_ctx, message: string): never {
      const error = new RangeError(message, { cause: new Error('the cause') });
      throw Object.assign(error, { code: 'E_SUBJECT', detail: { n: 1, when: new Date(0) } });
    },
    async crashLater(ctx, ms: number) {
      await ctx.sleep(ms);
      throw new Error('later');
    },
    throwValue(_ctx, value: unknown): never { throw value; },
    refuse(ctx, code: string): never { throw ctx.refuse(code, `refused with ${code}`, { code }); },
    async refuseLater(ctx, code: string) {
      await ctx.sleep(1);
      throw ctx.refuse(code, 'refused later');
    },
    unsendable: (): unknown => ({ deep: [{ done: () => undefined }] }),
    exit(_ctx, code: number): never { process.exit(code); },
    async spin(ctx, begun: GateRef): Promise<never> {
      // Once the gate is known, what is told leaves as soon as this handler pauses.
      await begun.ask.noted();
      begun.tell.pass();
      await ctx.sleep(1);
      for (;;);
    },
    /** Goes on until nobody waits any more, and says so in a file. */
    async heed(ctx, begun?: GateRef, file?: string) {
      begun?.tell.pass();
      try {
        await ctx.sleep(60_000);
      } catch {
        ctx.state.aborted++;
        if (file !== undefined) writeFileSync(file, 'aborted');
      }
    },
    async *count(ctx, to: number) {
      try {
        for (let i = 1; i <= to; i++) {
          ctx.state.produced = i;
          yield i;
        }
      } finally {
        ctx.state.finished['count'] = (ctx.state.finished['count'] ?? 0) + 1;
      }
    },
    async *tick(ctx, everyMs: number) {
      try {
        for (let i = 1; ; i++) {
          yield i;
          await ctx.sleep(everyMs);
        }
      } finally {
        ctx.state.finished['tick'] = (ctx.state.finished['tick'] ?? 0) + 1;
      }
    },
    *plainCount(_ctx, to: number) {
      for (let i = 1; i <= to; i++) yield i;
    },
    async *never(ctx) {
      await ctx.sleep(60_000);
      yield 1;
    },
    async *crashAfter(_ctx, items: number) {
      for (let i = 1; i <= items; i++) yield i;
      throw new Error('the stream broke');
    },
    async *refuseAfter(ctx, items: number) {
      for (let i = 1; i <= items; i++) yield i;
      throw ctx.refuse('enough', 'no more');
    },
    async *unsendableItem(): AsyncGenerator {
      yield 1;
      yield { callback: () => undefined };
    },
    waitForRelease(ctx) {
      const later = ctx.later<string>();
      ctx.state.waiting.push(later);
      return later.promise;
    },
    async waitForReleaseAsync(ctx) {
      const later = ctx.later<string>();
      ctx.state.waiting.push(later);
      await Promise.resolve();
      return later.promise;
    },
    release(ctx, text: string) {
      for (const later of ctx.state.waiting.splice(0)) later.resolve(text);
    },
    releaseBadly(ctx, text: string) {
      for (const later of ctx.state.waiting.splice(0)) later.reject(new Error(text));
    },
    repeat: (_ctx, text: string, times: number): string => text.repeat(times),
    *repeatAsItem(_ctx, text: string, times: number): Generator<string> { yield text.repeat(times); },
    sum: (_ctx, numbers: Float64Array): number => numbers.reduce((sum, each) => sum + each, 0),
    /** Its buffer leaves with it. */
    give(ctx, length: number): Uint8Array<ArrayBuffer> {
      const bytes = new Uint8Array(length).fill(7);
      ctx.state.seen.push(bytes);
      return transfer(bytes, [bytes.buffer]);
    },
    *giveMany(ctx, count: number): Generator<{ bytes: Uint8Array }> {
      for (let i = 1; i <= count; i++) {
        const bytes = new Uint8Array(i).fill(i);
        ctx.state.seen.push(bytes);
        yield transfer({ bytes }, [bytes.buffer]);
      }
    },
    /** The lengths of what it has given or been told. */
    lengths: (ctx): number[] => ctx.state.seen.map((each) => (each as Uint8Array).length),
    addTo(_ctx, counter: Int32Array, n: number): { counter: Int32Array } {
      Atomics.add(counter, 0, n);
      return { counter };
    },
    share: (): { memory: ArrayBufferLike } => ({ memory: new SharedArrayBuffer(8) }),
    *shareMany(_ctx, counter: Int32Array): Generator<Int32Array> {
      for (let i = 0; i < 2; i++) {
        Atomics.add(counter, 0, 1_000);
        yield counter;
      }
    },
    *shareAnew(): Generator<ArrayBufferLike> { yield new SharedArrayBuffer(8); },
    keep(ctx, ref: ActorRef<object>) { ctx.state.seen.push(ref); },
    isKept: (ctx, ref: ActorRef<object>): boolean => ctx.state.seen.includes(ref),
    async askFor(_ctx, ref: ActorRef<{ echo(text: string): string }>, text: string): Promise<string> {
      return ref.ask.echo(text);
    },
    handOut: (ctx): unknown => ({ me: ctx.self }),
    echo: (_ctx, text: string): string => text,
    pid: (): number => process.pid,
  },
  stop(ctx) { ctx.state.seen.push('stopped'); },
});

export type SubjectRef = RefOf<typeof Subject>;

/** Three at a time. */
export const Parallel = actor(import.meta, {
  name: 'parallel',
  init,
  handlers: {
    async work(ctx, ms: number) { await occupy(ctx, ms); },
    async linger(ctx, gate: GateRef, name: string) {
      gate.tell.note(name);
      await ctx.sleep('1m');
    },
    async *lingeringItems(ctx, gate: GateRef, name: string) {
      gate.tell.note(name);
      yield 'first item';
      await ctx.sleep('1m');
    },
    crash(_ctx, message: string): never { throw new Error(message); },
    lives: (ctx) => ctx.incarnation - 1,
    mostRunning: (ctx) => ctx.state.mostRunning,
  },
  concurrency: 3,
});

export const LowWater = actor(import.meta, {
  name: 'low-water',
  init: () => ({ handled: 0 }),
  handlers: {
    async slowly(ctx) {
      await ctx.sleep(1);
      ctx.state.handled++;
    },
    quickly(ctx) { ctx.state.handled++; },
    pid: (): number => process.pid,
    handled: (ctx) => ctx.state.handled,
  },
  mailbox: { highWater: 10 },
});
