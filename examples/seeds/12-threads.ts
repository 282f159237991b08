// 12. Python's `threading.Thread` shares one interpreter, and lines that are printed at the same time run into each other.
// Here a line stays whole.

import { isMain, start, tasks } from '../../index.ts';

const { worker } = tasks(import.meta, {
  worker(i: number): void { console.log(`Worker ${i} is working.`); },
});

export async function main(): Promise<void> {
  await Promise.all([0, 1, 2, 3, 4].map((i) => start(worker, { args: [i], host: 'thread' })));
}

if (isMain(import.meta)) await main();
