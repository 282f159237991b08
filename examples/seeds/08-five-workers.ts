// 8. Python makes five `Process` objects in a comprehension, and needs a loop to start and one to join them.

import { isMain, start, tasks } from '../../index.ts';

const { worker } = tasks(import.meta, {
  worker(): void { console.log('Worker process is working.'); },
});

export async function main(): Promise<void> {
  await Promise.all(Array.from({ length: 5 }, () => start(worker)));
}

if (isMain(import.meta)) await main();
