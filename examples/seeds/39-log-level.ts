// 39. Python's `get_logger().setLevel(logging.INFO)` counts for children that start later.
// Here it reaches all hosts that are there.

import { isMain, setLogLevel, start } from '../../index.ts';
import { worker } from './38-log-everything.ts';

export async function main(): Promise<void> {
  setLogLevel('info');
  await start(worker);
}

if (isMain(import.meta)) await main();
