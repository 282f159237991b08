// 29. Python's program waits at its end for all processes that it has started, joined or not; so does this one for its jobs.

import { isMain, start, tasks } from '../../index.ts';

export const { worker } = tasks(import.meta, {
  worker(): void { console.log('Worker'); },
});

export async function main(): Promise<void> {
  await Promise.all(Array.from({ length: 5 }, () => start(worker)));
}

if (isMain(import.meta)) await main();
