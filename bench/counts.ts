import type { ActorSystem, RefOf } from '../index.ts';
import type { Python } from './python.ts';
import type { Question } from './pairs.ts';
import { Counting } from './counting.ts';
import { mutex, sharedNumber, state } from '../index.ts';

const MANY = 200_000;
const SOME = 4_000;
const THREADS = 2;

interface Peer {
  /** A counter, and threads that increment it so many times each. */
  readonly ComlinkCounter: new (threads: number) => { increment(times: number): Promise<void>; end(): Promise<void> };
}

/** How often per second do two threads add 1 to what they share? */
export async function counts(system: ActorSystem, python: Python): Promise<{ questions: Question[]; end: () => Promise<void> }> {
  const threads = await Promise.all(Array.from({ length: THREADS }, async () => (await system.spawn(Counting, { host: 'thread' })).with({ timeout: Infinity })));
  const total = sharedNumber('int32');
  const counter = await state.counter({ system });
  const lock = await mutex({ system });
  const { ComlinkCounter } = await import(new URL('peers/comlink.mjs', import.meta.url).href) as Peer;
  const comlink = new ComlinkCounter(THREADS);
  const together = (times: number, count: (thread: Thread, each: number) => Promise<void>) => (): Promise<number> =>
    rate(times, () => Promise.all(threads.map((thread) => count(thread, times / THREADS))));
  const questions: Question[] = [{
    name: 'sharedNumber.add from two threads, beside Python\'s Value and its lock from two processes', unit: 'increments/s', goal: 10,
    ours: together(MANY, (thread, times) => thread.ask.add(total, times)),
    theirs: () => python.increments('value', MANY),
  }, {
    name: 'sharedNumber.withLock, beside the same', unit: 'increments/s',
    ours: together(MANY, (thread, times) => thread.ask.addInItsLock(total, times)),
    theirs: () => python.increments('value', MANY),
  }, {
    name: 'mutex() around it, beside the same', unit: 'increments/s',
    ours: together(SOME, (thread, times) => thread.ask.addInMutex(total, lock, times)),
    theirs: () => python.increments('value', MANY),
  }, {
    name: 'state.counter() from two threads, beside an object behind comlink', unit: 'increments/s', goal: 1,
    ours: together(SOME, (thread, times) => thread.ask.increment(counter, times)),
    theirs: () => rate(SOME, () => comlink.increment(SOME / THREADS)),
  }, {
    name: 'the same, beside Python\'s Manager().dict() and a lock from two processes', unit: 'increments/s', goal: 3,
    ours: together(SOME, (thread, times) => thread.ask.increment(counter, times)),
    theirs: () => python.increments('dict', SOME),
  }];
  return { questions, end: () => comlink.end() };
}

type Thread = RefOf<typeof Counting>;

async function rate(times: number, run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return times / (performance.now() - startedAt) * 1_000;
}
