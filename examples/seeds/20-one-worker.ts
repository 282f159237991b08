// 20. Python's smallest program: a `Process` that is started and joined.

import { isMain, start, tasks } from '../../index.ts';

const { worker } = tasks(import.meta, {
  worker(): void { console.log('Worker process running'); },
});

export async function main(): Promise<void> {
  await start(worker);
}

if (isMain(import.meta)) await main();
