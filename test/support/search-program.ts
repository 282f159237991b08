import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A new folder with `count` text files in it and below it; `padding` makes them longer. */
export async function folderOfTexts(count: number, padding = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'search-'));
  await mkdir(join(folder, 'deep'));
  for (let i = 0; i < count; i++) {
    await writeFile(join(folder, i % 2 === 0 ? '.' : 'deep', `file${i}.md`), `common words, and number${i} too\n${padding}`);
  }
  return folder;
}

/** The search service as a child process; its output is collected. */
export function startSearch(...args: readonly string[]) {
  const child = spawn(process.execPath, ['examples/search/main.ts', ...args], { cwd: ROOT });
  let output = '';
  let errors = '';
  const waiting = new Set<() => void>();
  child.stdout.on('data', (chunk) => {
    output += String(chunk);
    for (const look of waiting) look();
  });
  child.stderr.on('data', (chunk) => { errors += String(chunk); });
  const ended = new Promise<{ code: number | null; output: string; errors: string }>((resolve) => {
    child.on('close', (code) => resolve({ code, output, errors }));
  });
  const printed = (pattern: RegExp): Promise<RegExpExecArray> => new Promise((resolve, reject) => {
    const look = (): void => {
      const match = pattern.exec(output);
      if (match !== null) resolve(match);
    };
    waiting.add(look);
    look();
    void ended.then(() => reject(new Error(`It ended without printing ${String(pattern)}: ${output}${errors}`)));
  });
  return { child, ended, printed };
}

/** The processes below `pid`. */
export function descendantsOf(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    table.flatMap(([id = 0, of]) => (of === parent ? [id, ...below(id)] : []));
  return below(pid);
}
