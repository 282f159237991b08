import { child, createSystem, run, supervisor } from '../../../index.ts';
import { Recorder } from '../../support/actors/recorder.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// A tree on all hosts that runs until it is told to stop.
const [, , file = '', mode, signal] = process.argv;
const input = (label: string): { file: string; label: string } => ({ file, label });
const system = createSystem();
tellAccountAtExit(system);
const app = await run(supervisor({
  name: 'program',
  intensity: { restarts: 1, within: '1m' },
  children: {
    first: child(Recorder, { input: input('first') }),
    second: child(Recorder, { input: input('second'), host: 'thread' }),
    third: child(Recorder, { input: { ...input('third'), startMs: mode === 'slow' ? 20_000 : 0 }, host: 'process' }),
  },
}), { system, grace: mode === 'short' ? '300ms' : '5s' }).catch((error: Error) => {
  console.log(`not started: ${error.message}`);
  process.exit(3);
});
const { first, second, third } = app.children;
if (mode === 'short' || mode === 'stubborn') first.tell.ignoreStop();
if (mode === 'crash') for (let i = 0; i < 2; i++) await third.ask.crash().catch(() => undefined);
if (mode === 'raise') console.log(`pid ${await third.ask.pid()}`);
console.log('ready');
if (mode === 'raise') second.tell.raise(signal as NodeJS.Signals);
const { code, reason } = await app.done;
console.log(`done ${code} ${reason.kind}`);
process.exitCode = code;
