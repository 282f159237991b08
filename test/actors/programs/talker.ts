import { connect, createSystem, listen } from '../../../index.ts';
import { tellAccountAtExit } from '../../support/exact.ts';

// Another program: it does what its last argument says, and ends by itself.
const [, , , path = '', key = '', does = ''] = process.argv;
const system = createSystem();
tellAccountAtExit(system);
const where = { path, key, system };
switch (does) {
  case 'flood': {
    const end = await connect<number>(where);
    for (let n = 0; ; n++) await end.send(n);
  }
  case 'leave': {
    const end = await connect<number>(where);
    for (let n = 0; n < 2_000; n++) await end.send(n);
    console.log('leaves');
    break;
  }
  case 'idle': {
    await listen(where);
    const end = await connect(where);
    console.log('listens', String(end));
    break;
  }
  case 'serve': {
    const listener = await listen<string>(where);
    console.log('listens');
    for await (const end of listener) for await (const text of end) await end.send(text.toUpperCase());
  }
}
