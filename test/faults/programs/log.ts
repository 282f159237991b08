import { child, createSystem, run, supervisor } from '../../../index.ts';
import { Scribe } from '../../support/actors/scribe.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// Actors of several hosts log long texts at the same time; then the program ends by itself.
const LENGTH = 60_000;
const system = createSystem();
tellAccountAtExit(system);
const children = {
  a: child(Scribe, { host: 'thread' }), b: child(Scribe, { host: 'process' }), c: child(Scribe, {}), d: child(Scribe, { host: 'process' }),
};
const app = await run(supervisor({ name: 'office', children }), { system, signals: false });
for (let i = 0; i < 20; i++) for (const [name, scribe] of Object.entries(app.children)) scribe.tell.write('info', name.repeat(LENGTH));
await Promise.all(Object.values(app.children).map((scribe) => scribe.ask.where()));
await app.stop();
