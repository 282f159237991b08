import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ALL, CALM, DYNAMIC, HOSTED, RANGES, SHORT } from './arbitraries.ts';
import { findDivergence } from './property.ts';

// `npm run test:model`, or `tsx test/model/main.ts <traces> <first seed> <processes> [all | wide | calm | short | hosts | dynamic]`:
// random traces against the model, so many per seed, until one diverges. Ends with 1 then. It goes on where it was ended
// with the seed that it has printed last.

const TRACES_PER_SEED = 1_000;
const SEEDS_PER_LINE = 10;

const CLASSES = { all: ALL, wide: RANGES, calm: CALM, short: SHORT, hosts: HOSTED, dynamic: DYNAMIC };

const [, , traces = '20000', first = '1', processes = '2', ranges = 'all'] = process.argv;
const count = Number(traces);
const seeds = Math.ceil(count / TRACES_PER_SEED);

interface Answer {
  readonly seed: number;
  readonly divergence: string | undefined;
}

if (process.send === undefined) await lead();
else process.on('message', (seed: number) => { void work(seed); });

/** A process that is given seeds. */
async function work(seed: number): Promise<void> {
  const divergence = await findDivergence(seed, Math.min(count, TRACES_PER_SEED), CLASSES[ranges as keyof typeof CLASSES]);
  const answer: Answer = { seed, divergence };
  process.send?.(answer);
}

/** Gives seeds to processes, and tells how it goes. */
async function lead(): Promise<void> {
  const startedAt = performance.now();
  const seconds = (): string => ((performance.now() - startedAt) / 1_000).toFixed(0);
  let next = Number(first);
  const end = next + seeds;
  const done = new Set<number>();
  let isFailed = false;
  await Promise.all(Array.from({ length: Math.min(Number(processes), seeds) }, () => new Promise<void>((resolve) => {
    const worker = fork(fileURLToPath(import.meta.url), process.argv.slice(2));
    const giveOn = (): void => {
      if (next < end && !isFailed) worker.send(next++);
      else worker.disconnect();
    };
    worker.on('message', ({ seed, divergence }: Answer) => {
      done.add(seed);
      if (divergence !== undefined) {
        isFailed = true;
        console.log(divergence);
      } else if (done.size % SEEDS_PER_LINE === 0 || done.size === seeds) {
        console.log(`${done.size * TRACES_PER_SEED} traces, ${seconds()} s; to go on: ${firstMissing(done)}`);
      }
      giveOn();
    });
    worker.once('exit', (code) => {
      if (code !== 0) isFailed = true;
      resolve();
    });
    giveOn();
  })));
  console.log(`${done.size} of ${seeds} seeds, ${seconds()} s, ${isFailed ? 'a divergence' : 'no divergence'}`);
  process.exitCode = isFailed ? 1 : 0;
}

function firstMissing(done: ReadonlySet<number>): number {
  let seed = Number(first);
  while (done.has(seed)) seed++;
  return seed;
}
