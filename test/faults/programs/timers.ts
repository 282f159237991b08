import { createSystem } from '../../../index.ts';
import { Alarmed } from '../../support/actors/alarmed.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// Nothing but timers keeps it alive, on every host; and idle timers, which don't.
const file = process.argv[2] ?? '';
const system = createSystem();
tellAccountAtExit(system);
for (const host of ['local', 'thread', 'process'] as const) await system.spawn(Alarmed, { input: { file, label: host }, host });
