import { createSystem, start } from '../../../index.ts';
import { errands } from '../../support/errands.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// What a program does that has started a job on a host, and has nothing else to do: wait for it, or not if it is a daemon.
const [, , , kind = 'job', host = 'thread'] = process.argv;
const system = createSystem();
tellAccountAtExit(system);
const options = { system, host: host as 'thread' | 'process', daemon: kind !== 'job' };
if (kind === 'daemon') {
  const job = start(errands.reportAndSpin, options);
  void job.send('nobody reads this');
  while (job.progress.latest === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
} else if (kind === 'read daemon') {
  for await (const result of start(errands.yieldLater, { ...options, args: [300] }).results) console.log(result);
} else {
  const job = start(errands.printLater, { ...options, args: [300] });
  if (kind === 'awaited daemon') await job;
}
console.log('nothing left to do');
