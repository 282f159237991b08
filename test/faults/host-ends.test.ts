import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { ExitReason, HostKind } from '../../index.ts';
import { exitCode } from '../../index.ts';
import type { BreakingRef } from '../support/actors/breaking.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { Family } from '../support/family.ts';
import { Tail } from '../../runtime/hosts/tail.ts';
import { deadline } from '../support/deadline.ts';
import { until } from '../support/until.ts';

const family = new Family();
const REMOTE = ['thread', 'process'] as const;

/** What is done, as what it is told, and as which number. */
type End = [what: string, end: (ref: BreakingRef) => void, reason: Partial<ExitReason>, code: number];

const WAYS: End[] = [
  ['exit(0)', (ref) => ref.tell.exit(0), { kind: 'host_down', code: 0, signal: null }, 0],
  ['exit(256)', (ref) => ref.tell.exit(256), { kind: 'host_down', code: 0, signal: null }, 0],
  ['exit(257)', (ref) => ref.tell.exit(257), { kind: 'host_down', code: 1, signal: null }, 1],
  ['exit(-1)', (ref) => ref.tell.exit(-1), { kind: 'host_down', code: 255, signal: null }, 255],
  ['throw', (ref) => ref.tell.throwLater('thrown'), { kind: 'host_down', code: 1, signal: null }, 1],
  ['unhandled rejection', (ref) => ref.tell.rejectLater('rejected'), { kind: 'host_down', code: 1, signal: null }, 1],
  ['kill()', (ref) => ref.kill(), { kind: 'killed' }, -9],
  ['stop()', (ref) => void ref.stop(), { kind: 'normal' }, 0],
];
const OF_PROCESSES: End[] = [
  ['SIGTERM', (ref) => ref.tell.raise('SIGTERM'), { kind: 'host_down', code: null, signal: 'SIGTERM' }, -15],
  ['SIGKILL', (ref) => ref.tell.raise('SIGKILL'), { kind: 'host_down', code: null, signal: 'SIGKILL' }, -9],
  ['SIGSEGV', (ref) => ref.tell.raise('SIGSEGV'), { kind: 'host_down', code: null, signal: 'SIGSEGV' }, -11],
  ['abort()', (ref) => ref.tell.abort(), { kind: 'host_down', code: null, signal: 'SIGABRT' }, -6],
];

async function endsOf(host: HostKind, ways: readonly End[]): Promise<unknown[]> {
  const ends = ways.map(async ([what, end]) => {
    const ref = await family.system.spawn(Breaking, { host });
    end(ref);
    const reason = await deadline(ref.closed, `${what} ends its host`, 4_000);
    return [what, reason, exitCode(reason)];
  });
  return await Promise.all(ends);
}
const expected = (ways: readonly End[]): unknown[] => {
  return ways.map(([what, , reason, code]) => [what, expect.objectContaining(reason), code]);
};

describe('the end of a host', () => {
  it.each(REMOTE)('is told with an exit code from 0 to 255 or a signal, never both: %s', async (host) => {
    const ways = host === 'process' ? [...WAYS, ...OF_PROCESSES] : WAYS;

    expect(await endsOf(host, ways)).toEqual(expected(ways));
  }, 60_000);

  it.each(REMOTE)('is told as killed by the actor that blocks, and as SIGKILL by those beside it: %s', async (host) => {
    const parent = await family.spawnParent('top', host);
    const inner = await family.add(parent, 'inner');
    const lost = new Promise<ExitReason>((resolve) => {
      family.system.events.on('host_lost', ({ reason }) => resolve(reason));
    });
    if (host === 'process') await inner.ask.warn('last words');
    inner.tell.spin();
    await until(() => family.ends().includes('spins'));

    inner.kill();

    expect(await deadline(inner.closed, 'it is killed')).toEqual({ kind: 'killed' });
    const down = { kind: 'host_down', code: null, signal: 'SIGKILL' };
    expect(await deadline(parent.closed, 'its host is lost')).toMatchObject(down);
    const message = 'Cannot go on: the host of "top/inner" did not confirm its kill within 500 ms: something blocks it';
    const stderr = host === 'process' ? 'last words\n' : '';
    expect(await lost).toMatchObject({ error: { code: 'TROUPE_HOST_DOWN', message, stderr } });
  });

  it.each(REMOTE)('is told with its cause, although the main thread was busy when it came: %s', async (host) => {
    const ref = await family.system.spawn(Breaking, { host });
    ref.tell.throwLater('last words');
    // The message has left when this goes on; then nothing is read for a while.
    await new Promise((resolve) => { setImmediate(resolve); });
    for (const end = performance.now() + 300; performance.now() < end;);

    expect(await deadline(ref.closed, 'it is told')).toMatchObject({ kind: 'host_down', code: 1, error: { message: 'last words' } });
  });

  it('is not brought about by signals to the whole group while the process is still loading the library', async () => {
    const preload = `${family.file}.mjs`;
    // Where boot.mjs leaves something for the library, just before it loads that.
    writeFileSync(preload, `
      const key = Symbol.for('troupe.host-main');
      Object.defineProperty(globalThis, key, {
        configurable: true,
        set(value) {
          Object.defineProperty(globalThis, key, { configurable: true, value });
          for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR1']) process.kill(process.pid, signal);
          process.env.SIGNALLED = 'yes';
        },
      });
    `);

    const ref = await family.system.spawn(Breaking, { host: 'process', execArgv: ['--import', pathToFileURL(preload).href] });

    expect(await ref.ask.variable('SIGNALLED')).toBe('yes');
  });

  it('has a number for every other reason, too', () => {
    const error = new Error('x');
    const intensity = { kind: 'intensity', child: 'a', restarts: 3, withinMs: 1 } as const;
    const reasons: ExitReason[] = [
      { kind: 'normal' }, { kind: 'shutdown' }, { kind: 'error', error }, intensity, { kind: 'killed' }, { kind: 'stalled' },
    ];

    expect(reasons.map(exitCode)).toEqual([0, 0, 1, 1, -9, -9]);
  });
});

describe('the exit report of a process', () => {
  it('has the last 8 KB of its standard error (stderr), whoever wrote them and however it died', async () => {
    const ref = await family.system.spawn(Breaking, { host: 'process' });
    ref.tell.writeNatively('native words\n');
    ref.tell.write('last words\n');
    ref.tell.raise('SIGKILL');

    const { error } = await deadline(ref.closed, 'it is dead') as { error?: Error & { stderr?: string } };

    expect(error).toMatchObject({ name: 'HostExitError', code: 'TROUPE_HOST_DOWN' });
    expect(error?.stderr?.split('\n').toSorted()).toEqual(['', 'last words', 'native words']);
  });

  it('has exactly that, when it was more', async () => {
    const ref = await family.system.spawn(Breaking, { host: 'process' });
    const text = Array.from({ length: 90 }, (_, i) => `${i} `.padEnd(99, '.')).join('\n');
    ref.tell.write(text);
    ref.tell.raise('SIGKILL');

    expect(await deadline(ref.closed, 'it is dead')).toMatchObject({ error: { stderr: text.slice(-8_192) } });
  });

  it('has them cut before a whole character', () => {
    const tail = new Tail(10);
    for (const text of ['lost', 'ä€', '€€']) tail.add(Buffer.from(text));
    tail.add(Buffer.from('x'));

    expect(String(tail)).toBe('€€€x');
    tail.add(Buffer.from('y'));
    expect(String(tail)).toBe('€€xy');
  });

  it('has them beside the error that ended it', async () => {
    const ref = await family.system.spawn(Breaking, { host: 'process' });
    ref.tell.write('last words\n');
    ref.tell.throwLater('thrown');

    const error = { name: 'Error', message: 'thrown', stderr: 'last words\n' };
    expect(await deadline(ref.closed, 'it is dead')).toMatchObject({ code: 1, error });
  });

  it('is not held up by a process that it leaves behind', async () => {
    const ref = await family.system.spawn(Breaking, { host: 'process' });
    const pid = await ref.ask.leaveBehind();

    ref.tell.exit(7);

    try {
      expect(await deadline(ref.closed, 'it is told', 2_000)).toMatchObject({ kind: 'host_down', code: 7 });
    } finally {
      process.kill(pid, 'SIGKILL');
    }
  });
});
