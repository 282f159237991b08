import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { supervisor } from '../../index.ts';
import { Stage } from './stage.ts';

const broken = (): never => { throw new Error('broken'); };
const brokenAgain = (nth: number): void => { if (nth > 1) broken(); };
const never = (): Promise<never> => new Promise<never>(() => {});
const temporary = { also: { restart: 'temporary' } };

/** `a` runs, `loop` is in a restart loop, `gone` was stopped by hand. */
async function troubled() {
  const stage = new Stage();
  const app = await stage.run({
    children: { a: stage.player('a'), loop: stage.player('loop', { start: brokenAgain }), gone: stage.player('gone') },
  });
  await app.supervisor.terminateChild('gone');
  await stage.crash(app.children.loop);
  return { stage, app, boss: app.supervisor, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

describe('startChild', () => {
  it('starts a child behind all others, and gives its ref', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a') } });

    const b = await app.supervisor.startChild('b', stage.player('b'));

    expect(await b?.ask.echo('b')).toBe('b');
    expect((await app.supervisor.whichChildren()).map(({ key }) => key)).toEqual(['a', 'b']);
    await app.stop();
    expect(stage.seen()).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  it('takes a tree, too, and gives its supervisor', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: {} });

    const inner = await app.supervisor.startChild('inner', supervisor({ children: { deep: stage.player('deep') } }));

    expect(await inner?.children.deep.ask.echo('deep')).toBe('deep');
    expect(await inner?.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 0, workers: 1 });
    expect(await app.supervisor.countChildren()).toEqual({ specs: 1, active: 1, supervisors: 1, workers: 0 });
  });

  it('is refused while the key is taken: already_started with the ref, or already_present without an actor', async () => {
    await using world = await troubled();
    const { stage, app, boss } = world;

    const started = await failureOf(boss.startChild('a', stage.player('a')));
    const present = await Promise.all(['loop', 'gone'].map((key) => failureOf(boss.startChild(key, stage.player(key)))));

    expect(started).toMatchObject({ name: 'RefusedError', code: 'already_started' });
    expect((started as unknown as { data: { ref: unknown } }).data.ref).toBe(app.children.a);
    expect(present.map(({ code }) => code)).toEqual(['already_present', 'already_present']);
  });

  it('rejects with why a child could not be started, and keeps no spec', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: {} });

    expect(await failureOf(app.supervisor.startChild('b', stage.player('b', { start: broken })))).toMatchObject({ code: 'TROUPE_START_FAILED' });

    expect(await app.supervisor.whichChildren()).toEqual([]);
  });

  it('rejects when a child isn\'t ready in time, and keeps no spec', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: {} });
    const started = failureOf(app.supervisor.startChild('b', stage.player('b', { start: never, also: { start: '1s' } })));

    await stage.clock.advance('1s');

    expect(await started).toMatchObject({ code: 'TROUPE_START_TIMEOUT' });
    expect(await app.supervisor.whichChildren()).toEqual([]);
  });

  it('refuses what can be no child before anything is started', async () => {
    await using stage = new Stage();
    const { supervisor: boss } = await stage.run({ children: {} });

    expect(await failureOf(boss.startChild('then', stage.player('b')))).toMatchObject({ code: 'TROUPE_RESERVED_NAME' });
    expect(await failureOf(boss.startChild('a/b', stage.player('b')))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    expect(await failureOf(boss.startChild('b', 5 as never))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    expect(stage.seen()).toEqual([]);
  });

  it('refuses a significant child while the supervisor never shuts down', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: {} });

    const failure = await failureOf(app.supervisor.startChild('b', stage.player('b', { also: { restart: 'transient', significant: true } })));

    expect(failure).toMatchObject({ name: 'TypeError', code: 'TROUPE_INVALID_OPTION' });
    expect(stage.seen()).toEqual([]);
  });

  it('restarts what it has started, as any child', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: {} });
    const b = await app.supervisor.startChild('b', stage.player('b'));

    await stage.crash(b!);

    expect(await b?.ask.incarnation()).toBe(2);
  });
});

describe('terminateChild', () => {
  it('stops a child and keeps its spec; its ref goes on to work when it is started again', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a'), b: stage.player('b') } });

    await app.supervisor.terminateChild('a');
    expect((await app.supervisor.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['a', 'stopped'], ['b', 'running']]);
    const restarted = await app.supervisor.restartChild('a');

    expect(restarted).toBe(app.children.a);
    expect(await app.children.a.ask.incarnation()).toBe(2);
    expect(stage.restarts).toEqual([]);
  });

  it('forgets a temporary child', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { t: stage.player('t', temporary) } });

    await app.supervisor.terminateChild('t');

    expect(await app.supervisor.whichChildren()).toEqual([]);
    expect(await app.children.t.closed).toEqual({ kind: 'shutdown' });
  });

  it('does nothing to one that is stopped, and is refused for one that there is not', async () => {
    await using world = await troubled();
    const { boss } = world;

    await boss.terminateChild('gone');
    expect(await failureOf(boss.terminateChild('nobody'))).toMatchObject({ code: 'not_found' });
  });

  it('ends a restart loop', async () => {
    await using world = await troubled();
    const { stage, boss } = world;
    stage.seen();

    await boss.terminateChild('loop');
    await stage.clock.advance('1m');

    expect(stage.seen()).toEqual([]);
    expect((await boss.whichChildren()).find(({ key }) => key === 'loop')).toMatchObject({ status: 'stopped' });
  });

  it('calls off a start that hangs: at startChild, at restartChild, and in a restart', async () => {
    await using stage = new Stage();
    const hangs = (nth: number): unknown => nth > 1 ? never() : undefined;
    const app = await stage.run({ children: { a: stage.player('a', { start: hangs }), b: stage.player('b', { start: hangs }) } });
    const { supervisor: boss } = app;
    const added = failureOf(boss.startChild('c', stage.player('c', { start: never })));
    await boss.terminateChild('b');
    const byHand = failureOf(boss.restartChild('b'));
    await stage.crash(app.children.a);

    await Promise.all(['a', 'b', 'c'].map((key) => boss.terminateChild(key)));

    expect(await added).toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('terminated') as string });
    expect(await byHand).toMatchObject({ code: 'TROUPE_START_FAILED' });
    expect((await boss.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['a', 'stopped'], ['b', 'stopped']]);
  });

  it('ends a round for its child: those behind it stay stopped, as in OTP', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'rest_for_one',
      children: { a: stage.player('a'), b: stage.player('b', { start: brokenAgain }), c: stage.player('c') },
    });
    await stage.crash(app.children.a);

    await app.supervisor.terminateChild('b');
    await stage.clock.advance('1m');

    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['running', 'stopped', 'stopped']);
  });

  it.each(['one_for_all', 'rest_for_one'] as const)('of a child that a restart of it stops others for brings those back without it (%s)', async (strategy) => {
    await using stage = new Stage();
    let stopped = (): void => undefined;
    const slow = (): Promise<void> => new Promise<void>((resolve) => { stopped = resolve; });
    const app = await stage.run({
      strategy, children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c', { stop: slow }) },
    });
    await stage.crash(app.children.a);

    await app.supervisor.terminateChild('a');
    await app.supervisor.deleteChild('a');
    stopped();
    await stage.settle();

    expect((await app.supervisor.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['b', 'running'], ['c', 'running']]);
  });

  it('of a child that others wait for in its restart starts those at once, without it', async () => {
    await using stage = new Stage();
    const app = await stage.run({ strategy: 'one_for_all', children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c') } });
    await app.supervisor.terminateChild('c');
    await stage.crash(app.children.a);
    await stage.crash(app.children.a);
    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['restarting', 'stopped', 'stopped']);

    await app.supervisor.terminateChild('a');
    await stage.settle();

    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['stopped', 'running', 'running']);
  });

  it('does not end its supervisor, however significant the child is', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      autoShutdown: 'any_significant', children: { a: stage.player('a', { also: { restart: 'transient', significant: true } }) },
    });

    await app.supervisor.terminateChild('a');

    expect(await app.supervisor.countChildren()).toMatchObject({ specs: 1, active: 0 });
  });
});

describe('restartChild', () => {
  it('is refused while the child runs, is being restarted, or isn\'t there', async () => {
    await using world = await troubled();
    const codes = await Promise.all(['a', 'loop', 'nobody'].map((key) => failureOf(world.boss.restartChild(key))));

    expect(codes.map(({ code }) => code)).toEqual(['running', 'restarting', 'not_found']);
  });

  it('keeps the child stopped when it can\'t be started, without a second try', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a', { start: brokenAgain }) } });
    await app.supervisor.terminateChild('a');

    expect(await failureOf(app.supervisor.restartChild('a'))).toMatchObject({ code: 'TROUPE_START_FAILED' });
    await stage.clock.advance('1m');

    expect((await app.supervisor.whichChildren())[0]).toMatchObject({ status: 'stopped' });
    expect(stage.restarts).toEqual([]);
  });
});

describe('deleteChild', () => {
  it('forgets a child that was stopped; its ref is dead then', async () => {
    await using world = await troubled();
    const { app, boss } = world;

    await boss.deleteChild('gone');

    expect(await failureOf(app.children.gone.ask.echo('x'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
    expect(await failureOf(boss.restartChild('gone'))).toMatchObject({ code: 'not_found' });
  });

  it('takes a child out of a restart that has not come to it yet', async () => {
    await using stage = new Stage();
    let start = (): void => undefined;
    const slow = (nth: number): unknown => nth > 1 ? new Promise<void>((resolve) => { start = resolve; }) : undefined;
    const app = await stage.run({
      strategy: 'one_for_all', children: { a: stage.player('a', { start: slow }), b: stage.player('b'), c: stage.player('c') },
    });
    await stage.crash(app.children.a);
    stage.seen();

    await app.supervisor.deleteChild('b');
    start();
    await stage.settle();

    expect(stage.seen()).toEqual(['start c']);
    expect(stage.restarts).toHaveLength(1);
  });

  it('is refused while the child runs, is being restarted, or isn\'t there', async () => {
    await using world = await troubled();
    const codes = await Promise.all(['a', 'loop', 'nobody'].map((key) => failureOf(world.boss.deleteChild(key))));

    expect(codes.map(({ code }) => code)).toEqual(['running', 'restarting', 'not_found']);
  });
});

describe('whichChildren, countChildren and childSpec', () => {
  it('are answered while a child is in a restart loop and another start hangs', async () => {
    await using world = await troubled();
    const { stage, app, boss } = world;
    const hanging = failureOf(boss.startChild('slow', stage.player('slow', { start: never })));

    expect(await boss.whichChildren()).toEqual([
      { key: 'a', type: 'worker', status: 'running', ref: app.children.a },
      { key: 'loop', type: 'worker', status: 'restarting' },
      { key: 'gone', type: 'worker', status: 'stopped' },
    ]);
    expect(await boss.countChildren()).toEqual({ specs: 3, active: 1, supervisors: 0, workers: 3 });
    expect(await boss.childSpec('loop')).toEqual({
      key: 'loop', type: 'worker', host: 'local', restart: 'permanent', shutdown: 5_000, start: 30_000, significant: false,
    });
    expect(await failureOf(boss.childSpec('nobody'))).toMatchObject({ code: 'not_found' });
    await app.stop();
    expect(await hanging).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });
});

describe('a child that a restart is about to stop', () => {
  it('is shown as running until it has ended, also when another restart takes over', async () => {
    await using stage = new Stage();
    let stopped = (): void => undefined;
    const slow = (): Promise<void> => new Promise<void>((resolve) => { stopped = resolve; });
    const app = await stage.run({
      strategy: 'rest_for_one', backoff: false,
      children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c'), d: stage.player('d', { stop: slow }) },
    });
    const states = async (): Promise<string[]> => (await app.supervisor.whichChildren()).map(({ status }) => status);

    await stage.crash(app.children.b);
    expect(await states()).toEqual(['running', 'restarting', 'running', 'running']);
    await stage.crash(app.children.a);

    expect(await states()).toEqual(['restarting', 'restarting', 'running', 'running']);
    stopped();
    await stage.settle();
    expect(await states()).toEqual(['running', 'running', 'running', 'running']);
  });
});

describe('a supervisor that was stopped', () => {
  it('rejects what it is asked', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: {} });
    await app.stop();

    expect(await failureOf(app.supervisor.whichChildren())).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });
});
