import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { child, spawn, supervisor } from '../../index.ts';
import { Player, Stage } from './stage.ts';

const broken = (): never => { throw new Error('broken'); };
const never = (): Promise<never> => new Promise<never>(() => {});
const ignores = (): string => 'ignore';

describe('start: parallel', () => {
  it('starts all children at once, and stops them in the reverse order of their spec', async () => {
    await using stage = new Stage();
    let start = (): void => undefined;
    const slow = (): Promise<void> => new Promise((resolve) => { start = resolve; });
    const started = stage.run({ start: 'parallel', children: { a: stage.player('a', { start: slow }), b: stage.player('b') } });
    await stage.settle();
    expect(stage.seen()).toEqual(['start a', 'start b']);

    start();
    await (await started).stop();

    expect(stage.seen()).toEqual(['stop b', 'stop a']);
  });

  it('stops what has started when one fails, and calls off what is still starting', async () => {
    await using stage = new Stage();
    const started = stage.run({
      start: 'parallel',
      children: {
        a: stage.player('a'), b: stage.player('b'), c: stage.player('c', { start: () => Promise.resolve().then(broken) }),
        d: stage.player('d', { start: never }),
      },
    });

    expect(await failureOf(started)).toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('app/c') as string });
    expect(stage.seen()).toEqual(['start a', 'start b', 'start c', 'start d', 'stop b', 'stop a']);
  });

  it('goes for restarts as well', async () => {
    await using stage = new Stage();
    const slow = (nth: number): unknown => nth > 1 ? never() : undefined;
    const app = await stage.run({
      strategy: 'one_for_all', start: 'parallel', children: { a: stage.player('a', { start: slow }), b: stage.player('b') },
    });
    stage.seen();

    await stage.crash(app.children.b);

    expect(stage.seen()).toEqual(['error b', 'stop a', 'start a', 'start b']);
    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['restarting', 'running']);
  });

  it('leaves a child alone that is added while a restart stops the others', async () => {
    await using stage = new Stage();
    let stop = (): void => undefined;
    const slow = (): Promise<void> => new Promise((resolve) => { stop = resolve; });
    const app = await stage.run({
      strategy: 'one_for_all', start: 'parallel', children: { a: stage.player('a'), b: stage.player('b', { stop: slow }) },
    });
    await stage.crash(app.children.a);

    const added = await app.supervisor.startChild('c', stage.player('c'));
    stop();
    await stage.settle();

    expect(await added?.ask.incarnation()).toBe(1);
    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['running', 'running', 'running']);
  });

  it('restarts all again when one of them fails, for one unit each', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'one_for_all', start: 'parallel', backoff: false,
      children: { a: stage.player('a', { start: (nth) => { if (nth === 2) broken(); } }), b: stage.player('b') },
    });

    await stage.crash(app.children.b);

    expect((await app.supervisor.countChildren()).active).toBe(2);
    expect(stage.restarts.map(({ actor }) => actor)).toEqual(['app/b', 'app/a']);
  });
});

describe('a child that ends while its supervisor still starts others', () => {
  it('is restarted when all have started', async () => {
    await using stage = new Stage();
    let start = (): void => undefined;
    const slow = (): Promise<void> => new Promise((resolve) => { start = resolve; });
    const started = stage.run({ children: { a: stage.player('a'), b: stage.player('b', { start: slow }) } });
    await stage.settle();

    stage.selves.get('a')?.kill();
    await stage.settle();
    start();

    expect(await (await started).children.a.ask.incarnation()).toBe(2);
  });
});

describe('ctx.ignore()', () => {
  it('keeps the spec of a child, without an actor, until it is started by hand', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      children: { a: stage.player('a', { start: (nth) => nth === 1 ? 'ignore' : undefined }), b: stage.player('b') },
    });
    expect((await app.supervisor.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['a', 'stopped'], ['b', 'running']]);

    const ref = await app.supervisor.restartChild('a');

    expect(ref).toBe(app.children.a);
    expect(await app.children.a.ask.echo('here')).toBe('here');
  });

  it('forgets a temporary child', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { t: stage.player('t', { start: ignores, also: { restart: 'temporary' } }) } });

    expect(await app.supervisor.whichChildren()).toEqual([]);
    expect(await failureOf(app.children.t.ask.echo('x'))).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });

  it('is no failure at startChild, restartChild and in a restart', async () => {
    await using stage = new Stage();
    const ignoresLater = (nth: number): unknown => nth > 1 ? 'ignore' : undefined;
    const app = await stage.run({ children: { a: stage.player('a', { start: ignoresLater }) } });
    const { supervisor: boss } = app;

    expect(await boss.startChild('b', stage.player('b', { start: ignores }))).toBeUndefined();
    expect(await boss.startChild('t', stage.player('t', { start: ignores, also: { restart: 'temporary' } }))).toBeUndefined();
    expect(await boss.restartChild('b')).toBeUndefined();
    await stage.crash(app.children.a);

    expect((await boss.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['a', 'stopped'], ['b', 'stopped']]);
    expect(stage.restarts).toHaveLength(1);
  });

  it('runs no stop, and lets a round go on to the next child', async () => {
    await using stage = new Stage();
    const ignoresLater = (nth: number): unknown => nth > 1 ? 'ignore' : undefined;
    const app = await stage.run({
      strategy: 'rest_for_one', children: { a: stage.player('a', { start: ignoresLater }), b: stage.player('b') },
    });
    stage.seen();

    await stage.crash(app.children.a);

    expect(stage.seen()).toEqual(['error a', 'stop b', 'start a', 'start b']);
  });

  it('makes spawn reject: there is no actor', async () => {
    const started = spawn(Player, { input: { log: [], label: 'x', start: ignores } });

    expect(await failureOf(started)).toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('ignored') as string });
  });
});

describe('a supervisor that is killed', () => {
  it('in the middle of a restart does nothing more: its successor has the slots', async () => {
    await using stage = new Stage();
    let stop = (): void => undefined;
    const slow = (): Promise<void> => new Promise((resolve) => { stop = resolve; });
    const inner = supervisor({
      strategy: 'one_for_all', children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c', { stop: slow }) },
    });
    const app = await stage.run({ children: { inner } });
    const { a, b, c } = app.children.inner.children;
    await stage.crash(b);
    stage.seen();

    app.children.inner.ref.kill();
    await stage.settle();
    stop();
    await stage.settle();

    expect(stage.seen()).toEqual(['start a', 'start b', 'start c']);
    expect(await Promise.all([a, b, c].map((ref) => ref.ask.incarnation()))).toEqual([2, 2, 2]);
    expect(stage.restarts.map(({ actor }) => actor)).toEqual(['app/inner/b', 'app/inner']);
  });

  it('while it starts does nothing more either', async () => {
    await using stage = new Stage();
    const inner = supervisor({
      children: { a: stage.player('a'), b: stage.player('b', { start: (nth) => nth === 2 ? never() : undefined }), c: stage.player('c') },
    });
    const app = await stage.run({ children: { inner: child(inner, { start: '1s' }) } });
    const { a, b, c } = app.children.inner.children;
    app.children.inner.ref.kill();
    await stage.settle();
    stage.seen();

    await stage.clock.advance('2s');

    expect(stage.seen()).toEqual(['stop a', 'start a', 'start b', 'start c']);
    expect(await Promise.all([a, b, c].map((ref) => ref.ask.echo('here')))).toEqual(['here', 'here', 'here']);
  });
});

describe('a supervisor that is restarted', () => {
  it('forgets children that were added, and starts again those of its spec, in slots that were kept', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      children: {
        inner: supervisor({ intensity: { restarts: 0, within: '1m' }, children: { a: stage.player('a'), gone: stage.player('gone') } }),
      },
    });
    const { inner } = app.children;
    const added = await inner.startChild('added', stage.player('added'));
    await inner.terminateChild('gone');
    await inner.deleteChild('gone');

    await stage.crash(inner.children.a);

    expect((await inner.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['a', 'running'], ['gone', 'running']]);
    expect(await inner.children.a.ask.incarnation()).toBe(2);
    expect(await added?.closed).toMatchObject({ kind: 'shutdown' });
  });

  it('keeps the slots below when one of its own children can\'t be started at first', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      children: {
        inner: supervisor({
          intensity: { restarts: 0, within: '1m' },
          children: { a: stage.player('a'), b: stage.player('b', { start: (nth) => { if (nth === 2) broken(); } }) },
        }),
      },
    });
    const { a, b } = app.children.inner.children;

    await stage.crash(a);
    await stage.clock.advance('1s');

    expect(await a.ask.echo('a')).toBe('a');
    expect(await b.ask.echo('b')).toBe('b');
  });

  it('gives its own spec back to a child that was replaced', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      children: { inner: supervisor({ intensity: { restarts: 0, within: '1m' }, children: { a: stage.player('a'), b: stage.player('b') } }) },
    });
    const { inner } = app.children;
    await inner.terminateChild('a');
    await inner.deleteChild('a');
    await inner.startChild('a', stage.player('another'));
    stage.seen();

    await stage.crash(inner.children.b);

    expect(stage.seen()).toEqual(['error b', 'stop another', 'start a', 'start b']);
  });

  it('keeps refs to what lives two levels below', async () => {
    await using stage = new Stage();
    const middle = supervisor({ children: { deep: supervisor({ children: { a: stage.player('a') } }), b: stage.player('b') } });
    const app = await stage.run({ strategy: 'one_for_all', children: { middle, c: stage.player('c') } });
    const { a } = app.children.middle.children.deep.children;

    await stage.crash(app.children.c);

    expect(await a.ask.incarnation()).toBe(2);
  });
});
