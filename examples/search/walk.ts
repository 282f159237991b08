import { opendir, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const TEXT_FILE = /\.(?:md|ts|js|json)$/;

/**
 * The text files in `folder` and below it, relative to it, always in the same order. Symbolic links, hidden entries
 * and folders that can't be read are left out.
 */
export async function* walk(folder: string, below = ''): AsyncGenerator<string, void, undefined> {
  const entries = await readdir(join(folder, below), { withFileTypes: true }).catch(() => []);
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(folder, path);
    else if (entry.isFile() && TEXT_FILE.test(entry.name)) yield path;
  }
}

/** @throws {Error} It isn't there, is no folder, or can't be read. */
export async function checkFolder(path: string): Promise<void> {
  try {
    await (await opendir(path)).close();
  } catch (cause) {
    const { code = '' } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' || code === 'ENOTDIR' ? 'there is no such folder' : `it can't be read (${code})`;
    throw new Error(`Cannot index "${path}": ${why}`, { cause });
  }
}

/** How many files {@link walk} finds. */
export async function countFiles(folder: string): Promise<number> {
  const files = walk(folder);
  let count = 0;
  while ((await files.next()).done !== true) count++;
  return count;
}
