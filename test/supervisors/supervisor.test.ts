import { describe, expect, it } from 'vitest';
import { supervisor } from '../../index.ts';
import { Stage } from './stage.ts';

describe('a supervisor', () => {
  it('starts its children in order and stops them in the reverse one', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a'), b: stage.player('b') } });

    await app.stop();

    expect(stage.log).toEqual(['start a', 'start b', 'stop b', 'stop a']);
    expect(await app.done).toEqual({ code: 0, reason: { kind: 'normal' } });
  });

  it('knows nothing of ends that its last incarnation was told of too late', async () => {
    await using stage = new Stage();
    const inner = supervisor({
      intensity: { restarts: 0, within: '1s' },
      children: { a: stage.player('a'), b: stage.player('b') },
    });
    const app = await stage.run({ children: { inner } });
    const { a, b } = app.children.inner.children;

    a.tell.crash();
    b.tell.crash();
    await stage.clock.advance('1m');

    expect(await b.ask.echo('alive')).toBe('alive');
    expect(stage.restarts.map(({ actor: path }) => path)).toEqual(['app/inner']);
  });

  it('stops again what it had started when a child fails to start, in reverse order', async () => {
    await using stage = new Stage();
    const failing = (): void => { throw new Error('no disk'); };

    const started = stage.run({
      children: { a: stage.player('a'), b: stage.player('b'), c: stage.player('c', { start: failing }) },
    });

    await expect(started).rejects.toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('/c"') as string });
    expect(stage.log).toEqual(['start a', 'start b', 'start c', 'stop b', 'stop a']);
  });

  it('waits longer before each restart in a row: at once, then up to 50, 100, 200 ms', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a') } });

    for (let i = 0; i < 4; i++) {
      await expect(app.children.a.ask.crash()).rejects.toThrow();
      await stage.clock.advance('1s');
    }

    expect(stage.restarts.map(({ delayMs }) => Math.round(delayMs))).toEqual([0, 50, 100, 200]);
    expect(stage.restarts.map(({ restarts: count, budgetLeft }) => [count, budgetLeft])).toEqual([[1, 9], [2, 8], [3, 7], [4, 6]]);
  });

  it('restarts at once again after the child has been up for the window', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      intensity: { restarts: 3, within: '10s' }, children: { a: stage.player('a') },
    });

    for (const pause of ['1s', '11s', '1s'] as const) {
      await expect(app.children.a.ask.crash()).rejects.toThrow();
      await stage.clock.advance(pause);
    }

    expect(stage.restarts.map(({ delayMs }) => Math.round(delayMs))).toEqual([0, 50, 0]);
  });

  it('gives up when its budget is spent, and stops the others in reverse order', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      backoff: false,
      intensity: { restarts: 1, within: '1m' },
      children: { a: stage.player('a'), b: stage.player('b') },
    });

    await expect(app.children.b.ask.crash()).rejects.toThrow();
    await expect(app.children.b.ask.crash()).rejects.toThrow();

    expect(await app.done).toEqual({ code: 1, reason: { kind: 'intensity', child: 'b', restarts: 1, withinMs: 60_000 } });
    expect(stage.log.slice(-2)).toEqual(['error b', 'stop a']);
  });

  it('counts a start that fails as a restart, too', async () => {
    await using stage = new Stage();
    let isBroken = false;
    const begin = (): void => { if (isBroken) throw new Error('still broken'); };
    const app = await stage.run({
      intensity: { restarts: 3, within: '1m' }, children: { a: stage.player('a', { start: begin }) },
    });
    isBroken = true;

    await expect(app.children.a.ask.crash()).rejects.toThrow();
    await stage.clock.advance('10s');

    expect(stage.restarts.map(({ reason }) => reason.kind)).toEqual(['error', 'error', 'error']);
    expect(await app.done).toMatchObject({ code: 1, reason: { kind: 'intensity', restarts: 3 } });
  });

  it('restarts a permanent child that ended by itself, leaves a transient one, forgets a temporary one', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      children: {
        permanent: stage.player('p'),
        transient: stage.player('tr', { also: { restart: 'transient' } }),
        temporary: stage.player('te', { also: { restart: 'temporary' } }),
      },
    });
    const { permanent, transient, temporary } = app.children;

    for (const each of [permanent, transient, temporary]) await each.ask.end();
    const ends = await Promise.all([transient.closed, temporary.closed]);

    expect(ends).toEqual([{ kind: 'normal' }, { kind: 'normal' }]);
    expect(await permanent.ask.incarnation()).toBe(2);
  });

  it('is restarted by its own supervisor when it gives up, and refs to its children go on to work', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      children: {
        inner: supervisor({
          backoff: false,
          intensity: { restarts: 0, within: '1m' },
          children: { a: stage.player('a'), b: stage.player('b') },
        }),
      },
    });
    const { a, b } = app.children.inner.children;

    await expect(a.ask.crash()).rejects.toThrow();

    expect(await a.ask.echo('a again')).toBe('a again');
    expect(await b.ask.echo('b again')).toBe('b again');
    expect(await a.ask.incarnation()).toBe(2);
  });

  it('does not start a child again while it stops', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a') } });
    await expect(app.children.a.ask.crash()).rejects.toThrow();
    await stage.clock.advance(1);
    await expect(app.children.a.ask.crash()).rejects.toThrow();
    await stage.settle(); // it waits for its next start

    await app.stop();
    await stage.clock.advance('1m');

    expect(stage.restarts).toHaveLength(2);
    expect(stage.log.filter((entry) => entry === 'start a')).toHaveLength(2);
  });

  it('asks a child for nothing when its shutdown is kill', async () => {
    await using stage = new Stage();
    const app = await stage.run({ children: { a: stage.player('a', { also: { shutdown: 'kill' } }) } });

    await app.stop();

    expect(stage.log).toEqual(['start a']);
  });
});
