import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { ActorDefinition, ActorSystem, ExitReason, HostKind } from '../../index.ts';
import { actor, child, run, supervisor } from '../../index.ts';
import type { BreakingRef } from '../support/actors/breaking.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { THROWN } from '../support/actors/thrown.ts';
import { SharedHost } from '../support/shared-host.ts';
import { TestSystem } from '../support/test-system.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';

const REMOTE = ['thread', 'process'] as const;

const UNCLONED = { name: 'DataCloneError', message: expect.stringContaining('could not be cloned') as string };

/** What arrives as the cause of the crash. Of what is no error, that is an error whose own cause it is. */
const CAUSES: Readonly<Record<string, object>> = {
  'an error with a code and data': {
    name: 'RangeError', message: 'out of paper', code: 'E_PAPER', sheets: { left: 0 }, cause: { message: 'the tray' },
    stack: expect.stringContaining('thrown.ts') as string,
  },
  null: { name: 'Error', message: expect.stringContaining('null') as string, cause: null },
  undefined: { name: 'Error', message: expect.stringContaining('undefined') as string, cause: undefined },
  'a text': { name: 'Error', message: expect.stringContaining('just a text') as string, cause: 'just a text' },
  'an object': { name: 'Error', cause: { status: 500, list: [1] } },
  'a function': { name: 'Error', message: expect.stringContaining('called') as string },
  'a symbol': { name: 'Error', message: expect.stringContaining('Symbol(thrown)') as string },
  'an error with function properties': { name: 'Error', message: 'with functions', left: 3 },
  'an error whose cause can’t be sent': { message: 'outer', cause: { message: 'inner', port: 80 } },
  'an error of a class of its own': { name: 'PaperJam', message: 'jammed', tray: 2 },
  'an error of structuredClone': UNCLONED,
  'a stack overflow': { name: 'RangeError', message: 'Maximum call stack size exceeded' },
};

describe.each(['local', ...REMOTE] as const)('crashes (%s)', (host) => {
  const shared = new SharedHost(host);

  it.each(Object.keys(THROWN))('a throw of %s in a handler ends its actor alone, and is what the asker sees', async (what) => {
    const [guilty, innocent] = await Promise.all([shared.add(), shared.add()]);

    const failure = await deadline(failureOf(guilty.ask.throwOne(what)), 'the ask rejects');

    expect(failure).toMatchObject({ name: 'ActorCrashedError', code: 'TROUPE_ACTOR_CRASHED', executed: 'maybe' });
    expect(failure.cause).toBeInstanceOf(Error);
    expect(failure.cause).toMatchObject(CAUSES[what] ?? {});
    if (host !== 'local') expect(failure.cause).not.toHaveProperty('retry');
    expect(await guilty.closed).toMatchObject({ kind: 'error', error: CAUSES[what] });
    expect(await innocent.ask.echo('alive')).toBe('alive');
  });

  it.skipIf(host === 'local').each([
    ['an unhandled rejection', 'rejectUnheard'],
    ['an async throw, in a timer', 'throwInTimer'],
  ] as const)('%s ends the actor whose handler began it, no other', async (_what, how) => {
    const [guilty, innocent] = await Promise.all([shared.add(), shared.add()]);

    const failure = await deadline(failureOf(guilty.ask[how]('left behind')), 'the ask rejects');

    expect(failure).toMatchObject({ name: 'ActorCrashedError', cause: { name: 'Error', message: 'left behind' } });
    expect(await guilty.closed).toMatchObject({ kind: 'error', error: { message: 'left behind' } });
    expect(await innocent.ask.echo('alive')).toBe('alive');
  });

  it.skipIf(host === 'local')('what fails of an actor after its end is told by its log, and ends nobody', async () => {
    const [guilty, innocent] = await Promise.all([shared.add(), shared.add()]);
    const told = twoLines(shared.system);

    await failureOf(guilty.ask.rejectThrice(['1', '2', '3']));

    const line = { actor: /^ActorRef\(\S+ (.*)\)$/.exec(String(guilty))?.[1], level: 'error', message: 'failed after its end' };
    const lines = await deadline(told, 'both are told');
    expect(lines).toMatchObject(['2', '3'].map((message) => ({ ...line, incarnation: 1, fields: { err: { message } } })));
    expect(await innocent.ask.echo('alive')).toBe('alive');
  });

  it.skipIf(host !== 'thread')('what fails of an incarnation after its end leaves the next one alone', async () => {
    await using system = new TestSystem();
    await using set = await system.hosts({ kind: 'thread', size: 1 });
    const { children: { guilty } } = await run(supervisor({ children: { guilty: child(Breaking, { host: set }) } }), { system, log: false, signals: false });
    const told = twoLines(system);

    await failureOf(guilty.ask.rejectThrice(['1', '2', '3']));
    expect(await guilty.ask.incarnation()).toBe(2);
    await deadline(told, 'both are told');

    expect(await guilty.ask.incarnation()).toBe(2);
  });

  it.skipIf(host !== 'thread')('process.abort() is an ordinary error on a thread, by Node’s doing', async () => {
    const guilty = await shared.add();

    const failure = await failureOf(guilty.ask.abort());

    const cause = { name: 'TypeError', code: 'ERR_WORKER_UNSUPPORTED_OPERATION' };
    expect(failure).toMatchObject({ name: 'ActorCrashedError', cause });
  });
});

/** Resolves with the next two lines of logs. */
function twoLines({ events }: ActorSystem): Promise<readonly object[]> {
  return new Promise((resolve) => {
    const lines: object[] = [];
    const stop = events.on('log', (line) => {
      if (lines.push(line) < 2) return;
      stop();
      resolve(lines);
    });
  });
}

/** Starts two actors in one host; returns how both and the host end when the first one does `act`. */
async function endsOf(host: HostKind, act: (ref: BreakingRef) => void): Promise<Record<string, unknown>> {
  await using system = new TestSystem();
  const told: ExitReason[] = [];
  system.events.on('host_lost', ({ reason }) => told.push(reason));
  const first = await system.spawn(Breaking, { host });
  const second = await first.ask.add() as BreakingRef;
  const asked = failureOf(second.ask.block());
  act(first);
  const [ended, beside, ask] = await deadline(Promise.all([first.closed, second.closed, asked]), 'the host is lost', 2_000);
  return { ended, beside, ask, told };
}

describe.concurrent.each(REMOTE)('crashes: by nobody knows whom (%s)', (host) => {
  it.each([
    ['an unhandled rejection', (ref: BreakingRef) => { ref.tell.rejectLater('whose?'); }, { name: 'Error', message: 'whose?' }],
    ['an uncaught DataCloneError', (ref: BreakingRef) => { ref.tell.cloneLater(); }, UNCLONED],
  ] as const)('%s ends the whole host, and every actor in it is told with the error', async (_what, act, error) => {
    const { ended, beside, ask, told } = await endsOf(host, act);

    const lost = { kind: 'host_down', code: 1, signal: null, error };
    expect([ended, beside]).toMatchObject([lost, lost]);
    expect(told).toMatchObject([lost]);
    expect(ask).toMatchObject({ name: 'HostDownError', code: 'TROUPE_HOST_DOWN', executed: 'maybe' });
  });
});

describe('crashes: process.exit(n)', () => {
  it('of a host that was not told to end is a failure, with 0 as well: a transient child starts again', async () => {
    await using system = new TestSystem();
    const restarts: Record<string, ExitReason> = {};
    system.events.on('restarting', ({ actor: path, reason }) => { restarts[path] = reason; });
    const tree = supervisor({
      backoff: false,
      children: {
        thread: child(Breaking, { host: 'thread', restart: 'transient' }),
        process: child(Breaking, { host: 'process', restart: 'transient' }),
      },
    });
    const app = await run(tree, { system, log: false, signals: false });

    const outcomes = REMOTE.map(async (host) => {
      const ref = app.children[host];
      const failure = await failureOf(ref.ask.exit(0));
      return [failure.name, failure.message, await ref.with({ timeout: '20s' }).ask.incarnation()];
    });

    const text = (host: string): unknown => expect.stringMatching(new RegExp(`/${host}": its host has ended \\(exit code 0`));
    expect(await Promise.all(outcomes)).toEqual(REMOTE.map((host) => ['HostDownError', text(host), 2]));
    const lost = { kind: 'host_down', code: 0, signal: null };
    expect(restarts).toMatchObject({ 'app-1/thread': lost, 'app-1/process': lost });
  });
});

describe('crashes: process.abort()', () => {
  it('ends a process by SIGABRT', async () => {
    const { ended, beside, ask } = await endsOf('process', (ref) => { ref.tell.abort(); });

    const lost = { kind: 'host_down', code: null, signal: 'SIGABRT' };
    expect([ended, beside]).toMatchObject([lost, lost]);
    expect(ask).toMatchObject({ name: 'HostDownError', message: expect.stringContaining('SIGABRT') as string });
  });
});

describe('crashes: a bad execPath', () => {
  const { execPath } = process;
  const takeAway = (): void => { process.execPath = '/no/such/node'; };
  afterEach(() => { process.execPath = execPath; });
  const cause: unknown = expect.objectContaining({ code: 'ENOENT' });
  const lasting = { name: 'StartFailedError', code: 'TROUPE_START_FAILED', canHeal: false, cause };

  it('is a start that fails with ENOENT, although Node tells of no exit', async () => {
    await using system = new TestSystem();
    takeAway();

    const failures = [
      failureOf(system.spawn(Breaking, { host: 'process', name: 'printer' })),
      failureOf(system.hosts({ kind: 'process', size: 2 })),
    ];

    const [ofActor, ofSet] = await deadline(Promise.all(failures), 'both fail');
    expect([ofActor, ofSet]).toMatchObject([lasting, lasting]);
    expect(ofActor?.message).toMatch(/^Cannot start "printer": its host ended: .*ENOENT/);
  });

  it('is not tried again by a supervisor', async () => {
    await using system = new TestSystem();
    let restarts = 0;
    system.events.on('restarting', () => { restarts++; });
    const tree = supervisor({ backoff: false, children: { printer: child(Breaking, { host: 'process' }) } });
    const app = await run(tree, { system, log: false, signals: false });
    takeAway();

    app.children.printer.tell.exit(1);

    expect(await deadline(app.done, 'it gives up')).toMatchObject({ code: 1, reason: { kind: 'error', error: lasting } });
    expect(restarts).toBe(1);
  });
});

const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const LIBRARY = new URL('../../index.ts', import.meta.url).href;

/** A module of a definition that answers pings and leaves when told; `broken` comes before it. */
function moduleOf(file: string, broken = ''): ActorDefinition<unknown, { ping(): string; exit(): void }, 'anywhere'> {
  const url = pathToFileURL(join(folder, file)).href;
  writeFileSync(new URL(url), `${broken}
    import { actor } from '${LIBRARY}';
    const handlers = { ping: () => 'pong', exit: () => process.exit(1) };
    export const Fragile = actor(import.meta, { name: 'fragile', init: () => null, handlers });
  `);
  return actor({ url }, { name: 'fragile', init: () => null, handlers: { ping: () => 'pong', exit: () => undefined } });
}

const BROKEN: readonly (readonly [what: string, text: string, message: RegExp])[] = [
  ['a missing dependency', 'import \'no-such-package\';', /no-such-package/],
  ['a bad export', `import { noSuchThing } from '${LIBRARY}';`, /noSuchThing/],
];

describe.concurrent.each(REMOTE)('crashes: a module that can’t be loaded (%s)', (host) => {
  it.each(BROKEN)('by %s: the start fails once, with what is wrong, and is not tried again', async (what, text, message) => {
    await using system = new TestSystem();
    let starts = 0;
    system.events.on('host_started', () => { starts++; });
    const tree = supervisor({ name: 'app', children: { fragile: child(moduleOf(`${host}-${what}.mjs`, text), { host }) } });

    const failure = await failureOf(run(tree, { system, log: false, signals: false }));

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED', canHeal: false });
    expect(failure.message).toContain('its module can\'t be loaded');
    expect((failure.cause as Error).message).toMatch(message);
    expect(starts).toBe(1);
  });

  it('any more when it was once: the supervisor tries once, and gives up', async () => {
    await using system = new TestSystem();
    let starts = 0;
    system.events.on('host_started', () => { starts++; });
    const fragile = moduleOf(`${host}-later.mjs`);
    const tree = supervisor({ name: 'app', backoff: false, children: { fragile: child(fragile, { host }) } });
    const app = await run(tree, { system, log: false, signals: false });
    moduleOf(`${host}-later.mjs`, 'import \'no-such-package\';');

    app.children.fragile.tell.exit();

    const { code, reason } = await deadline(app.done, 'it gives up', 3_000);
    expect(code).toBe(1);
    expect(reason).toMatchObject({ kind: 'error', error: { code: 'TROUPE_START_FAILED', canHeal: false } });
    expect(starts).toBe(2);
  });

  it('because it ends its host: the start fails with the exit code', async () => {
    await using system = new TestSystem();

    const failure = await failureOf(system.spawn(moduleOf(`${host}-exits.mjs`, 'process.exit(13);'), { host }));

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.message).toMatch(/its host ended: exit code 13/);
  });
});
