// 38. Python is silent until `log_to_stderr(logging.DEBUG)`, and then tells of each process.
// Here errors are never silent, and `debug` tells the rest.

import { currentActor, isMain, setLogLevel, start, tasks } from '../../index.ts';

export const { worker } = tasks(import.meta, {
  worker(): void {
    currentActor()?.log.info('Doing some work');
  },
});

export async function main(): Promise<void> {
  setLogLevel('debug');
  await start(worker);
}

if (isMain(import.meta)) await main();
