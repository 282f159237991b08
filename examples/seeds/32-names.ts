// 32. Python gives a process the `name` that it was started with, else `Process-3`.
// Here the default says what runs.

import { currentJob, isMain, start, tasks } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const { service } = tasks(import.meta, {
  async service(pause: number): Promise<void> {
    console.log(currentJob()?.name, 'Starting');
    await sleep(pause);
    console.log(currentJob()?.name, 'Exiting');
  },
});

export async function main(): Promise<void> {
  await Promise.all([
    start(service, { args: [seconds(3)], name: 'my_service' }),
    start(service, { args: [seconds(2)], name: 'worker 1' }),
    start(service, { args: [seconds(2)] }),
  ]);
}

if (isMain(import.meta)) await main();
