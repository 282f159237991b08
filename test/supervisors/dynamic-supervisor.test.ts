import { describe, expect, it } from 'vitest';
import type { DynamicSupervisorSpec } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';
import { dynamicSupervisor } from '../../index.ts';
import { Player, Stage } from './stage.ts';

type Spec = Partial<DynamicSupervisorSpec<typeof Player>>;

/** A dynamic supervisor of players under the key `band`. */
async function band(spec: Spec = {}) {
  const stage = new Stage();
  const app = await stage.run({ children: { band: dynamicSupervisor({ child: Player, ...spec }) } });
  const join = async (label: string, also: { start?: (nth: number) => unknown; stop?: () => unknown } = {}, options?: { name?: string }) => {
    return app.children.band.startChild({ log: stage.log, label, ...also }, options);
  };
  return { stage, app, boss: app.children.band, join, [Symbol.asyncDispose]: () => stage[Symbol.asyncDispose]() };
}

const never = (): Promise<never> => new Promise<never>(() => {});

describe('a dynamic supervisor', () => {
  it('begins without children, and starts one more at each call', async () => {
    await using world = await band();
    const { boss, join } = world;
    expect(await boss.countChildren()).toEqual({ specs: 0, active: 0, supervisors: 0, workers: 0 });

    const [a, b] = [await join('a'), await join('b')];

    expect(await b?.ask.echo('b')).toBe('b');
    expect(await boss.whichChildren()).toEqual([
      { key: 'player-1', type: 'worker', status: 'running', ref: a }, { key: 'player-2', type: 'worker', status: 'running', ref: b },
    ]);
  });

  it('restarts a child that fails, and no other', async () => {
    await using world = await band();
    const [a, b] = [await world.join('a'), await world.join('b')];

    await world.stage.crash(a!);

    expect([await a?.ask.incarnation(), await b?.ask.incarnation()]).toEqual([2, 1]);
  });

  it('forgets a child that ends for good', async () => {
    await using world = await band({ options: { restart: 'transient' } });
    const a = await world.join('a');

    a?.tell.end();

    expect(await a?.closed).toEqual({ kind: 'normal' });
    expect(await world.boss.whichChildren()).toEqual([]);
  });

  it('stops a child by its ref, and forgets it', async () => {
    await using world = await band();
    const [a] = [await world.join('a'), await world.join('b')];

    await world.boss.terminateChild(a!);

    expect(await a?.closed).toEqual({ kind: 'shutdown' });
    expect((await world.boss.whichChildren()).map(({ key }) => key)).toEqual(['player-2']);
    expect(await failureOf(world.boss.terminateChild(a!))).toMatchObject({ code: 'not_found' });
  });

  it('takes no more children than maxChildren, those that are starting among them', async () => {
    await using world = await band({ maxChildren: 2 });
    const a = await world.join('a');
    void world.join('b', { start: never }).catch(() => undefined);

    const refused = await failureOf(world.join('c'));

    expect(refused).toMatchObject({ name: 'RefusedError', code: 'max_children' });
    await world.boss.terminateChild(a!);
    expect(await world.join('d')).toBeDefined();
  });

  it('keeps nothing of a start that failed, or was ignored', async () => {
    await using world = await band();

    expect(await failureOf(world.join('a', { start: () => { throw new Error('broken'); } }))).toMatchObject({ code: 'TROUPE_START_FAILED' });
    expect(await world.join('b', { start: () => 'ignore' })).toBeUndefined();

    expect(await world.boss.whichChildren()).toEqual([]);
  });

  it('forgets a child that ignores its restart', async () => {
    await using world = await band({ maxChildren: 1 });
    const a = await world.join('a', { start: (nth) => nth === 2 ? 'ignore' : undefined });

    await world.stage.crash(a!);

    expect(await a?.closed).toEqual({ kind: 'normal' });
    expect(await world.boss.whichChildren()).toEqual([]);
    expect(await world.join('b')).toBeDefined();
  });

  it('stops all its children together, under one deadline', async () => {
    await using world = await band({ options: { shutdown: '300ms' } });
    for (const label of ['a', 'b', 'c']) await world.join(label, { stop: never });
    let isStopped = false;
    const stopped = world.app.stop().then(() => { isStopped = true; });

    await world.stage.clock.advance(299);
    expect(isStopped).toBe(false);
    await world.stage.clock.advance(1);
    await stopped;

    expect(world.stage.seen().slice(3).toSorted()).toEqual(['stop a', 'stop b', 'stop c']);
  });

  it('gives up when its budget is spent; restarted, it begins without children again', async () => {
    await using world = await band({ intensity: { restarts: 0, within: '1m' } });
    const a = await world.join('a');

    await world.stage.crash(a!);

    expect(world.stage.restarts).toMatchObject([{ actor: 'app/band', reason: { kind: 'intensity', child: 'player-1' } }]);
    expect(await world.boss.whichChildren()).toEqual([]);
    expect(await a?.closed).toMatchObject({ kind: 'error' });
  });

  it('ends with its significant children', async () => {
    await using world = await band({ autoShutdown: 'all_significant', options: { restart: 'temporary', significant: true } });
    const [a, b] = [await world.join('a'), await world.join('b')];

    a?.tell.end();
    await world.stage.settle();
    expect(await world.boss.countChildren()).toMatchObject({ active: 1 });
    b?.tell.end();
    await world.stage.settle();

    expect(world.stage.restarts).toMatchObject([{ actor: 'app/band', reason: { kind: 'shutdown' } }]);
  });

  it('registers a child by the name that it is given, unique in the system', async () => {
    await using world = await band();
    const a = await world.join('a', {}, { name: 'solo' });

    expect(a?.toString()).toContain('app/band/solo');
    expect(await failureOf(world.join('b', {}, { name: 'solo' }))).toMatchObject({ code: 'TROUPE_NAME_TAKEN' });
  });
});
