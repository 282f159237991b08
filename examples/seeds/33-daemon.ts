// 33. Python's program doesn't wait for a process with `daemon=True`: it ends with the program, and never comes to its last line.

import { currentJob, isMain, queue, start, tasks, type Queue } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export const { service } = tasks(import.meta, {
  async service(pause: number, started?: Queue<string>): Promise<void> {
    const name = currentJob()?.name ?? '';
    console.log(`Starting: ${name}`);
    await started?.put(name);
    await sleep(pause, undefined, { signal: currentJob()?.signal });
    console.log(`Exiting : ${name}`);
  },
});

export async function main(): Promise<void> {
  await using started = await queue<string>();
  start(service, { args: [seconds(2), started], name: 'daemon', daemon: true });
  await started.get();
  await start(service, { args: [0], name: 'non-daemon' });
}

if (isMain(import.meta)) await main();
