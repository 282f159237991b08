import { describe, expect, it } from 'vitest';
import { child, run, supervisor } from '../../index.ts';
import { Stage } from './stage.ts';

const never = (): Promise<never> => new Promise<never>(() => {});
const stuck = (shutdown: string) => ({ stop: never, also: { shutdown } });

describe('a stop', () => {
  it('gives each child its own time, one after the other', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a', stuck('1s')), b: stage.player('b'), c: stage.player('c', stuck('2s')) } });
    stage.seen();
    const stopped = app.stop();

    await stage.clock.advance(1_999);
    expect(stage.seen()).toEqual(['stop c']);
    await stage.clock.advance(1);
    expect(stage.seen()).toEqual(['stop b', 'stop a']);
    await stage.clock.advance('1s');

    await stopped;
    expect(await app.done).toEqual({ code: 0, reason: { kind: 'normal' } });
  });

  it('kills what is left of the whole tree after the grace of run(), nested supervisors included', async () => {
    await using stage = new Stage();
    const inner = supervisor({ children: { deep: stage.player('deep', stuck('1h')), deeper: stage.player('deeper', stuck('1h')) } });
    const tree = supervisor({ children: { a: stage.player('a', stuck('1h')), inner } });
    const app = await run(tree, { system: stage.system, log: false, signals: false, grace: '3s' });
    const stopped = app.stop();

    await stage.clock.advance('3s');

    await stopped;
    expect(await app.done).toEqual({ code: 1, reason: { kind: 'killed' } });
    expect(new Set(stage.stopped.map((path) => path.split('/').at(-1)))).toEqual(new Set(['a', 'app-1', 'deep', 'deeper', 'inner']));
  });

  it('lets a nested supervisor have the time that its children need, unless it has a limit', async () => {
    await using stage = new Stage();
    const slow = (): Promise<void> => new Promise((resolve) => { stage.clock.after(8_000, resolve); });
    const tree = (label: string) => supervisor({ children: { deep: stage.player(label, { stop: slow, also: { shutdown: '9s' } }) } });
    const app = await stage.run({ children: { limited: child(tree('limited'), { shutdown: '1s' }), free: tree('free') } });
    stage.seen();
    const stopped = app.stop();

    await stage.clock.advance(7_999);
    expect(stage.seen()).toEqual(['stop free']);
    await stage.clock.advance(1);
    expect(stage.seen()).toEqual(['stop limited']);
    await stage.clock.advance('1s');

    await stopped;
  });

  it('ends restarts that wait, and starts that hang', async () => {
    await using stage = new Stage();
    const hangs = (nth: number): unknown => nth > 1 ? never() : undefined;
    const fails = (nth: number): void => { if (nth > 1) throw new Error('broken'); };
    const app = await stage.run({
      children: { a: stage.player('a', { start: hangs }), b: stage.player('b', { start: fails }), c: stage.player('c') },
    });
    const added = app.supervisor.startChild('d', stage.player('d', { start: never })).catch((error: unknown) => error);
    await stage.crash(app.children.a, app.children.b);
    stage.seen();

    await app.stop();
    await stage.clock.advance('1h');

    expect(stage.seen()).toEqual(['stop c']);
    expect(await added).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
  });

  it('that becomes a kill leaves the next incarnation of the supervisor alone', async () => {
    await using stage = new Stage();
    const slow = (): Promise<void> => new Promise((resolve) => { stage.clock.after(1_000, resolve); });
    const inner = supervisor({ children: { a: stage.player('a'), b: stage.player('b', { stop: slow }) } });
    const app = await stage.run({ strategy: 'one_for_all', children: { inner: child(inner, { shutdown: '500ms' }), c: stage.player('c') } });
    const { a, b } = app.children.inner.children;

    await stage.crash(app.children.c);
    await stage.clock.advance('1m');

    expect([await a.ask.incarnation(), await b.ask.incarnation()]).toEqual([2, 2]);
    expect(stage.seen().filter((entry) => entry === 'start a')).toHaveLength(2);
  });

  it('kills a child at once whose shutdown is kill', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a', { also: { shutdown: 'kill' } }) } });
    stage.seen();

    await app.stop();

    expect(stage.seen()).toEqual([]);
  });
});
