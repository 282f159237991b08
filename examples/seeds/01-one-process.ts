// 1. Python runs a function in a process of its own with `Process(target=worker, args=('worker1',))`, `start()` and `join()`.

import { isMain, start, tasks } from '../../index.ts';

const { worker } = tasks(import.meta, {
  worker(name: string): void {
    console.log(`Child process ${name} running, PID: ${process.pid}`);
  },
});

export async function main(): Promise<void> {
  await start(worker, { args: ['worker1'], host: 'process' });
  console.log('Main process ended');
}

if (isMain(import.meta)) await main();
