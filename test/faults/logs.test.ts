import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from '../../index.ts';
import { EXACT } from '../support/exact.ts';
import { Scribe } from '../support/actors/scribe.ts';
import { TestSystem } from '../support/test-system.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A system whose entries are kept. */
class LoggedSystem extends TestSystem {
  readonly entries: LogEntry[] = [];

  constructor() {
    super();
    this.events.on('log', (entry) => this.entries.push(entry));
  }
}

describe.each(['thread', 'process'] as const)('the log of an actor in a %s', (host) => {
  it('says where it lives', async () => {
    await using system = new LoggedSystem();
    const scribe = await system.spawn(Scribe, { host, name: 'scribe' });

    await scribe.ask.writeFields({ pages: 3 }, 'has written');

    const where = await scribe.ask.where();
    expect(system.entries).toMatchObject([{ actor: 'scribe', incarnation: 1, seq: 1, message: 'has written', fields: { pages: 3 }, host: where }]);
    expect(where.pid === process.pid).toBe(host === 'thread');
    // Its level is the program's affair.
    expect(await failureOf(scribe.ask.setLevel())).toMatchObject({ cause: { code: 'TROUPE_SPAWN_WHILE_LOADING' } });
  });

  it.each([
    ['its actor throws', 'throw', 1_000], ['its host leaves with process.exit', 'exit', 100], ['its host is killed in a loop', 'hang', 100],
  ] as const)('has all that was written before, in order, when %s', async (_when, how, entries) => {
    await using system = new LoggedSystem();
    const scribe = await system.spawn(Scribe, { host, name: 'scribe' });
    const allThere = new Promise<void>((resolve) => {
      system.events.on('log', ({ fields }) => { if ((fields as { i?: number }).i === entries) resolve(); });
    });
    const crashed = new Promise<number>((resolve) => { system.events.on('crash_report', () => resolve(system.entries.length)); });

    scribe.tell.leave(entries, how);
    await deadline(allThere, 'all entries arrive', 10_000);
    scribe.kill();
    await scribe.closed;

    const before = system.entries.filter(({ message }) => message === 'before the end');
    expect(before.map(({ fields }) => (fields as { i: number }).i)).toEqual(Array.from({ length: entries }, (_, i) => i + 1));
    if (how === 'throw') expect(await crashed).toBeGreaterThanOrEqual(entries);
  });

  it('follows the level of the system, and is written before that ends', async () => {
    const system = new LoggedSystem();
    const scribe = await system.spawn(Scribe, { host });

    system.setLogLevel('error');
    await scribe.ask.writeAll();
    system.setLogLevel('debug');
    await scribe.ask.writeAll();
    await system.stop();

    expect(system.entries.map(({ message }) => message)).toEqual(['at error', 'at debug', 'at info', 'at warn', 'at error', 'stops']);
  });
});

describe('the lines of many hosts that write at once', () => {
  it('are whole and all there: of a log whatever their length, on the standard streams up to 4 KB', async () => {
    const program = spawn(process.execPath, ['test/faults/programs/log.ts'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    const [printed, logged] = (await Promise.all([text(program.stdout), text(program.stderr)])).map((all) => all.trimEnd().split('\n'));

    expect(logged?.filter((line) => /^\S+ info {2}office\/(\w): \1{60000}$/.test(line))).toHaveLength(80);
    expect(printed).toContain(EXACT);
    expect(printed?.filter((line) => /^(\w)\1{4094}$/.test(line))).toHaveLength(2_000);
  });
});
