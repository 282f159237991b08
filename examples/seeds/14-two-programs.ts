// 14. Python's Celery hands tasks to workers in other programs, by way of a broker that has to run beside them.
// Here they talk to each other.

import { connect, isMain, listen, start, tasks } from '../../index.ts';
import { randomBytes } from 'node:crypto';

type Sum = [a: number, b: number];

const { serve } = tasks(import.meta, {
  /** What another program does that was given the same port and key. */
  async serve(port: number, key: Uint8Array): Promise<void> {
    await using client = await connect<number, Sum>({ port, key });
    for await (const [a, b] of client) await client.send(a + b);
  },
});

export async function main(): Promise<void> {
  const key = randomBytes(32);
  await using listener = await listen<Sum, number>({ port: 0, key });
  if (!('port' in listener.address)) return;
  const serving = start(serve, { args: [listener.address.port, key], host: 'process' });

  const worker = await listener.accept();
  await worker.send([4, 4]);
  console.log(await worker.receive());
  await worker.close();
  await serving;
}

if (isMain(import.meta)) await main();
