// 43. Python's `wait(2)` of an `Event` says whether it was set, which is easily overlooked; so does this one.

import { event, isMain, start, tasks, type EventFlag } from '../../index.ts';
import { seconds } from './seconds.ts';

const { waitFor } = tasks(import.meta, {
  async waitFor(ready: EventFlag, name: string, timeout: number): Promise<void> {
    console.log(`${name}: starting`);
    console.log(`${name}: set is ${await ready.wait({ timeout })}`);
  },
});

export async function main(): Promise<void> {
  await using ready = await event();
  const blocked = start(waitFor, { args: [ready, 'block', Infinity] });
  await start(waitFor, { args: [ready, 'timeout', seconds(2)] });
  await ready.set();
  console.log('main: event is set');
  await blocked;
}

if (isMain(import.meta)) await main();
