import { describe, expect, it } from 'vitest';
import { child, supervisor } from '../../index.ts';
import { Stage } from './stage.ts';

const transient = { also: { restart: 'transient', significant: true } };
const temporary = { also: { restart: 'temporary', significant: true } };

describe('autoShutdown: any_significant', () => {
  it('ends the supervisor with the reason shutdown when a significant child ends by itself, and stops the others in reverse order', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      autoShutdown: 'any_significant', children: { a: stage.player('a'), b: stage.player('b', transient), c: stage.player('c') },
    });
    stage.seen();

    app.children.b.tell.end();

    expect(await app.done).toEqual({ code: 0, reason: { kind: 'shutdown' } });
    expect(stage.seen()).toEqual(['normal b', 'stop c', 'stop a']);
  });

  it('takes any end of a temporary child, but only a normal one of a transient child', async () => {
    await using stage = new Stage();
    const app = await stage.run({ autoShutdown: 'any_significant', children: { a: stage.player('a', transient), b: stage.player('b', temporary) } });

    await stage.crash(app.children.a);
    expect(await app.children.a.ask.incarnation()).toBe(2);
    await stage.crash(app.children.b);

    expect(await app.done).toMatchObject({ reason: { kind: 'shutdown' } });
  });

  it('leaves children alone that are not significant', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      autoShutdown: 'any_significant', children: { a: stage.player('a', { also: { restart: 'temporary' } }), b: stage.player('b', transient) },
    });

    app.children.a.tell.end();
    await stage.settle();

    expect(await app.supervisor.countChildren()).toMatchObject({ specs: 1, active: 1 });
  });

  it('does not follow from a sibling\'s restart that takes a significant child along', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      strategy: 'one_for_all', autoShutdown: 'any_significant', children: { a: stage.player('a'), b: stage.player('b', temporary) },
    });

    await stage.crash(app.children.a);

    expect(await app.supervisor.countChildren()).toMatchObject({ specs: 1, active: 1 });
  });
});

describe('autoShutdown: all_significant', () => {
  it('ends the supervisor when the last significant child alive has ended', async () => {
    await using stage = new Stage();
    const app = await stage.run({
      autoShutdown: 'all_significant',
      children: { a: stage.player('a', transient), b: stage.player('b', temporary), c: stage.player('c', transient), d: stage.player('d') },
    });
    await app.supervisor.terminateChild('c');

    app.children.a.tell.end();
    await stage.settle();
    expect(await app.supervisor.countChildren()).toMatchObject({ active: 2 });
    app.children.b.tell.end();

    expect(await app.done).toMatchObject({ reason: { kind: 'shutdown' } });
  });

  it('counts one that is being restarted as alive', async () => {
    await using stage = new Stage();
    const start = (nth: number): void => { if (nth > 1) throw new Error('broken'); };
    const app = await stage.run({
      autoShutdown: 'all_significant', children: { a: stage.player('a', transient), b: stage.player('b', { ...transient, start }) },
    });
    await stage.crash(app.children.b);

    app.children.a.tell.end();
    await stage.settle();

    expect((await app.supervisor.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['b', 'restarting']]);
  });
});

describe('a nested supervisor that has shut itself down', () => {
  it('is restarted when it is permanent, and gone when it is transient', async () => {
    await using stage = new Stage();
    const inner = supervisor({ autoShutdown: 'any_significant', children: { a: stage.player('a', transient) } });
    const app = await stage.run({ children: { permanent: inner, transient: child(inner, { restart: 'transient' }) } });

    app.children.permanent.children.a.tell.end();
    app.children.transient.children.a.tell.end();
    await stage.settle();

    expect((await app.supervisor.whichChildren()).map(({ key, status }) => [key, status])).toEqual([['permanent', 'running']]);
  });
});
