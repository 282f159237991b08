import { child, createSystem, describeExit, run, supervisor } from '../../../index.ts';
import { Breaking } from '../../support/actors/breaking.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// A host with little memory is made to hold more, and is started again; or it holds buffers, which don't count.
const [, , , host = '', what = ''] = process.argv;
const tree = supervisor({ children: { eater: child(Breaking, { host: host as 'thread', memory: '64MB' }) } });
const system = createSystem();
tellAccountAtExit(system);
const app = await run(tree, { system, log: false });
const { eater } = app.children;
if (what === 'buffers') {
  console.log(`holds ${await eater.with({ timeout: '1m' }).ask.eat(what, 300)} MB`);
} else {
  await eater.with({ timeout: '1m' }).ask.eat(what as 'map').catch((error: Error) => console.log(error.message));
  console.log(`incarnation ${await eater.ask.incarnation()}`);
}
await app.stop();
console.log(`done: ${describeExit((await app.done).reason)}`);
