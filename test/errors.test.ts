import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  actor, barrier, boundedSemaphore, child, condition, connect, createSystem, listen, mutex, pipe, pool, queue, run, supervisor,
  type ActorDefinition, type ActorSystem, type HostSet, type RefOf, type SystemOptions,
} from '../index.ts';
import { launchProcess } from '../runtime/hosts/process-host.ts';
import { launchThread } from '../runtime/hosts/thread-host.ts';
import type { HostEvents, LaunchHost } from '../runtime/hosts/host-transport.ts';
import { Codec } from '../runtime/wire/codec.ts';
import { Breaking } from './support/actors/breaking.ts';
import { Faulty } from './support/actors/faulty-handlers.ts';
import { FaultyInit } from './support/actors/faulty-init.ts';
import { ManualClock, testKit } from '../testing/index.ts';
import { TestSystem } from './support/test-system.ts';
import type { Failure } from './support/failure-of.ts';
import { failureOf as anyFailureOf } from './support/failure-of.ts';
import { fail, sleep } from './support/chores.ts';
import { square } from './support/arithmetic.ts';
import { Door } from './support/actors/door.ts';
import { User } from './support/actors/lock-users.ts';
import { Gate, Rejecting } from './support/actors/narrow.ts';
import { Ending } from './support/actors/ending.ts';

const seen = new Set<string>();

/** What `action` fails with, whose code has been met then. */
async function failureOf(action: () => unknown): Promise<Failure> {
  const failure = await anyFailureOf(action);
  seen.add(failure.code);
  return failure;
}

/** A system that knows how many threads and processes it has started, and how many of them are still there. */
class WatchedSystem extends TestSystem {
  readonly launches: { launched: number; running: number; events: HostEvents | undefined };

  constructor(options: SystemOptions = {}) {
    const hosts: WatchedSystem['launches'] = { launched: 0, running: 0, events: undefined };
    const watch = (launch: LaunchHost): LaunchHost => (boot, events, settings) => {
      hosts.launched++;
      hosts.running++;
      hosts.events = events;
      // `ended` is a worker's `exit` and a child process's `close`: Node's word that it is gone.
      return launch(boot, { ...events, ended: (end) => { hosts.running--; events.ended(end); } }, settings);
    };
    super(options, { launch: { thread: watch(launchThread), process: watch(launchProcess) } });
    this.launches = hosts;
  }
}

/** A definition of another module, made here: what a caller has whose module and the host's aren't the same. */
function definitionIn(url: string, name: string): ActorDefinition<unknown, object, 'anywhere'> {
  return actor({ url }, { name, init: () => ({}), handlers: { ping: () => 'pong' } });
}
const support = (file: string): string => new URL(`./support/actors/${file}`, import.meta.url).href;

const folder = mkdtempSync(join(tmpdir(), 'troupe-errors-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
function moduleOf(file: string, text: string): string {
  const path = join(folder, file);
  writeFileSync(path, text);
  return pathToFileURL(path).href;
}

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');
const CODES = [.../export type ErrorCode =([^;]*);/.exec(read('../core/errors.ts'))?.[1]?.matchAll(/'(TROUPE_\w+)'/g) ?? []]
  .map(([, code = '']) => code);
const REMOTE = ['thread', 'process'] as const;

describe('docs/errors.md', () => {
  const rows = [...read('../docs/errors.md').matchAll(/^\| `(TROUPE_\w+)` \| `(\w+)`/gm)];

  it('has a row for each code, and no other', () => {
    expect(CODES.length).toBeGreaterThan(10);
    expect(rows.map(([, code = '']) => code).toSorted()).toEqual(CODES.toSorted());
  });

  it('names classes that there are', async () => {
    const index: object = await import('../index.ts');
    for (const [, , name = ''] of rows) expect([...Object.keys(index), 'TypeError', 'RangeError']).toContain(name);
  });
});

describe('an actor that can\'t be reached', () => {
  it.concurrent.each(['local', ...REMOTE] as const)('has ended (%s)', async (host) => {
    await using system = new WatchedSystem();
    const faulty = await system.spawn(Faulty, { host, name: 'printer' });
    await faulty.stop();

    const failure = await failureOf(() => faulty.ask.ping());

    expect(failure).toMatchObject({ name: 'ActorStoppedError', code: 'TROUPE_ACTOR_STOPPED', executed: 'no' });
    expect(failure.message).toBe('Cannot ask ping of "printer": the actor has ended');
  });

  it('is being restarted', async () => {
    await using system = new WatchedSystem();
    const tree = supervisor({ children: { printer: child(Faulty, { input: { restartMs: 300 } }) } });
    const app = await run(tree, { system, log: false, signals: false });
    await failureOf(() => app.children.printer.ask.crash());

    const failure = await failureOf(() => app.children.printer.with({ whenRestarting: 'reject' }).ask.ping());

    expect(failure).toMatchObject({ name: 'UnavailableError', code: 'TROUPE_UNAVAILABLE', executed: 'no' });
    expect(failure.message).toContain('the actor is restarting');
    expect(await app.children.printer.ask.ping()).toBe('pong');
  });

  it.concurrent('had more in its process than it may (OOM)', async () => {
    await using system = new WatchedSystem();
    const dying = await system.spawn(Breaking, { host: 'process', memory: '32MB' });
    const answer = failureOf(() => dying.with({ timeout: '20s' }).ask.eat());

    const reason = await dying.closed as { error?: Error };
    const failure = await failureOf(() => { throw reason.error; });

    expect(reason).toMatchObject({ kind: 'host_down', code: null, signal: 'SIGABRT' });
    expect(failure).toMatchObject({ name: 'HostExitError', code: 'TROUPE_OUT_OF_MEMORY', stderr: expect.stringContaining('heap') as string });
    expect(await answer).toMatchObject({ code: 'TROUPE_HOST_DOWN', message: expect.stringContaining('out of memory') as string });
  });

  it.each(['local', 'thread'] as const)('has no room left (%s)', async (host) => {
    await using system = new WatchedSystem();
    const gate = await system.spawn(Gate);
    const narrow = await system.spawn(Rejecting, { host, name: 'printer' });
    narrow.tell.hold(gate);
    await gate.ask.whenHeld();
    for (let i = 0; i < 3; i++) narrow.tell.note(gate, i);

    const failure = await failureOf(() => narrow.ask.note(gate, 3));

    expect(failure).toMatchObject({ name: 'MailboxFullError', code: 'TROUPE_MAILBOX_FULL', executed: 'no', capacity: 3 });
    expect(failure.message).toBe('Cannot ask note of "printer": its mailbox is full (3)');
    gate.tell.open();
  });

  it.each(['local', 'thread'] as const)('has put aside as many messages as it may, or can\'t put aside what it has (%s)', async (host) => {
    await using system = new WatchedSystem();
    const door = await system.spawn(Door, { host, name: 'door' });
    for (let i = 0; i < 3; i++) door.tell.enter('waiting');

    const full = await failureOf(async () => {
      const { cause } = await anyFailureOf(door.ask.enter('one more')) as unknown as { cause: Error };
      throw cause;
    });
    const other = await system.spawn(Door, { host, name: 'other' });
    const stream = await failureOf(async () => {
      const { cause } = await anyFailureOf(other.ask.enterAsStream().toArray()) as unknown as { cause: Error };
      throw cause;
    });

    expect(full).toMatchObject({ name: 'StashFullError', code: 'TROUPE_STASH_FULL', limit: 3 });
    expect(full.message).toBe('Cannot stash a message of "door": its stash is full (3)');
    expect(stream).toMatchObject({ name: 'ActorError', code: 'TROUPE_NOT_STASHABLE' });
    expect(stream.message).toBe('Cannot stash the stream enterAsStream of "other": only a message that is being handled can be put aside');
  });

  it('is closed', async () => {
    const [left, right] = await pipe<number>();
    await right.close();

    const closed = await failureOf(() => left.receive());

    expect(closed).toMatchObject({ name: 'ClosedError', code: 'TROUPE_CLOSED', executed: 'no' });
    expect(closed.message).toBe('Cannot receive from a pipe: the other end is closed');

    await using numbers = await queue<number>();
    await numbers.close();

    const refused = await failureOf(() => numbers.put(1));

    expect(refused).toMatchObject({ name: 'ClosedError', code: 'TROUPE_CLOSED', executed: 'no' });
    expect(refused.message).toBe('Cannot put into a queue: it is closed');
    await left.close();
  });

  it.concurrent.each(REMOTE)('has lost its host (%s)', async (host) => {
    await using system = new WatchedSystem();
    const faulty = await system.spawn(Faulty, { host, name: 'printer' });

    const failure = await failureOf(() => faulty.ask.exit(7));

    expect(failure).toMatchObject({ name: 'HostDownError', code: 'TROUPE_HOST_DOWN', executed: 'maybe' });
    expect(failure.message).toContain('exit code 7');
  });

  it('has no such handler', async () => {
    await using system = new WatchedSystem();
    const faulty = await system.spawn(Faulty);
    const ask = faulty.ask as unknown as Record<string, () => Promise<unknown>>;
    const tell = faulty.tell as unknown as Record<string, () => boolean>;

    const typo = await failureOf(() => ask['pign']?.());
    const other = await failureOf(() => ask['publish']?.());
    const stream = await failureOf(() => tell['letters']?.());

    expect(typo.code).toBe('TROUPE_UNKNOWN_HANDLER');
    expect(typo.message).toBe('Cannot ask "pign" of "faulty": no such handler, did you mean "ping"?');
    expect(other.message).toContain('it has ping, crash, refuse');
    expect(stream.message)
      .toBe('Cannot tell "letters" of "faulty": no such handler, a streaming handler is asked, not told');
  });
});

describe('what belongs to the library', () => {
  it('is refused in a message for what it is', async () => {
    await using system = new WatchedSystem();
    await using set = await system.hosts({ kind: 'thread', size: 1 });
    const faulty = await system.spawn(Faulty);

    const ofSet = await failureOf(() => faulty.ask.take(set));
    const ofContext = await failureOf(() => faulty.ask.giveContext());

    expect(ofSet.message).toBe('Cannot send argument 1 of take: it is a set of hosts, which only its program can use');
    expect(ofContext.message).toBe('Cannot send result of \'giveContext\': it is ctx, which stays in its handler');
  });
});

describe.each(['local', ...REMOTE] as const)('an ask (%s)', (host) => {
  let system: WatchedSystem;
  let place: HostSet | 'local';
  let faulty: RefOf<typeof Faulty>;
  beforeAll(async () => {
    system = new WatchedSystem();
    place = host === 'local' ? host : await system.hosts({ kind: host, size: 1 });
    faulty = await system.spawn(Faulty, { host: place, name: 'printer' });
  });
  afterAll(() => system.stop());

  it('fails with the handler\'s own code when it refuses', async () => {
    const failure = await failureOf(() => faulty.ask.refuse());

    expect(failure).toMatchObject({ name: 'RefusedError', code: 'sold_out', message: 'no seats left', data: { seats: 0 } });
    expect(await faulty.ask.ping()).toBe('pong');
  });

  it.each(['TROUPE_SOLD_OUT', ''])('fails with a bug of the handler when it refuses with "%s"', async (code) => {
    const other = await system.spawn(Faulty, { host: place });

    const failure = await failureOf(() => other.ask.refuse(code));

    expect(failure).toMatchObject({ code: 'TROUPE_ACTOR_CRASHED', cause: { name: 'TypeError', code: 'TROUPE_INVALID_OPTION' } });
    expect(failure.message).toContain(`Cannot use the code of ctx.refuse(): expected a text that is not empty and does not begin with TROUPE_, got "${code}"`);
  });

  it('fails when its time is over', async () => {
    const failure = await failureOf(() => faulty.with({ timeout: '30ms' }).ask.sleep(60_000));

    expect(failure).toMatchObject({ name: 'AskTimeoutError', code: 'TROUPE_ASK_TIMEOUT', executed: 'maybe' });
    expect(failure.message).toMatch(/^Cannot ask sleep of "printer": no reply within \d+ ms/);
  });

  it('fails when an argument isn\'t plain data', async () => {
    const failure = await failureOf(() => faulty.ask.take({ options: { done: () => undefined } }));

    expect(failure).toMatchObject({ name: 'NotSendableError', code: 'TROUPE_NOT_SENDABLE', executed: 'no' });
    expect(failure.message).toBe('Cannot send argument 1 of take → .options.done: it is a function; send data, or a ref to call back');
  });

  it('fails when the reply isn\'t plain data', async () => {
    const failure = await failureOf(() => faulty.ask.give('a function'));

    expect(failure).toMatchObject({ name: 'NotSendableError', code: 'TROUPE_NOT_SENDABLE' });
    expect(failure.message).toBe('Cannot send result of \'give\' → .close: it is a function; send data, or a ref to call back');
    expect(await faulty.ask.ping()).toBe('pong');
  });

  it('fails when a handler that is no generator returns an iterator', async () => {
    const iterator = await failureOf(() => faulty.ask.give('an iterator'));
    // Its type is that of a generator: only the run can tell.
    const generator = await failureOf(() => faulty.ask.words());

    expect(iterator.code).toBe('TROUPE_NOT_SENDABLE');
    expect(generator.code).toBe('TROUPE_NOT_SENDABLE');
  });

  it('fails when the handler throws', async () => {
    const failure = await failureOf(() => faulty.ask.crash());

    expect(failure).toMatchObject({ name: 'ActorCrashedError', code: 'TROUPE_ACTOR_CRASHED', executed: 'maybe' });
    expect(failure.message).toContain('out of paper');
    expect(failure.cause).toMatchObject({ name: 'TypeError', message: 'out of paper' });
  });
});

/** Why a start in a new thread or process fails; that it leaves nothing behind. */
async function failedStart(
  definition: ActorDefinition<unknown, object, 'anywhere'>, host: 'thread' | 'process',
): Promise<Failure> {
  await using system = new WatchedSystem();
  const failure = await failureOf(() => system.spawn(definition, { host, name: 'printer' }));
  expect(system.launches).toMatchObject({ launched: 1, running: 0 });
  // The name is free again.
  expect(await (await system.spawn(Faulty, { name: 'printer' })).ask.ping()).toBe('pong');
  return failure;
}

describe.concurrent.each(REMOTE)('a start that fails (%s) says why and leaves no host behind', (host) => {
  it('its file is missing', async () => {
    const failure = await failedStart(definitionIn(support('no-such-folder/actor.ts'), 'missing'), host);

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED', canHeal: false });
    expect(failure.message).toMatch(/^Cannot start "printer": its module can't be loaded: .*no-such-folder/);
    expect(failure.cause).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  });

  it('its module has a syntax error', async () => {
    const file = host === 'thread' ? 'broken.ts' : 'broken.mjs';
    const failure = await failedStart(definitionIn(moduleOf(file, 'export const half = {;\n'), 'broken'), host);

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED', canHeal: false });
    expect(failure.message).toContain('its module can\'t be loaded');
  });

  it('its module starts actors while it is loaded', async () => {
    const failure = await failedStart(definitionIn(support('faulty-spawns-at-load.ts'), 'eager'), host);

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.message)
      .toContain('this module is being loaded by a host; guard the program with if (isMain(import.meta))');
    expect(failure.cause).toMatchObject({ code: 'TROUPE_SPAWN_WHILE_LOADING' });
  });

  it('init throws', async () => {
    await using system = new WatchedSystem();

    const failure = await failureOf(() => system.spawn(FaultyInit, { host, input: 'throws' }));

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED', canHeal: true });
    expect(failure.message).toContain('init threw RangeError: no such region');
    expect(failure.cause).toMatchObject({ name: 'RangeError', message: 'no such region' });
    expect(system.launches).toMatchObject({ launched: 1, running: 0 });
  });

  it('init ends the host', async () => {
    await using system = new WatchedSystem();

    const failure = await failureOf(() => system.spawn(FaultyInit, { host, input: 'exits' }));

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.message).toContain('exit code 3');
    expect(system.launches).toMatchObject({ launched: 1, running: 0 });
  });

  it('its time is over before the host has reported', async () => {
    await using system = new WatchedSystem();

    const failure = await failureOf(() => system.spawn(Faulty, { host, timeout: 1 }));

    expect(failure).toMatchObject({ name: 'StartTimeoutError', code: 'TROUPE_START_TIMEOUT' });
    expect(failure.message).toContain('its host did not report');
    expect(system.launches).toMatchObject({ launched: 1, running: 0 });
  });
});

describe.concurrent('a start that fails in a thread, as it does in a process', () => {
  const host = 'thread';

  it('its module throws', async () => {
    const url = moduleOf('throws.mjs', 'throw new Error("no configuration");\n');
    const failure = await failedStart(definitionIn(url, 'throws'), host);

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.message).toContain('no configuration');
  });

  it('its module has two definitions with one name', async () => {
    const failure = await failedStart(definitionIn(support('faulty-same-names.ts'), 'same'), host);

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.cause).toMatchObject({ code: 'TROUPE_DUPLICATE_DEFINITION' });
  });

  it('its module makes no such definition', async () => {
    const failure = await failedStart(definitionIn(support('faulty-other-handlers.ts'), 'another'), host);

    expect(failure).toMatchObject({ name: 'DefinitionMismatchError', code: 'TROUPE_DEFINITION_MISMATCH' });
    expect(failure.message)
      .toContain('makes no definition "another" on this host: define it at the top level of its module');
  });

  it('its module makes another definition', async () => {
    const failure = await failedStart(definitionIn(support('faulty-other-handlers.ts'), 'other'), host);

    expect(failure).toMatchObject({ name: 'DefinitionMismatchError', code: 'TROUPE_DEFINITION_MISMATCH' });
    expect(failure.message).toContain('has handlers pong, expected ping');
  });

  it('in a tree: those started before it are stopped again', async () => {
    await using system = new WatchedSystem();
    const ended: string[] = [];
    system.events.on('stopped', ({ actor: path }) => ended.push(path));
    const tree = supervisor({
      name: 'shop', children: { first: child(Faulty), second: child(FaultyInit, { host, input: 'throws' }) },
    });

    const failure = await failureOf(() => run(tree, { system, log: false, signals: false }));

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.message).toContain('no such region');
    expect(ended).toEqual(expect.arrayContaining(['shop/first', 'shop']));
    expect(system.launches).toMatchObject({ launched: 1, running: 0 });
  });
});

describe.each(REMOTE)('a start that takes too long (%s) says what was late and leaves no host behind', (host) => {
  it('init never ends, init blocks, or a top-level await never settles, whether or not anything keeps it alive', async () => {
    const clock = new ManualClock();
    await using system = new WatchedSystem({ clock });
    const waiting = definitionIn(support('faulty-top-level-await.ts'), 'waiting');
    const text = 'setInterval(() => undefined, 1_000); await new Promise(() => undefined);\n';
    const alive = definitionIn(moduleOf(`alive-${host}.mjs`, text), 'alive');
    const timeout = '5s';
    const starts = [
      failureOf(() => system.spawn(FaultyInit, { host, input: 'never ends', timeout, name: 'printer' })),
      failureOf(() => system.spawn(FaultyInit, { host, input: 'blocks', timeout, name: 'printer-2' })),
      failureOf(() => system.spawn(waiting, { host, timeout, name: 'printer-3' })),
      failureOf(() => system.spawn(alive, { host, timeout, name: 'printer-4' })),
    ];
    // What is late is the module or `init`, not the host.
    let ready = 0;
    await new Promise<void>((resolve) => {
      system.events.on('host_started', () => { if (++ready === starts.length) resolve(); });
    });

    await clock.advance(timeout);

    const failures = await Promise.all(starts);
    for (const failure of failures) {
      expect(failure).toMatchObject({ name: 'StartTimeoutError', code: 'TROUPE_START_TIMEOUT', timeoutMs: 5_000 });
      expect(failure.message)
        .toMatch(/^Cannot start "printer.*": not ready within 5000 ms \(its module or init did not come to an end\)$/);
    }
    expect(system.launches).toMatchObject({ launched: 4, running: 0 });
  });
});

describe('a message that is too long', () => {
  it('is refused at the sender, before it costs anybody anything', async () => {
    await using system = new WatchedSystem();
    const faulty = await system.spawn(Faulty, { host: 'thread' });

    const told = await failureOf(() => faulty.tell.take(new Uint8Array(65 * 2 ** 20)));

    expect(told).toMatchObject({ name: 'FrameTooLargeError', code: 'TROUPE_FRAME_TOO_LARGE', executed: 'no' });
    expect(told.message).toMatch(/^Cannot send arguments of take: it takes \d+ bytes, at most \d+ can be sent; send it in parts or as a stream, or allow more with maxFrame$/);
    expect(await faulty.ask.ping()).toBe('pong');
  });
});

describe('a local start that fails', () => {
  it('says that init threw', async () => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => system.spawn(FaultyInit, { input: 'throws' }));

    expect(failure).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure.cause).toMatchObject({ message: 'no such region' });
  });

  it('says that init took too long', async () => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => system.spawn(FaultyInit, { input: 'never ends', timeout: '30ms' }));

    expect(failure).toMatchObject({ name: 'StartTimeoutError', code: 'TROUPE_START_TIMEOUT', timeoutMs: 30 });
  });
});

describe('a machine', () => {
  it.each([
    ['isn\'t given what it once was', { value: 'before' }, /^Cannot go on from this snapshot: expected what ask\.snapshot\(\{ full: true \}\) gives, got/],
    ['is given what another one was', { full: { of: 'elsewhere', lastId: 0, snapshot: {}, records: [] } }, /^Cannot go on from this snapshot: it is of "elsewhere", not of "ending"$/],
  ])('%s', async (_title, snapshot, message) => {
    await using kit = await testKit();
    const start = await failureOf(() => kit.spawn(Ending, { snapshot: snapshot as never }));
    const failure = await failureOf(() => { throw start.cause as Error; });

    expect(start).toMatchObject({ name: 'StartFailedError', code: 'TROUPE_START_FAILED' });
    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_BAD_SNAPSHOT' });
    expect(failure.message).toMatch(message);
  });
});

describe('a spawn is refused', () => {
  const here = actor({ name: 'here', init: () => ({}), handlers: { ping: () => 1 } });

  it.concurrent.each(REMOTE)('of a local-only definition in a %s', async (host) => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => system.spawn(here, { host: host as 'local' }));

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_LOCAL_ONLY' });
    expect(failure.message)
      .toBe(`Cannot spawn "here" in a ${host}: it is local only; define it with actor(import.meta, { ... })`);
  });

  const nowhere = [
    'data:text/javascript,export{}', 'file:///project/[eval1]', 'file:///project/[stdin]', 'https://example.org/a.js',
  ];
  it.each(nowhere)('of a definition in %s, to another host', async (url) => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => system.spawn(definitionIn(url, 'nowhere'), { host: 'thread' }));

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_NOT_IMPORTABLE' });
    expect(failure.message)
      .toBe(`Cannot spawn "nowhere" in a thread: its module, ${url}, can't be imported there; `
        + 'move the definition into a file');
  });

  it('with a name that is taken', async () => {
    await using system = new WatchedSystem();
    const first = await system.spawn(Faulty, { name: 'printer' });

    const failure = await failureOf(() => system.spawn(Faulty, { name: 'printer', host: 'thread' }));

    expect(failure).toMatchObject({ name: 'NameTakenError', code: 'TROUPE_NAME_TAKEN' });
    expect(failure.message).toBe('Cannot spawn "printer": an actor with this name exists');
    expect(failure).toMatchObject({ ref: first });
    expect(system.launches.launched).toBe(0);
    await first.stop();
    expect(await (await system.spawn(Faulty, { name: 'printer' })).ask.ping()).toBe('pong');
  });

  it('by a system that has been stopped', async () => {
    await using system = new WatchedSystem();
    await system.stop();

    const failure = await failureOf(() => system.spawn(Faulty));

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_SYSTEM_STOPPED' });
    expect(failure.message).toBe('Cannot spawn "faulty": the system has been stopped');
  });

  it.concurrent.each(REMOTE)('by what a module has left behind (%s)', async (host) => {
    await using system = new WatchedSystem();
    const definition = actor({ url: support('faulty-spawns-after-load.ts') }, {
      name: 'late', init: () => ({}), handlers: { code: async (): Promise<string> => 'not here' },
    });
    const late = await system.spawn(definition, { host });

    const code = await late.ask.code();
    seen.add(code);

    expect(code).toBe('TROUPE_SPAWN_WHILE_LOADING');
    expect(system.launches.launched).toBe(1);
  });

  it.concurrent.each(REMOTE)('and so is a system in a host (%s)', async (host) => {
    await using system = new WatchedSystem();
    const faulty = await system.spawn(Faulty, { host });

    expect(await faulty.ask.system()).toBe('TROUPE_SPAWN_WHILE_LOADING');
  });
});

describe('a definition is refused', () => {
  const reserved = ['then', 'constructor', '__proto__', 'prototype', 'toJSON', '*watch', ''];
  it.each(reserved)('with a handler called "%s"', async (name) => {
    const handlers = Object.fromEntries([[name, () => 1]]);

    const failure = await failureOf(() => actor(import.meta, { init: () => ({}), handlers }));

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_RESERVED_NAME' });
    expect(failure.message).toBe(`Cannot name a handler ${JSON.stringify(name)}: the name is reserved`);
  });

  it('with the name of another one in its module', async () => {
    const define = (): unknown => actor(import.meta, { name: 'twice', init: () => ({}), handlers: {} });
    define();

    const failure = await failureOf(define);

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_DUPLICATE_DEFINITION' });
    expect(failure.message).toBe(`Cannot define "twice": ${import.meta.url} has another definition with this name`);
  });
});

describe('a reserved name', () => {
  it.each(['then', 'toJSON', '__proto__'])('can\'t be a child\'s: %s', async (key) => {
    const children = Object.fromEntries([[key, child(Faulty)]]);

    const failure = await failureOf(() => supervisor({ children }));

    expect(failure.code).toBe('TROUPE_RESERVED_NAME');
    expect(failure.message).toBe(`Cannot name a child ${JSON.stringify(key)}: the name is reserved`);
  });

  it('can\'t be an actor\'s', async () => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => system.spawn(Faulty, { name: 'then' }));

    expect(failure.message).toBe('Cannot name an actor "then": the name is reserved');
  });
});

const EMPTY = supervisor({ children: {} });
const QUIET = { log: false, signals: false } as const;

/** What JavaScript lets pass, and what the text says of it. */
const WRONG_OPTIONS: readonly (readonly [what: string, received: string, action: (system: ActorSystem) => unknown])[] = [
  ['the first argument of actor()', '"file.ts"', () => actor('file.ts' as never, { init: () => ({}), handlers: {} })],
  ['the spec of an actor', '5', () => actor(5 as never)],
  ['the spec of an actor', '"handler"', () => actor({ init: () => ({}), handlers: {}, handler: {} } as never)],
  ['title of an actor', '""', () => actor({ title: '', init: () => ({}), handlers: {} })],
  ['name of an actor', '""', () => actor({ name: '', init: () => ({}), handlers: {} })],
  ['init of an actor', 'an object', () => actor({ init: {} as never, handlers: {} })],
  ['handlers of an actor', 'undefined', () => actor({ init: () => ({}) } as never)],
  ['handler "ping"', '5', () => actor({ init: () => ({}), handlers: { ping: 5 as never } })],
  ['concurrency of an actor', '0', () => actor({ init: () => ({}), handlers: {}, concurrency: 0 })],
  ['mailbox.highWater of an actor', '1.5', () => actor({ init: () => ({}), handlers: {}, mailbox: { highWater: 1.5 } })],
  ['mailbox.capacity of an actor', '0', () => actor({ init: () => ({}), handlers: {}, mailbox: { capacity: 0 } })],
  ['mailbox.overflow of an actor', '"drop"', () => actor({ init: () => ({}), handlers: {}, mailbox: { overflow: 'drop' as never } })],
  ['stop of an actor', '"now"', () => actor({ init: () => ({}), handlers: {}, stop: 'now' as never })],
  ['redact of an actor', '"all"', () => actor({ init: () => ({}), handlers: {}, redact: 'all' as never })],
  ['the definition', 'an object', (system) => system.spawn({} as never)],
  ['the options of spawn()', '"hots"', (system) => system.spawn(Faulty, { hots: 'thread' } as never)],
  ['the options of spawn()', '"memroy": did you mean "memory"?', (system) => system.spawn(Faulty, { memroy: '64MB' } as never)],
  ['host', 'an instance of Promise: await hosts() first', (system) => system.spawn(Faulty, { host: Promise.resolve() as never })],
  ['host', '"worker"', (system) => system.spawn(Faulty, { host: 'worker' as never })],
  ['name', '"a/b"', (system) => system.spawn(Faulty, { name: 'a/b' })],
  ['signal', 'an object', (system) => system.spawn(Faulty, { signal: {} as never })],
  ['the options of with()', '"timeuot"', async (system) => (await system.spawn(Faulty)).with({ timeuot: 5 } as never)],
  ['whenRestarting', '"fail"', async (system) => (await system.spawn(Faulty)).with({ whenRestarting: 'fail' as never })],
  ['messages', '"shared"', () => createSystem({ messages: 'shared' as never })],
  ['restart', '"always"', () => child(Faulty, { restart: 'always' as never })],
  ['the options of child()', '"restarts"', () => child(Faulty, { restarts: 3 } as never)],
  ['child "a"', 'an instance of Definition: wrap it, child(Orders, { … })', () => supervisor({ children: { a: Faulty as never } })],
  ['the name of an event', '"deadletter": did you mean "dead_letter"?', (system) => system.events.on('deadletter' as never, () => undefined)],
  ['askStacks', '"yes"', () => createSystem({ askStacks: 'yes' as never })],
  ['maxFrame', '"2GB"', () => createSystem({ maxFrame: '2GB' })],
  ['strategy', '"one-for-one": did you mean "one_for_one"?', () => supervisor({ strategy: 'one-for-one' as never, children: {} })],
  ['the spec of a supervisor', '"stratgy"', () => supervisor({ stratgy: 'one_for_one', children: {} } as never)],
  ['children of a supervisor', '5', () => supervisor({ children: 5 as never })],
  ['intensity.restarts', '-1', () => supervisor({ intensity: { restarts: -1, within: '5s' }, children: {} })],
  ['backoff', 'true', () => supervisor({ backoff: true as never, children: {} })],
  ['the tree', 'an object', (system) => run({} as never, { ...QUIET, system })],
  ['signals', '"SIGKILL"', (system) => run(EMPTY, { ...QUIET, system, signals: ['SIGKILL' as never] })],
];

const WRONG_DURATIONS: readonly (readonly [option: string, received: string, action: (system: ActorSystem) => unknown])[] = [
  ['timeout', '"5 minutes"', (system) => system.spawn(Faulty, { timeout: '5 minutes' as never })],
  ['timeout', '0', (system) => system.spawn(Faulty, { timeout: 0 })],
  ['timeout', '-5', async (system) => (await system.spawn(Faulty)).with({ timeout: -5 })],
  ['timeout', 'NaN', async (system) => (await system.spawn(Faulty)).with({ timeout: Number.NaN })],
  ['timeout', '"200 ms"', async (system) => (await system.spawn(Faulty)).with({ timeout: '200 ms' })],
  ['timeout', '"0s"', async (system) => (await system.spawn(Faulty)).with({ timeout: '0s' })],
  ['timeout', 'null', async (system) => (await system.spawn(Faulty)).with({ timeout: null as never })],
  ['idle', '"-1s"', async (system) => (await system.spawn(Faulty)).with({ idle: '-1s' })],
  ['grace', '"soon"', async (system) => (await system.spawn(Faulty)).stop({ grace: 'soon' as never })],
  ['timeout', '"1d"', async (system) => (await system.spawn(Faulty)).drained({ timeout: '1d' as never })],
  ['shutdown', '"later"', () => child(Faulty, { shutdown: 'later' as never })],
  ['start', '0', () => child(Faulty, { start: 0 })],
  ['intensity.within', '"60"', () => supervisor({ intensity: { restarts: 1, within: '60' as never }, children: {} })],
  ['grace', 'an object', (system) => run(EMPTY, { ...QUIET, system, grace: {} as never })],
];

describe('a wrong option', () => {
  it.each(WRONG_OPTIONS)('%s can\'t be %s', async (what, received, action) => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => action(system));

    expect(failure).toBeInstanceOf(TypeError);
    expect(failure.code).toBe('TROUPE_INVALID_OPTION');
    expect(failure.message).toMatch(/^Cannot use .*: expected .*, got /);
    expect(failure.message).toContain(`Cannot use ${what}: expected `);
    expect(failure.message).toContain(`, got ${received}`);
  });
});

describe('a wrong duration', () => {
  it.each(WRONG_DURATIONS)('%s can\'t be %s', async (option, received, action) => {
    await using system = new WatchedSystem();
    const failure = await failureOf(() => action(system));

    expect(failure).toBeInstanceOf(RangeError);
    expect(failure.code).toBe('TROUPE_INVALID_DURATION');
    expect(failure.message).toContain(`Cannot use ${option}: expected `);
    expect(failure.message).toContain(`, got ${received}`);
  });
});

describe('bytes that nobody can have sent', () => {
  it('are refused by the codec', async () => {
    const codec = new Codec({} as never);

    for (const bytes of [[], [7], [0, 0xc1], [1, 255, 255, 255, 255]]) {
      const failure = await failureOf(() => codec.decode(Uint8Array.from(bytes)));

      expect(failure).toMatchObject({ name: 'ProtocolError', code: 'TROUPE_PROTOCOL' });
    }
  });

  it.concurrent.each(REMOTE)('end the host that they came from (%s)', async (host) => {
    await using system = new WatchedSystem();
    const faulty = await system.spawn(Faulty, { host });
    const lost = new Promise<unknown>((resolve) => { system.events.on('host_lost', ({ reason }) => resolve(reason)); });
    const answer = failureOf(() => faulty.ask.sleep(60_000));
    const frame = new Uint8Array(12);
    // From host 1, to the main thread, and a number that no frame of it can have yet.
    new DataView(frame.buffer).setUint32(0, 1, true);
    new DataView(frame.buffer).setUint32(8, 1_000, true);

    system.launches.events?.frame(frame);

    expect(await lost).toMatchObject({ kind: 'host_down', error: { code: 'TROUPE_PROTOCOL' } });
    expect(await answer).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    expect(system.launches.running).toBe(0);
  });
});

describe('a simulated actor', () => {
  it('may not wait for what the simulation can\'t give it', async () => {
    const Waiting = actor({ name: 'waiting', init: () => ({}), handlers: { wait: () => new Promise<void>(() => {}) } });
    await using kit = await testKit();
    const waiting = await kit.spawn(Waiting);
    waiting.tell.wait();

    const failure = await failureOf(() => kit.idle());

    expect(failure).toMatchObject({ name: 'NotVirtualError', code: 'TROUPE_NOT_VIRTUAL', actor: 'waiting-1' });
    expect(failure.message).toMatch(/^Cannot simulate "waiting-1": wait waits for something that the kit can't give it\n\(seed 1, /);
    waiting.kill();
  });
});

describe('what locks and barriers can\'t do', () => {
  it('is to wait for oneself', async () => {
    await using kit = await testKit();
    const lock = await kit.clock.until(mutex({ system: kit.system, name: 'lock' }));
    const user = await kit.spawn(User, { name: 'a' });
    await kit.clock.until(user.ask.take(lock));
    const failure = await failureOf(async () => {
      const { cause } = await anyFailureOf(() => kit.clock.until(user.ask.take(lock))) as unknown as { cause: Error };
      throw cause;
    });

    expect(failure).toMatchObject({ name: 'DeadlockError', code: 'TROUPE_DEADLOCK', path: ['a', 'lock', 'a'], executed: 'no' });
    expect(failure.message).toBe('Cannot acquire "lock": it would wait for itself: a → lock → a');
  });

  it('is to notify others without holding the mutex', async () => {
    await using kit = await testKit();
    const changed = await kit.clock.until(condition({ system: kit.system, name: 'changed' }));
    const held = await kit.clock.until(changed.acquire());
    held.release();
    const failure = await failureOf(() => changed.notify(held));

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_NOT_HELD' });
    expect(failure.message).toBe('Cannot notify Condition(lock changed): the guard was released');
  });

  it('is to have more permits than there were', async () => {
    await using kit = await testKit();
    const doors = await kit.clock.until(boundedSemaphore(2, { system: kit.system, name: 'doors' }));
    const failure = await failureOf(() => kit.clock.until(doors.release()));

    expect(failure).toMatchObject({ name: 'ActorError', code: 'TROUPE_TOO_MANY_PERMITS' });
    expect(failure.message).toBe('Cannot release "doors": it would have more permits than the 2 that it began with');
  });

  it('is to go on without all others', async () => {
    await using kit = await testKit();
    const start = await kit.clock.until(barrier({ system: kit.system, name: 'start', parties: 2 }));
    const failure = await failureOf(() => kit.clock.until(start.wait({ timeout: 10 })));

    expect(failure).toMatchObject({ name: 'BrokenBarrierError', code: 'TROUPE_BROKEN_BARRIER' });
    expect(failure.message).toBe('Cannot wait at "start": not all parties came within 10 ms');
  });
});

describe('what a pool can\'t do is refused', () => {
  it('while it is open, and after it was closed', async () => {
    await using kit = await testKit();
    const workers = await kit.clock.until(pool({ size: 1, system: kit.system }));
    const open = await failureOf(() => kit.clock.until(workers.join()));
    workers.close();
    const closed = await failureOf(() => kit.clock.until(Promise.resolve(workers.run(square, 2))));

    expect(open).toMatchObject({ name: 'ActorError', code: 'TROUPE_POOL_OPEN' });
    expect(open.message).toBe('Cannot join the pool "pool": it is open; close() it before');
    expect(closed).toMatchObject({ name: 'PoolError', code: 'TROUPE_POOL_CLOSED', executed: 'no' });
    expect(closed.message).toBe('Cannot use the pool "pool": it is closed');
  });

  it('when it is terminated', async () => {
    await using kit = await testKit();
    const workers = await kit.clock.until(pool({ size: 1, system: kit.system }));
    const pending = failureOf(() => workers.run(sleep, 60_000));
    await kit.clock.until(workers.terminate());

    const failure = await pending;
    expect(failure).toMatchObject({ name: 'PoolError', code: 'TROUPE_POOL_TERMINATED' });
    expect(failure.message).toBe('Cannot use the pool "pool": it was terminated');
  });

  it('when its init fails', async () => {
    await using kit = await testKit();

    const failure = await failureOf(() => kit.clock.until(pool({ size: 1, init: { task: fail, args: ['no file'] }, system: kit.system })));

    expect(failure).toMatchObject({ name: 'PoolError', code: 'TROUPE_POOL_FAILED', executed: 'no', cause: { message: 'no file' } });
    expect(failure.message).toBe('Cannot use the pool "pool": its workers can\'t be started: no file');
  });
});

describe('another program can\'t be met', () => {
  const key = 'as long as a key has to be';

  it('where somebody else listens already', async () => {
    await using system = createSystem();
    const path = join(folder, 'taken');
    await listen({ path, key, system });

    const failure = await failureOf(() => listen({ path, key, system }));

    expect(failure).toMatchObject({ name: 'AddressError', code: 'TROUPE_ADDRESS_IN_USE', address: path });
    expect(failure.message).toBe(`Cannot listen at "${path}": somebody else listens there`);
  });

  it('where nobody can listen', async () => {
    const failure = await failureOf(() => listen({ path: join(folder, 'no-folder', 'socket'), key }));

    expect(failure).toMatchObject({ name: 'AddressError', code: 'TROUPE_ADDRESS_UNUSABLE', cause: { code: 'EACCES' } });
  });

  it('where nobody listens', async () => {
    const path = join(folder, 'nobody');
    const failure = await failureOf(() => connect({ path, key }));

    expect(failure).toMatchObject({ name: 'AddressError', code: 'TROUPE_UNREACHABLE', address: path, cause: { code: 'ENOENT' } });
    expect(failure.message).toBe(`Cannot connect to "${path}": nobody can be reached there (ENOENT)`);
  });

  it('with another key', async () => {
    await using system = createSystem();
    const { address } = await listen({ path: join(folder, 'locked'), key, system });

    const failure = await failureOf(() => connect({ ...address, key: 'as long as another key is', system }));

    expect(failure).toMatchObject({ name: 'AuthenticationError', code: 'TROUPE_AUTHENTICATION', address: join(folder, 'locked') });
    expect(failure.message).toBe(`Cannot connect to "${join(folder, 'locked')}": the other program has another key`);
  });
});

it('every code has been met here', () => {
  expect(CODES.filter((code) => !seen.has(code))).toEqual([]);
});
