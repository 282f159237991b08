import type { ActorSystem } from '../index.ts';
import type { Question } from './pairs.ts';
import type { Python } from './python.ts';
import { Producer } from './producer.ts';
import { pipe, queue } from '../index.ts';

const ITEMS = 20_000;

/** How many items per second come from another process through a queue, and through a pipe? */
export async function channels(system: ActorSystem, python: Python): Promise<Question[]> {
  const producer = (await system.spawn(Producer, { host: 'process' })).with({ timeout: Infinity });
  const jobs = await queue<number>({ system });
  const items = jobs.items({ window: 256 });
  const [here, there] = await pipe<number>({ system });
  const values = here[Symbol.asyncIterator]();
  return [{
    name: 'items of a queue from another process, beside Python\'s Queue', unit: 'items/s', goal: 1,
    ours: () => rate(producer.ask.putAll(jobs, ITEMS), items),
    theirs: () => python.channel('queue', ITEMS),
  }, {
    name: 'the same, each put waiting until the queue has it', unit: 'items/s', goal: 1,
    why: 'each item takes a way there and back, where Python puts it into a buffer of the producer: putAll() doesn\'t wait for each',
    ours: () => rate(producer.ask.put(jobs, ITEMS), items),
    theirs: () => python.channel('queue', ITEMS),
  }, {
    name: 'values of a pipe from another process, beside Python\'s Pipe', unit: 'values/s', goal: 1,
    ours: () => rate(producer.ask.send(there, ITEMS), values),
    theirs: () => python.channel('pipe', ITEMS),
  }];
}

/** How many come per second. */
async function rate(sent: Promise<void>, values: AsyncIterator<number>): Promise<number> {
  const startedAt = performance.now();
  for (let i = 0; i < ITEMS; i++) await values.next();
  await sent;
  return ITEMS / (performance.now() - startedAt) * 1_000;
}
