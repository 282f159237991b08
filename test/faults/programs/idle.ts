import { createSystem } from '../../../index.ts';
import { isExact } from '../../support/exact.ts';
import { Recorder } from '../../support/actors/recorder.ts';

// Its actors are idle when it ends; the last thing that it does is a tell.
const file = process.argv[2] ?? '';
const system = createSystem();
for (const host of ['local', 'thread', 'process'] as const) {
  const recorder = await system.spawn(Recorder, { input: { file, label: host }, host });
  await recorder.ask.note('asked');
  recorder.tell.work(100);
}
process.on('exit', (code) => console.log(`exit ${code}, ${isExact(system.account) ? 'exact' : 'inexact'}`));
