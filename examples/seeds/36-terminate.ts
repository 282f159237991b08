// 36. Python's process is still alive right after `terminate()`, and has to be joined.
// Here it has ended when `stop()` resolves.

import { currentJob, isMain, start, tasks } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const { slowWorker } = tasks(import.meta, {
  async slowWorker(pause: number): Promise<void> {
    await sleep(pause, undefined, { signal: currentJob()?.signal });
    console.log('Finished worker');
  },
});

export async function main(): Promise<void> {
  const working = start(slowWorker, { args: [seconds(3_600)], host: 'process' });
  console.log('DURING: has ended', await working.poll());

  await working.stop();
  console.log('STOPPED: has ended', await working.poll());
  const { code, signal } = await working.exit;
  console.log('EXIT:', code, signal);
}

if (isMain(import.meta)) await main();
