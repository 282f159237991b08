import type { ActorSystem, Pool } from '../index.ts';
import type { Peer } from './peers.ts';
import type { Python } from './python.ts';
import type { Question } from './pairs.ts';
import { fastestPeer } from './peers.ts';
import { pool } from '../index.ts';
import { square, work } from './chores.ts';

const TINY = 100_000;
const ONE_BY_ONE = 20_000;

/** How many tasks per second does a pool of two do, beside Python's and those of npm? And what of two cores does it leave unused? */
export async function pools(system: ActorSystem, python: Python): Promise<{ questions: Question[]; end: () => Promise<void> }> {
  const alone = await pool({ size: 1, host: 'thread', system });
  const ends: (() => unknown)[] = [() => alone.terminate()];
  const questions: Question[] = [];
  for (const host of ['thread', 'process'] as const) {
    const ours = await pool({ size: 2, host, system });
    const theirs = await fastestPeer(host, (peer) => oneByOne((n) => peer.run(n)));
    ends.push(() => ours.terminate(), () => theirs.end());
    questions.push(...tiny(host, ours, python, theirs));
    if (host === 'thread') questions.push(...cores(ours, alone));
  }
  return { questions, end: async () => { for (const end of ends) await end(); } };
}

function tiny(host: string, ours: Pool, python: Python, peer: Peer): Question[] {
  const items = Array.from({ length: TINY }, (_, i) => i);
  const map = (): Promise<number> => rate(TINY, () => ours.map(square, items));
  const theirs = (): Promise<number> => oneByOne((n) => peer.run(n));
  return [{
    name: `map of 100,000 tiny tasks on two hosts (${host}), beside Python's Pool.map`, unit: 'tasks/s', goal: 0.5,
    why: 'each item is looked at before it is sent, and each result: whether it can be; Python finds out while it writes',
    ours: map, theirs: () => python.map(TINY, 0),
  }, {
    name: `the same, beside one task per message with ${peer.name}, the fastest of its kind`, unit: 'tasks/s', goal: 20,
    ours: map, theirs,
  }, {
    name: `one tiny task per message on two hosts (${host}), beside ${peer.name}`, unit: 'tasks/s', goal: 1,
    why: 'a task is an ask of the pool and an ask of its worker, each with an end of its own: a third of the time is garbage collection',
    ours: () => oneByOne((n) => ours.run(square, n)), theirs,
  }];
}

function cores(two: Pool, one: Pool): Question[] {
  return [{
    name: '1,000 tasks of 1 ms on two threads, beside the ideal', unit: 'tasks/s', goal: 1 / 1.05,
    ours: () => rate(1_000, () => two.map(work, ones(1_000))),
    theirs: () => Promise.resolve(2_000),
  }, {
    name: 'the same, one task per message', unit: 'tasks/s', goal: 1 / 1.05,
    why: 'on two cores the thread that hands them out takes its time from one of the workers, for each of them',
    ours: () => rate(1_000, () => two.map(work, ones(1_000), { chunk: 1 })),
    theirs: () => Promise.resolve(2_000),
  }, {
    name: 'CPU-bound tasks of 20 ms on two threads, one per message, beside one', unit: 'tasks/s', goal: 1.9,
    ours: () => rate(50, () => two.map(work, ones(50).fill(20), { chunk: 1 })),
    theirs: () => rate(50, () => one.map(work, ones(50).fill(20), { chunk: 1 })),
  }];
}

function oneByOne(run: (n: number) => PromiseLike<unknown>): Promise<number> {
  return rate(ONE_BY_ONE, () => Promise.all(Array.from({ length: ONE_BY_ONE }, (_, i) => run(i))));
}

async function rate(tasks: number, run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return tasks / ((performance.now() - startedAt) / 1_000);
}

function ones(count: number): number[] {
  return Array.from({ length: count }, () => 1);
}
