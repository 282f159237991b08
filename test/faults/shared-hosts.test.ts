import { describe, expect, it } from 'vitest';
import type { ExitReason, HostSet, HostsOptions } from '../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import type { BreakingRef } from '../support/actors/breaking.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { Family } from '../support/family.ts';
import { Gate } from '../support/actors/narrow.ts';
import { Lingering } from '../support/actors/lingering.ts';
import { ManualClock } from '../../testing/index.ts';
import { Parent } from '../support/actors/parent.ts';
import { SlowAgain } from '../support/actors/slow-again.ts';
import { TestSystem } from '../support/test-system.ts';
import { deadline } from '../support/deadline.ts';
import { expectExactAccounts } from '../support/accounts.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

const family = new Family();
const MODULE = new URL('../support/actors/breaking.ts', import.meta.url).href;
const support = (name: string): string => new URL(`../support/actors/${name}`, import.meta.url).href;

const start = (size: number, options: Partial<HostsOptions> = {}): Promise<HostSet> => {
  return family.system.hosts({ kind: 'thread', size, ...options });
};
const spawn = (host: HostSet): Promise<BreakingRef> => family.system.spawn(Breaking, { host });
/** The next event with this name. */
const next = (name: 'host_restarting' | 'host_lost' | 'host_started'): Promise<unknown> => new Promise((resolve) => {
  const off = family.system.events.on(name, (event) => { off(); resolve(event); });
});

describe.each(['thread', 'process'] as const)('a set of hosts (%s)', (kind) => {
  it('spreads actors evenly, and stops them before it ends', async () => {
    const set = await start(2, { kind, name: 'shared', modules: [MODULE] });
    const parents = await Promise.all(['a', 'b', 'c', 'd'].map((name) => {
      return family.system.spawn(Parent, { input: { file: family.file, label: name }, host: set, name });
    }));
    const homes = await Promise.all(parents.map((each) => each.ask.home()));
    const inner = await family.add(parents[0] as (typeof parents)[0], 'inner');

    expect([set.name, set.kind, set.size]).toEqual(['shared', kind, 2]);
    expect(new Set(homes).size).toBe(2);
    expect(homes.filter((home) => home === homes[0])).toHaveLength(2);
    expect(await inner.ask.home()).toBe(homes[0]);

    await set.stop();

    expect(family.ends().toSorted()).toEqual(['a shutdown', 'a/inner shutdown', 'b shutdown', 'c shutdown', 'd shutdown']);
    expect(await set.closed).toEqual({ kind: 'normal' });
    await expect(spawn(set)).rejects.toMatchObject({ code: 'TROUPE_START_FAILED', canHeal: false });
  });

  it('loses all actors of a host with it, no others, and starts another host', async () => {
    await using set = await start(2, { kind });
    const [one, two, three] = await Promise.all([spawn(set), spawn(set), spawn(set)]);
    const pid = await two.ask.pid();
    const restarting = next('host_restarting');
    const started = next('host_started');

    one.tell.exit(3);

    const reason = await deadline(one.closed, 'it is told');
    expect(reason).toMatchObject({ kind: 'host_down', code: 3 });
    expect(await deadline(three.closed, 'its neighbour is told')).toBe(reason);
    expect(await two.ask.pid()).toBe(pid);
    expect(await restarting).toMatchObject({ hosts: set.name, kind, restarts: 1, budgetLeft: 9, delayMs: 0 });
    await deadline(started, 'another one is started', 2_000);
    expect(await (await spawn(set)).ask.echo('alive')).toBe('alive');
  });

  it('is one event for a supervisor, whatever it has lost', async () => {
    await using set = await start(1, { kind });
    const children = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`c${i}`, child(Breaking, { host: set })]));
    const tree = supervisor({ intensity: { restarts: 1, within: '1m' }, children });
    await using app = await run(tree, { system: family.system, log: false, signals: false });
    const refs = Object.values(app.children);

    await expect(refs[2]?.ask.exit(1)).rejects.toMatchObject({ name: 'HostDownError' });

    expect(await deadline(Promise.all(refs.map((ref) => ref.ask.incarnation())), 'all are back', 2_000)).toEqual([2, 2, 2, 2, 2]);
  });

  it('gives up with its budget: its actors end for that reason, and none starts any more', async () => {
    const set = await start(2, { kind, name: 'doomed', intensity: { restarts: 0, within: '1m' } });
    const [one, two] = await Promise.all([spawn(set), spawn(set)]);
    const tree = supervisor({ children: { top: child(Breaking, { host: set, restart: 'transient' }) } });
    const app = await run(tree, { system: family.system, log: false, signals: false });
    const spent: ExitReason = { kind: 'intensity', child: 'doomed', restarts: 0, withinMs: 60_000 };

    one.tell.exit(0);

    expect(await deadline(one.closed, 'it is lost')).toMatchObject({ kind: 'host_down', code: 0 });
    expect(await deadline(set.closed, 'the set gives up')).toEqual(spent);
    expect(await deadline(two.closed, 'its neighbour ends')).toEqual(spent);
    const error = { name: 'StartFailedError', canHeal: false };
    expect(await deadline(app.done, 'its supervisor gives up')).toMatchObject({ code: 1, reason: { kind: 'error', error } });
    const refusal = await failureOf(spawn(set));
    expect(refusal.code).toBe('TROUPE_START_FAILED');
    expect(refusal.message).toContain('its hosts have ended');
  });
});

describe('a set of hosts', () => {
  it('holds many actors, and loses many at once', async () => {
    await using set = await start(1);
    const refs = await Promise.all(Array.from({ length: 2_000 }, () => spawn(set)));
    const first = next('host_lost');

    refs[0]?.tell.exit(1);

    const reasons = await deadline(Promise.all(refs.map((ref) => ref.closed)), 'all are told', 2_000);
    expect(reasons).toHaveLength(2_000);
    expect(new Set(reasons).size).toBe(1);
    expect(await first).toMatchObject({ reason: reasons[0] });
  });

  it('is one event for a supervisor whose children were in init when it was lost', async () => {
    await using set = await start(1);
    const children = Object.fromEntries(Array.from({ length: 5 }, (_, i) => [`c${i}`, child(SlowAgain, { host: set })]));
    await using app = await run(supervisor({ intensity: { restarts: 2, within: '1m' }, children }), { system: family.system, log: false, signals: false });
    let restarts = 0;
    const allWait = new Promise<void>((resolve) => { family.system.events.on('restarting', () => { if (++restarts === 5) resolve(); }); });
    (await spawn(set)).tell.exit(1);
    await deadline(allWait, 'all are lost, and wait for the next host');

    // Placed behind them: they are starting when it ends the host.
    (await spawn(set)).tell.exit(1);

    const incarnations = Object.values(app.children).map((ref) => ref.ask.incarnation());
    expect(await deadline(Promise.all(incarnations), 'all are back', 2_000)).toEqual([3, 3, 3, 3, 3]);
  });

  it('gives up at once the start of an actor whose module is still being loaded', async () => {
    // Nothing that has a time limit comes to it.
    await using system = new TestSystem({ clock: new ManualClock() });
    const set = await system.hosts({ kind: 'thread', size: 1 });
    const waiting = actor({ url: support('faulty-top-level-await.ts') }, { name: 'waiting', init: () => ({}), handlers: {} });
    const refused = expect(system.spawn(waiting, { host: set })).rejects.toMatchObject({ code: 'TROUPE_START_FAILED' });

    await deadline(set.stop(), 'the set ends');

    await refused;
  });

  it('keeps those who come while no host is there waiting, until one is', async () => {
    await using set = await start(1);
    (await spawn(set)).tell.exit(0);
    await deadline(next('host_lost'), 'the host is lost');

    const controller = new AbortController();
    const [late, aborted] = [spawn(set), family.system.spawn(Breaking, { host: set, signal: controller.signal })];
    controller.abort(new Error('changed my mind'));

    await expect(aborted).rejects.toThrow('changed my mind');
    expect(await (await deadline(late, 'it has found a host', 2_000)).ask.pid()).toBe(process.pid);
  });

  it('places nobody on a host that is stopping its actors for a SIGTERM, and nobody starts there', async () => {
    await using set = await start(2, { kind: 'process', modules: [MODULE] });
    const gate = await family.system.spawn(Gate);
    const lingering = await family.system.spawn(Lingering, { host: set, input: { gate } });
    const other = await spawn(set);
    const third = await spawn(set);
    await Promise.all([spawn(set), third.stop()]);
    const dying = await lingering.ask.pid();

    process.kill(dying, 'SIGTERM');
    await deadline(gate.ask.whenHeld(), 'it is stopping');

    expect(await gate.ask.noted()).toEqual([expect.stringContaining('its host has been told to end by a signal')]);
    expect(await (await spawn(set)).ask.pid()).toBe(await other.ask.pid());
    gate.tell.open();
    expect(await deadline(lingering.closed, 'its host has ended')).toMatchObject({ kind: 'host_down', signal: 'SIGTERM' });
  });

  it('loses a whole host to an actor that blocks', async () => {
    await using set = await start(1);
    const input = { file: family.file, label: 'guilty' };
    const [guilty, innocent] = await Promise.all([family.system.spawn(Parent, { input, host: set }), spawn(set)]);
    guilty.tell.spin();
    await until(() => family.ends().includes('spins'));

    guilty.kill();

    expect(await deadline(guilty.closed, 'it is killed')).toEqual({ kind: 'killed' });
    expect(await deadline(innocent.closed, 'so is its neighbour')).toMatchObject({ kind: 'host_down', signal: 'SIGKILL' });
    expect(await (await spawn(set)).ask.pid()).toBe(process.pid);
  });

  it('loses a host to an init that blocks, and none to one that waits', async () => {
    await using set = await start(1);
    const innocent = await spawn(set);
    const attempt = (how: 'block' | 'wait'): Promise<unknown> => {
      return family.system.spawn(Parent, { input: { file: family.file, label: 'slow', how }, host: set, timeout: 50 });
    };

    await expect(attempt('wait')).rejects.toMatchObject({ code: 'TROUPE_START_TIMEOUT' });
    expect(await innocent.ask.pid()).toBe(process.pid);
    await expect(attempt('block')).rejects.toMatchObject({ code: 'TROUPE_START_TIMEOUT' });

    expect(await deadline(innocent.closed, 'the host is given up')).toMatchObject({ kind: 'host_down', signal: 'SIGKILL' });
  });

  it('starts no actor again once it is stopping: its supervisor gives up', async () => {
    const set = await start(1);
    const tree = supervisor({ name: 'app', backoff: false, children: { top: child(Breaking, { host: set }) } });
    const app = await run(tree, { system: family.system, log: false, signals: false });
    let starts = 0;
    family.system.events.on('started', () => { starts++; });

    await set.stop();

    const error = { name: 'StartFailedError', canHeal: false };
    expect(await deadline(app.done, 'its supervisor gives up')).toMatchObject({ code: 1, reason: { kind: 'error', error } });
    expect(starts).toBe(0);
  });

  it('starts whole or not at all', async () => {
    const missing = await failureOf(start(2, { modules: [support('no-such-file.ts')] }));
    const late = await failureOf(start(1, { modules: [support('faulty-top-level-await.ts')], timeout: '2s' }));

    expect(missing).toMatchObject({ code: 'TROUPE_START_FAILED', canHeal: false });
    expect(missing.message).toContain('no-such-file.ts');
    expect(late.code).toBe('TROUPE_START_TIMEOUT');
    await expect(start(1, { signal: AbortSignal.abort(new Error('changed my mind')) })).rejects.toThrow('changed my mind');
  });

  it('is given up when one of its hosts ends while others are starting', async () => {
    const env = { TROUPE_TEST_FIRST: `${family.file}.first` };
    const starting = start(2, { modules: [support('faulty-leaves-first.ts')], env, timeout: '10s' });

    await expect(starting).rejects.toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('exit code 3') as string });
    expect(await family.system.accounts()).toHaveLength(1);
  });

  it.each(['thread', 'process'] as const)('does not open once its system is ending, by stop or by kill: %s', async (kind) => {
    const refused = { code: 'TROUPE_SYSTEM_STOPPED', message: 'Cannot start hosts: the system has been stopped' };
    for (const how of ['stop', 'kill'] as const) {
      await using system = createSystem();
      const starting = expect(system.hosts({ kind, size: 2 })).rejects.toMatchObject(refused);

      await system[how]();

      await starting;
      await expectExactAccounts(system);
    }
  });

  it('does not open while the actors of its system take their time to stop', async () => {
    await using system = createSystem();
    let release = (): void => undefined;
    const told = new Promise<void>((resolve) => { release = resolve; });
    await system.spawn(actor({ init: () => null, handlers: {}, stop: () => told }));
    const starting = system.hosts({ kind: 'thread', size: 2 });

    const stopped = system.stop();

    await expect(starting).rejects.toMatchObject({ code: 'TROUPE_SYSTEM_STOPPED' });
    expect(await system.accounts()).toHaveLength(1);
    release();
    await stopped;
    await expectExactAccounts(system);
  });

  it('ends with its system, after its actors', async () => {
    const set = await start(1);
    await family.system.spawn(Parent, { input: { file: family.file, label: 'top' }, host: set, name: 'top' });

    await family.system.stop();

    expect(family.ends()).toEqual(['top shutdown']);
    expect(await set.closed).toEqual({ kind: 'shutdown' });
    await expect(start(1)).rejects.toMatchObject({ code: 'TROUPE_SYSTEM_STOPPED' });
  });

  it('takes actors of its own system, that can live there, and has the options of its hosts itself', async () => {
    await using set = await start(1);
    await using other = new TestSystem();
    const Here = actor({ init: () => null, handlers: {} });

    await expect(other.spawn(Breaking, { host: set })).rejects.toThrow('host: expected hosts of this system');
    await expect(family.system.spawn(Here, { host: set as never })).rejects.toMatchObject({ code: 'TROUPE_LOCAL_ONLY' });
    await expect(family.system.spawn(Breaking, { host: set, memory: '64MB' })).rejects
      .toThrow('memory: expected nothing: the hosts of a set have what hosts() was given');
  });

  it.each<[object, string]>([
    [{ kind: 'local' }, 'kind: expected "thread" or "process"'], [{ size: 0 }, 'size: expected a whole number from 1 to 1000, got 0'],
    [{ modules: ['./a.ts'] }, 'modules[0]: expected the URL of a file'], [{ cwd: '/' }, 'cwd: expected nothing'],
    [{ sise: 1 }, 'the options of hosts()'], [{ intensity: { restarts: -1, within: 1 } }, 'intensity.restarts'],
  ])('refuses %o', async (options, text) => {
    await expect(start(1, options)).rejects.toThrow(`Cannot use ${text}`);
  });
});

describe('a spawn that its system ends', () => {
  it.each(['thread', 'process'] as const)('says that the system has been stopped: %s', async (host) => {
    for (const how of ['stop', 'kill'] as const) {
      await using system = createSystem();
      const refused = { code: 'TROUPE_SYSTEM_STOPPED', message: 'Cannot spawn "breaking": the system has been stopped' };
      const starting = expect(system.spawn(Breaking, { host })).rejects.toMatchObject(refused);

      await system[how]();

      await starting;
      await expectExactAccounts(system);
    }
  });
});
