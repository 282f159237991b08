import { describe, expect, it } from 'vitest';
import { StartFailedError, child, run, supervisor } from '../../index.ts';
import { Stage } from './stage.ts';

describe('a budget of a child\'s own', () => {
  it('makes its supervisor give up when it is spent, whatever is left of the shared one', async () => {
    await using stage = new Stage();
    const own = { also: { intensity: { restarts: 1, within: '1m' } } };
    const app = await stage.run({ children: { a: stage.player('a'), b: stage.player('b', own) } });

    await stage.crash(app.children.b);
    await stage.crash(app.children.a);
    await stage.crash(app.children.a);
    await stage.clock.advance('1s');
    await stage.crash(app.children.b);

    expect(await app.done).toEqual({ code: 1, reason: { kind: 'intensity', child: 'b', restarts: 1, withinMs: 60_000 } });
  });

  it('does not spare the shared one', async () => {
    await using stage = new Stage();
    const own = { also: { intensity: { restarts: 5, within: '1m' } } };
    const app = await stage.run({ intensity: { restarts: 1, within: '10s' }, children: { a: stage.player('a', own), b: stage.player('b', own) } });

    await stage.crash(app.children.a, app.children.b);

    expect(await app.done).toEqual({ code: 1, reason: { kind: 'intensity', child: 'b', restarts: 1, withinMs: 10_000 } });
  });
});

describe('a supervisor that gives up', () => {
  it('is restarted by its own supervisor, even when it is transient', async () => {
    await using stage = new Stage();
    const inner = supervisor({ intensity: { restarts: 0, within: '1m' }, children: { a: stage.player('a') } });
    const app = await stage.run({ children: { inner: child(inner, { restart: 'transient' }) } });

    await stage.crash(app.children.inner.children.a);

    expect(await app.children.inner.children.a.ask.incarnation()).toBe(2);
    expect(stage.restarts).toMatchObject([{ actor: 'app/inner', reason: { kind: 'intensity', child: 'a' } }]);
  });

  it('takes no longer than the grace of the whole tree to stop what is left, each child within its own limit', async () => {
    const never = (): Promise<never> => new Promise<never>(() => {});
    await using stage = new Stage();
    const stuck = { stop: never, also: { shutdown: '4s' } };
    const tree = supervisor({
      intensity: { restarts: 0, within: '1m' },
      children: { a: stage.player('a', stuck), b: stage.player('b', stuck), c: stage.player('c', stuck), d: stage.player('d') },
    });
    const app = await run(tree, { system: stage.system, log: false, signals: false, grace: '10s' });
    let end: unknown;
    void app.done.then((done) => { end = done; });

    await stage.crash(app.children.d);
    await stage.clock.advance(9_999);
    expect(end).toBeUndefined();
    await stage.clock.advance(1);

    expect(end).toMatchObject({ code: 1, reason: { kind: 'intensity', child: 'd' } });
  });

  it('without another try when a start can\'t heal', async () => {
    await using stage = new Stage();
    const start = (nth: number): void => { if (nth > 1) throw new StartFailedError('a', 'its module is gone', { canHeal: false }); };
    const app = await stage.run({ children: { a: stage.player('a', { start }) } });

    await stage.crash(app.children.a);

    expect(await app.done).toMatchObject({ code: 1, reason: { kind: 'error', error: { code: 'TROUPE_START_FAILED' } } });
    expect(stage.restarts).toHaveLength(1);
  });
});
