// 34. Python's `join()` waits for a daemon as for any process.
// Here whoever awaits it keeps the program alive.

import { isMain, start } from '../../index.ts';
import { seconds } from './seconds.ts';
import { service } from './33-daemon.ts';

export async function main(): Promise<void> {
  const daemon = start(service, { args: [seconds(2)], name: 'daemon', daemon: true });
  await start(service, { args: [0], name: 'non-daemon' });
  await daemon;
}

if (isMain(import.meta)) await main();
