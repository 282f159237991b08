import { isMain, spawn } from 'troupe';

if (isMain(import.meta)) {
  const { Shouter } = await import('./shouter.ts');
  const shouter = await spawn(Shouter, { host: 'thread' });
  console.log(await shouter.ask.shout('late'));
}
