// 37. Python's `exitcode` is all that the parent learns: a returned value is ignored, an exception is printed by the child.
// Here both arrive.

import { currentJob, isMain, start, tasks } from '../../index.ts';
import { seconds } from './seconds.ts';
import { setTimeout as sleep } from 'node:timers/promises';

const { exitError, exitOk, returnValue, raises, terminated } = tasks(import.meta, {
  exitError(): void { process.exit(1); },
  exitOk(): void {},
  returnValue: (): number => 1,
  raises(): void { throw new RangeError('There was an error!'); },
  async terminated(pause: number): Promise<void> { await sleep(pause, undefined, { signal: currentJob()?.signal }); },
});

export async function main(): Promise<void> {
  const jobs = [start(exitError), start(exitOk), start(returnValue), start(raises), start(terminated, { args: [seconds(3)] })];
  const ends = Promise.all(jobs.map(({ exit }) => exit));
  await jobs.at(-1)?.stop();
  for (const [i, { code, value, error }] of (await ends).entries()) {
    console.log(`${jobs[i]?.name}: ${code},`, error instanceof Error ? String(error) : value);
  }
}

if (isMain(import.meta)) await main();
