// 41. Python pickles any object whose class the receiver can import, and runs what the bytes say.
// Here a class is registered, and bytes are data.

import { SENDABLE, currentJob, isMain, queue, sendable, start, tasks, type Queue, type Sendable } from '../../index.ts';

class FancyJob implements Sendable {
  declare readonly [SENDABLE]: true;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }

  doSomething(): void { console.log(`Doing something fancy in ${currentJob()?.name} for ${this.name}!`); }
}
sendable(import.meta, FancyJob);

const { worker } = tasks(import.meta, {
  async worker(from: Queue<FancyJob>): Promise<void> { (await from.get()).doSomething(); },
});

export async function main(): Promise<void> {
  await using jobs = await queue<FancyJob>();
  const working = start(worker, { args: [jobs], name: 'Process-1' });
  await jobs.put(new FancyJob('Fancy Dan'));
  await working;
}

if (isMain(import.meta)) await main();
