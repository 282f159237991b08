import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { checkFolder, countFiles, walk } from '../../../examples/search/walk.ts';
import { join } from 'node:path';
import { tmpdir } from 'node:os';

let folder: string;
beforeEach(async () => { folder = await mkdtemp(join(tmpdir(), 'walk-')); });
afterEach(() => rm(folder, { recursive: true, force: true }));

async function filesIn(path: string): Promise<string[]> {
  const files = [];
  for await (const file of walk(path)) files.push(file);
  return files;
}

describe('walk', () => {
  it('finds text files in all folders, in order', async () => {
    await mkdir(join(folder, 'b/deep'), { recursive: true });
    for (const file of ['c.json', 'b/deep/x.ts', 'b/a.js', 'a.md', 'b.png', 'noext']) {
      await writeFile(join(folder, file), '');
    }

    expect(await filesIn(folder)).toEqual(['a.md', 'b/a.js', 'b/deep/x.ts', 'c.json']);
    expect(await countFiles(folder)).toBe(4);
  });

  it('leaves out symbolic links and hidden entries', async () => {
    await mkdir(join(folder, '.cache'));
    await writeFile(join(folder, '.cache/a.md'), '');
    await writeFile(join(folder, 'a.md'), '');
    await symlink(join(folder, 'a.md'), join(folder, 'link.md'));
    await symlink(folder, join(folder, 'loop'));

    expect(await filesIn(folder)).toEqual(['a.md']);
  });

  it('goes on after a folder that can not be read', async () => {
    await mkdir(join(folder, 'closed'));
    await chmod(join(folder, 'closed'), 0);
    await writeFile(join(folder, 'open.md'), '');

    expect(await filesIn(folder)).toEqual(['open.md']);
    expect(await filesIn(join(folder, 'missing'))).toEqual([]);
  });
});

describe('checkFolder', () => {
  it('takes a folder, and says what is wrong with anything else', async () => {
    await writeFile(join(folder, 'a.md'), '');

    await checkFolder(folder);

    await expect(checkFolder(join(folder, 'missing'))).rejects.toThrow(/^Cannot index ".*missing": there is no such folder$/);
    await expect(checkFolder(join(folder, 'a.md'))).rejects.toThrow('there is no such folder');
    await expect(checkFolder(join(folder, 'x'.repeat(300)))).rejects.toThrow('it can\'t be read (ENAMETOOLONG)');
  });
});
