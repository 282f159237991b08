import { actor, createSystem } from '../../../index.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

const Narrow = actor({ name: 'narrow', init: () => null, handlers: { note: () => undefined }, mailbox: { highWater: 1 } });

// The last thing that it does is to wait for room.
const system = createSystem();
tellAccountAtExit(system);
const narrow = await system.spawn(Narrow);
while (narrow.tell.note());
await narrow.drained();
console.log('drained');
