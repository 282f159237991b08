import { spawn } from '../../../index.ts';
import { Recorder } from '../../support/actors/recorder.ts';

// Starts a process host that is idle, has timers or is in a loop, says its pid and waits to be killed.
const [, , file = '', state] = process.argv;
const recorder = await spawn(Recorder, { input: { file, label: 'child' }, host: 'process' });
const pid = await recorder.ask.pid();
if (state === 'timers') await recorder.ask.keepTimers();
if (state === 'loop') recorder.tell.spin();
setInterval(() => undefined, 1_000);
setTimeout(() => console.log(`pid ${pid}`), state === 'loop' ? 200 : 0);
