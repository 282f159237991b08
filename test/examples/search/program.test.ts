import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { execFileSync, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TIMEOUT_MS = 20_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'search-'));
  await mkdir(join(folder, 'deep'));
  for (let i = 0; i < 40; i++) {
    await writeFile(join(folder, i % 2 === 0 ? '.' : 'deep', `file${i}.md`), `common words, and number${i} too\n`);
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The program as a child process; its output is collected. */
function start(...args: readonly string[]) {
  const child = spawn(join(ROOT, 'node_modules/.bin/tsx'), ['examples/search/main.ts', ...args], { cwd: ROOT });
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
function descendantsOf(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid=']).toString().trim().split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    table.flatMap(([id = 0, of]) => (of === parent ? [id, ...below(id)] : []));
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('the search service', () => {
  it('makes the same index as one thread does', async () => {
    const { code, output } = await start(folder, '--once', '--verify', '--seconds', '0').ended;

    const checksums = /Checksum +(\w{16}) by actors, (\w{16}) by one thread: identical/.exec(output);
    const [, byActors, byOneThread] = checksums ?? [];
    expect(output).toMatch(/Indexed 40 files/);
    expect(byActors).toBe(byOneThread);
    expect(byActors).toBeDefined();
    expect(code).toBe(0);
  }, TIMEOUT_MS);

  it('answers until SIGTERM, and leaves no process behind', async () => {
    const { child, ended, printed } = start(folder, '--port', '0');
    const [, url] = await printed(/Listening on (\S+)/);
    const queries = (await printed(/(?:\n {2}http\S+){3}\n/))[0].trim().split(/\s+/);
    const get = async (target: string): Promise<unknown> => (await fetch(new URL(target, url))).json();
    const processes = descendantsOf(child.pid ?? 0);

    for (const query of queries) expect(await get(query)).not.toMatchObject({ total: 0 });
    expect(await get('/search?q=NUMBER7')).toMatchObject({ total: 1, results: [{ file: 'deep/file7.md' }] });
    expect(await get('/stats')).toMatchObject({ files: 40, deadLetters: 0 });
    expect(await get('/tree')).toMatchObject([{
      name: 'search',
      host: 'local',
      children: [
        { name: 'index', host: 'process', incarnation: 1, children: [] },
        { name: 'tokenisers', host: 'local', incarnation: 1 },
      ],
    }]);
    child.kill('SIGTERM');
    const { code } = await ended;

    expect(code).toBe(0);
    expect(processes.length).toBeGreaterThanOrEqual(2);
    expect(processes.filter(isAlive)).toEqual([]);
  }, TIMEOUT_MS);

  it('says in one line that the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => { other.once('listening', resolve); });
    const { port } = other.address() as AddressInfo; // it listens on a port, not on a pipe

    const { code, errors } = await start(folder, '--port', String(port)).ended;
    other.close();

    expect(errors.trim()).toBe(`Cannot listen on 127.0.0.1:${port}: the port is in use`);
    expect(code).toBe(1);
  }, TIMEOUT_MS);

  it.each([
    { args: ['--fast'], code: 2, text: /^Unknown option '--fast'.*\nUsage: / },
    { args: ['/no/such/folder'], code: 1, text: /^Cannot index "\/no\/such\/folder": .*\n$/ },
  ])('ends with $code for $args', async ({ args, code, text }) => {
    const end = await start(...args).ended;

    expect(end.errors).toMatch(text);
    expect(end.code).toBe(code);
  }, TIMEOUT_MS);
});
