// 44. Python's `with lock:` and `lock.acquire()` … `lock.release()` keep two processes from writing into a file at the same time.

import { isMain, mutex, start, tasks, type Mutex } from '../../index.ts';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

const { withBlock, withFunction } = tasks(import.meta, {
  async withBlock(lock: Mutex, path: string): Promise<void> {
    using _ = await lock.acquire();
    await appendFile(path, 'Lock acquired for a block\n');
  },
  async withFunction(lock: Mutex, path: string): Promise<void> {
    await lock.use(() => appendFile(path, 'Lock acquired for a function\n'));
  },
});

export async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'locked-'));
  const path = join(folder, 'file.txt');
  await using lock = await mutex();
  await Promise.all([start(withBlock, { args: [lock, path] }), start(withFunction, { args: [lock, path] })]);
  console.log((await readFile(path, 'utf8')).trimEnd());
  await rm(folder, { recursive: true });
}

if (isMain(import.meta)) await main();
