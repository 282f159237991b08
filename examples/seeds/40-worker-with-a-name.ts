// 40. Python's subclass of `Process` overrides `run()`, and its processes are named after it.
// Here many light actors share a few threads.

import { actor, hosts, isMain, spawn } from '../../index.ts';

const Worker = actor(import.meta, {
  name: 'Worker',
  init: () => ({}),
  handlers: {
    run(ctx): void { console.log(`In ${ctx.name}`); },
  },
});

export async function main(): Promise<void> {
  await using threads = await hosts({ kind: 'thread', size: 2 });
  const workers = await Promise.all(Array.from({ length: 5 }, () => spawn(Worker, { host: threads })));
  await Promise.all(workers.map((worker) => worker.ask.run()));
}

if (isMain(import.meta)) await main();
