import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { descendantsOf, folderOfTexts, startSearch as start } from '../../support/search-program.ts';
import { isAlive } from '../../support/program.ts';
import { rm } from 'node:fs/promises';

const TIMEOUT_MS = 20_000;

let folder: string;
beforeAll(async () => { folder = await folderOfTexts(40); });
afterAll(() => rm(folder, { recursive: true, force: true }));

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
    const queries = (await printed(/\nTry(?:\n {2}http\S+){3}\n/))[0].replace('Try', '').trim().split(/\s+/);
    const get = async (target: string): Promise<unknown> => (await fetch(new URL(target, url))).json();
    const processes = descendantsOf(child.pid ?? 0);

    for (const query of queries) expect(await get(query)).not.toMatchObject({ total: 0 });
    expect(await get('/search?q=NUMBER7')).toMatchObject({ total: 1, results: [{ file: 'deep/file7.md' }] });
    expect(await get('/stats')).toMatchObject({ files: 40, tokenised: 40, indexed: 40, deadLetters: 0 });
    expect(await get('/tree')).toMatchObject([{
      name: 'search',
      host: 'local',
      children: [
        { name: 'index', host: 'process', incarnation: 1, children: [] },
        { name: 'catalogue', host: 'local', incarnation: 1, children: [] },
        { name: 'tokenisers', host: 'local', incarnation: 1 },
      ],
    }]);
    child.kill('SIGTERM');
    const { code } = await ended;

    expect(code).toBe(0);
    expect(processes.length).toBeGreaterThan(0);
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

  it('explains its options', async () => {
    const { code, output } = await start('--help').ended;

    expect(output).toMatch(/^Usage: [^]*\n {2}--chaos /);
    expect(code).toBe(0);
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
