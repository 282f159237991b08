import { actor, createSystem, queue } from '../../../index.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

const Narrow = actor({ name: 'narrow', init: () => null, handlers: { note: () => undefined }, mailbox: { highWater: 1 } });

// The last things that it does are to wait in vain, and to wait for room.
const system = createSystem();
tellAccountAtExit(system);
const narrow = await system.spawn(Narrow);
await (await queue({ system })).get({ timeout: 10 }).catch(() => console.log('nothing'));
while (narrow.tell.note());
await narrow.drained();
console.log('drained');
