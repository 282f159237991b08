import { createSystem } from '../../../index.ts';
import { Breaking } from '../../support/actors/breaking.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// Hosts print, then end, or the program does: `exit` at once with process.exit, else by itself.
const LINES = 1_000;
const [, , , end = ''] = process.argv;
const system = createSystem();
tellAccountAtExit(system);
for (const host of ['thread', 'process'] as const) {
  const ref = await system.spawn(Breaking, { host });
  if (end === 'program') {
    await ref.ask.print(host, LINES, 'go on');
    if (host === 'process') process.exit(0);
  } else if (end === 'nothing') {
    ref.tell.print(host, LINES, 'go on');
  } else {
    ref.tell.print(host, LINES, host === 'thread' && end === 'SIGKILL' ? 'exit' : end as 'exit');
    await ref.closed;
    console.log(`${host} is closed`);
  }
}
