// 35. Python's `join(1)` returns `None` whether the process has ended or not, so that `is_alive()` has to be asked.
// Here it says which.

import { isMain, queue, start } from '../../index.ts';
import { seconds } from './seconds.ts';
import { service } from './33-daemon.ts';

export async function main(): Promise<void> {
  await using started = await queue<string>();
  const daemon = start(service, { args: [seconds(2), started], name: 'daemon', daemon: true });
  await started.get();
  const { status } = await daemon.join({ timeout: seconds(1) });
  console.log('joining the daemon:', status);
}

if (isMain(import.meta)) await main();
