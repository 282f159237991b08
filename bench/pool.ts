import type { ActorSystem, Pool } from '../index.ts';
import type { Question } from './pairs.ts';
import { PythonPool } from './python-pool.ts';
import { pool } from '../index.ts';
import { square, work } from './chores.ts';

const TINY = 100_000;
const ONE_BY_ONE = 20_000;

/** How many tasks per second does a pool of two do, beside Python's? And what of two cores does it leave unused? */
export async function pools(system: ActorSystem): Promise<{ questions: Question[]; end: () => Promise<void> }> {
  const python = new PythonPool();
  const made = await Promise.all([
    pool({ size: 2, host: 'thread', system }), pool({ size: 2, host: 'process', system }), pool({ size: 1, host: 'thread', system }),
  ]);
  const [threads, processes, alone] = made;
  const questions = [
    tiny('threads', threads, python), tiny('processes', processes, python),
    oneByOne('threads', threads, python), oneByOne('processes', processes, python),
    {
      name: '1,000 tasks of 1 ms on two threads, beside the ideal', unit: 'tasks/s', goal: 1 / 1.05,
      ours: () => rate(1_000, () => threads.map(work, ones(1_000), { chunk: 1 })),
      theirs: () => Promise.resolve(2_000),
    },
    {
      name: 'CPU-bound tasks of 20 ms on two threads, beside one', unit: 'tasks/s', goal: 1.9,
      ours: () => rate(50, () => threads.map(work, ones(50).fill(20))),
      theirs: () => rate(50, () => alone.map(work, ones(50).fill(20))),
    },
  ];
  const end = async (): Promise<void> => {
    python.end();
    await Promise.all(made.map((each) => each.terminate()));
  };
  return { questions, end };
}

function tiny(host: string, workers: Pool, python: PythonPool): Question {
  const items = Array.from({ length: TINY }, (_, i) => i);
  return {
    name: `map of 100,000 tiny tasks on two ${host}, beside Python's Pool.map`, unit: 'tasks/s', goal: 0.5,
    ours: () => rate(TINY, () => workers.map(square, items)),
    theirs: () => python.map(TINY, 0),
  };
}

function oneByOne(host: string, workers: Pool, python: PythonPool): Question {
  const items = Array.from({ length: ONE_BY_ONE }, (_, i) => i);
  return {
    name: `one tiny task per message on two ${host}, beside Python's Pool.map with chunksize=1`, unit: 'tasks/s', goal: 1,
    ours: () => rate(ONE_BY_ONE, () => workers.map(square, items, { chunk: 1 })),
    theirs: () => python.map(ONE_BY_ONE, 1),
  };
}

async function rate(tasks: number, run: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return tasks / ((performance.now() - startedAt) / 1_000);
}

function ones(count: number): number[] {
  return Array.from({ length: count }, () => 1);
}
