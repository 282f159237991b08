import { describe, expect, it } from 'vitest';
import { Stage } from './stage.ts';

const broken = (): never => { throw new Error('broken'); };
/** Fails at these starts, counted from 1. */
const failsAt = (...starts: readonly number[]) => (nth: number): void => { if (starts.includes(nth)) broken(); };
const temporary = { also: { restart: 'temporary' } };

describe('one_for_one', () => {
  it('restarts the child that failed, and no other', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c') } });
    stage.seen();

    await stage.crash(app.children.b);

    expect(stage.seen()).toEqual(['error b', 'start b']);
  });

  it('counts each of several children that fail together', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a'), b: stage.player('b') } });

    await stage.crash(app.children.b, app.children.a);

    expect(stage.restarts.map(({ actor, restarts }) => [actor, restarts])).toEqual([['app/b', 1], ['app/a', 2]]);
  });
});

describe('rest_for_one', () => {
  it('stops those that were started after the failed child, in reverse order, and starts all of them again', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'rest_for_one',
      children: { a: stage.player('a'), b: stage.player('b'), t: stage.player('t', temporary), d: stage.player('d') },
    });
    stage.seen();

    await stage.crash(app.children.b);

    expect(stage.seen()).toEqual(['error b', 'stop d', 'stop t', 'start b', 'start d']);
    expect((await app.supervisor.whichChildren()).map(({ key }) => key)).toEqual(['a', 'b', 'd']);
    expect(stage.stopped).toEqual(['app/t']);
    expect(stage.restarts.map(({ restarts }) => restarts)).toEqual([1]);
  });

  it('retries from the child that could not be started: those before it stay up', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'rest_for_one',
      backoff: false,
      children: { a: stage.player('a'), b: stage.player('b'), d: stage.player('d', { start: failsAt(2, 3) }), e: stage.player('e') },
    });
    stage.seen();

    await stage.crash(app.children.b);

    expect(stage.seen()).toEqual(['error b', 'stop e', 'stop d', 'start b', 'start d', 'start d', 'start d', 'start e']);
    expect(stage.restarts.map(({ actor }) => actor)).toEqual(['app/b', 'app/d', 'app/d']);
  });

  it('shows those after a child that can\'t be started as stopped while it waits for the next try', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'rest_for_one', children: { a: stage.player('a', { start: failsAt(2, 3) }), b: stage.player('b') },
    });

    await stage.crash(app.children.a);

    expect((await app.supervisor.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['a', 'restarting'], ['b', 'stopped']]);
    await stage.clock.advance('1s');
    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['running', 'running']);
  });

  it('counts two children that fail together twice when the later one is told first', async () => {
    await using stage = new Stage();
    const app = await stage.run({ strategy: 'rest_for_one', children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c') } });

    await stage.crash(app.children.c, app.children.a);

    expect(stage.restarts.map(({ actor, restarts }) => [actor, restarts])).toEqual([['app/c', 1], ['app/a', 2]]);
    expect((await app.supervisor.countChildren()).active).toBe(3);
  });

  it('takes a child in that failed while an earlier one was being restarted', async () => {
    await using stage = new Stage();
    let start = (): void => undefined;
    const slow = (nth: number): unknown => nth === 2 ? new Promise<void>((resolve) => { start = resolve; }) : undefined;
    const app = await stage.run({
      strategy: 'rest_for_one', children: { a: stage.player('a'), b: stage.player('b', { start: slow }), c: stage.player('c') },
    });
    await stage.crash(app.children.b);
    stage.seen();

    await stage.crash(app.children.a);
    start();
    await stage.settle();

    // The start of b that was under way is called off.
    expect(stage.seen()).toEqual(['error a', 'start a', 'start b', 'start c']);
    expect(stage.restarts.map(({ actor }) => actor)).toEqual(['app/b', 'app/a']);
  });
});

describe('one_for_all', () => {
  it('stops all others in reverse order, and starts all again in order, without the temporary ones', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'one_for_all',
      children: { a: stage.player('a'), b: stage.player('b'), t: stage.player('t', temporary), d: stage.player('d') },
    });
    stage.seen();

    await stage.crash(app.children.b);

    expect(stage.seen()).toEqual(['error b', 'stop d', 'stop t', 'stop a', 'start a', 'start b', 'start d']);
  });

  it('stops and starts all again at each retry', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'one_for_all',
      backoff: false,
      children: { a: stage.player('a'), b: stage.player('b', { start: failsAt(2, 3) }) },
    });
    stage.seen();

    await stage.crash(app.children.a);

    expect(stage.seen()).toEqual(['error a', 'stop b', 'start a', 'start b', 'stop a', 'start a', 'start b', 'stop a', 'start a', 'start b']);
    expect(stage.restarts.map(({ restarts }) => restarts)).toEqual([1, 2, 3]);
  });

  it('counts children that fail together once: the others are taken along', async () => {
    await using stage = new Stage();
    const app = await stage.run({ strategy: 'one_for_all', children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c') } });

    await stage.crash(app.children.b, app.children.c, app.children.a);

    expect(stage.restarts.map(({ actor }) => actor)).toEqual(['app/b']);
    expect((await app.supervisor.countChildren()).active).toBe(3);
  });

  it('does not count a sibling that fails before its turn to stop', async () => {
    await using stage = new Stage();
    let stop = (): void => undefined;
    const slow = (): Promise<void> => new Promise((resolve) => { stop = resolve; });
    const app = await stage.run({
      strategy: 'one_for_all', children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c', { stop: slow }) },
    });
    await stage.crash(app.children.a);

    await stage.crash(app.children.b);
    expect((await app.supervisor.whichChildren()).map(({ status }) => status)).toEqual(['restarting', 'restarting', 'running']);
    stop();
    await stage.settle();

    expect(stage.restarts.map(({ actor }) => actor)).toEqual(['app/a']);
    expect((await app.supervisor.countChildren()).active).toBe(3);
  });

  it('starts the others behind the delay, not before it', async () => {
    await using stage = new Stage();
    const app = await stage.run({ strategy: 'one_for_all', children: { a: stage.player('a'), b: stage.player('b') } });
    await stage.crash(app.children.a);
    stage.seen();

    await stage.crash(app.children.a);
    expect(stage.seen()).toEqual(['error a', 'stop b']);
    await stage.clock.advance('50ms');

    expect(stage.seen()).toEqual(['start a', 'start b']);
  });

  it('lets a child begin anew that was up for the whole window when it was taken along', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'one_for_all', intensity: { restarts: 9, within: '10s' },
      children: { a: stage.player('a'), b: stage.player('b', { start: failsAt(4) }) },
    });
    await stage.crash(app.children.b);
    await stage.crash(app.children.b);
    await stage.clock.advance('11s');
    expect(stage.restarts.map(({ delayMs }) => Math.round(delayMs))).toEqual([0, 50]);

    await stage.crash(app.children.a);

    // That of a, then that of b, which could not be started with it.
    expect(stage.restarts.slice(2).map(({ actor, delayMs }) => [actor, delayMs])).toEqual([['app/a', 0], ['app/b', 0]]);
  });

  it('counts the time until its turn comes as time that a child was up', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'one_for_all', intensity: { restarts: 9, within: '10s' },
      children: { a: stage.player('a'), b: stage.player('b'), last: stage.player('last', { stop: () => new Promise((resolve) => { stage.clock.after(4_000, () => resolve(undefined)); }) }) },
    });
    await stage.crash(app.children.a);
    await stage.clock.advance('4s');
    await stage.clock.advance('8s');
    await stage.crash(app.children.b); // a is up for 12 s when it is stopped
    await stage.clock.advance('4s');

    await stage.crash(app.children.a);

    expect(stage.restarts.map(({ actor, delayMs }) => [actor, delayMs])).toEqual([['app/a', 0], ['app/b', 0], ['app/a', 0]]);
  });

  it('starts again what was stopped by hand, as OTP does', async () => {
    await using stage = new Stage();
    const app = await stage.run({ strategy: 'one_for_all', children: { a: stage.player('a'), b: stage.player('b') } });
    await app.supervisor.terminateChild('b');

    await stage.crash(app.children.a);

    expect(await app.children.b.ask.incarnation()).toBe(2);
  });
});
