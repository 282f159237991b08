import { createSystem } from '../../../index.ts';
import { Recorder } from '../../support/actors/recorder.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// Its actors are idle twice: after their start, and when it ends. The last thing that it does is a tell.
const file = process.argv[2] ?? '';
const system = createSystem();
tellAccountAtExit(system);
const set = await system.hosts({ kind: 'process', size: 1 });
const recorders = await Promise.all((['local', 'thread', 'process', set] as const).map(async (host) => {
  return system.spawn(Recorder, { input: { file, label: typeof host === 'string' ? host : 'set' }, host });
}));
await new Promise((resolve) => setTimeout(resolve, 50));
for (const recorder of recorders) {
  await recorder.ask.note('asked');
  recorder.tell.work(100);
}
