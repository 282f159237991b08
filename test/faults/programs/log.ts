import { child, createSystem, run, supervisor } from '../../../index.ts';
import { Scribe } from '../../support/actors/scribe.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// Actors of several hosts log long texts and print shorter ones at the same time; then the program ends by itself.
const system = createSystem();
tellAccountAtExit(system);
const children = {
  a: child(Scribe, { host: 'thread' }), b: child(Scribe, { host: 'process' }), c: child(Scribe, { host: 'thread' }), d: child(Scribe, { host: 'process' }),
};
const app = await run(supervisor({ name: 'office', children }), { system, signals: false });
const scribes = Object.entries(app.children);
for (const [name, scribe] of scribes) {
  scribe.tell.print(name.repeat(4_095), 500);
  for (let i = 0; i < 20; i++) scribe.tell.write('info', name.repeat(60_000));
}
await Promise.all(scribes.map(([, scribe]) => scribe.with({ timeout: '1m' }).ask.where()));
await app.stop();
