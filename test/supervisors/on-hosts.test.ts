import { describe, expect, it } from 'vitest';
import type { RunOptions, SystemEvents } from '../../index.ts';
import { child, dynamicSupervisor, run, supervisor } from '../../index.ts';
import { OneShot, TreeChild } from '../support/actors/tree-child.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { TestSystem } from '../support/test-system.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

const member = (label: string, also: object = {}) => child(TreeChild, { input: { label }, ...also });

/** A system that notes what its supervisors decide. */
class WatchedSystem extends TestSystem {
  readonly restarts: SystemEvents['restarting'][] = [];

  constructor() {
    super();
    this.events.on('restarting', (event) => this.restarts.push(event));
  }

  get options(): RunOptions { return { system: this, log: false, signals: false }; }
}

/** The same, simulated. */
class WatchedKit extends TestKit {
  get restarts(): readonly SystemEvents['restarting'][] {
    return this.events.flatMap(({ name, event }) => name === 'restarting' ? [event] : []);
  }
}

describe.each(['thread', 'process'] as const)('a supervisor on a real %s', (host) => {
  it('starts its children there, restarts them, answers for them, and is started again when its host is lost', async () => {
    await using system = new WatchedSystem();
    const { restarts, options } = system;
    const tree = supervisor({
      children: {
        here: member('here'),
        there: supervisor({ host, strategy: 'rest_for_one', children: { a: member('a'), b: child(TreeChild, { input: { label: 'b', numbers: new Map([['x', 1]]) } }) } }),
      },
    });
    const app = await run(tree, options);
    const { there } = app.children;
    const { a, b } = there.children;
    if (host === 'process') expect(await a.ask.pid()).not.toBe(process.pid);

    await failureOf(a.ask.crash());

    expect([await a.ask.incarnation(), await b.ask.incarnation(), await b.ask.count()]).toEqual([2, 2, 1]);
    expect(restarts).toMatchObject([{ actor: 'app-1/there/a', restarts: 1, budgetLeft: 9, delayMs: 0 }]);
    expect((await there.whichChildren()).map(({ key, status, ref }) => [key, status, ref])).toEqual([['a', 'running', a], ['b', 'running', b]]);
    expect(await there.childSpec('a')).toMatchObject({ key: 'a', host: 'local', restart: 'permanent' });

    a.tell.leave();

    await until(() => restarts.length === 2);
    expect(restarts[1]).toMatchObject({ actor: 'app-1/there', reason: { kind: 'host_down' } });
    expect([await a.with({ timeout: '20s' }).ask.incarnation(), await b.ask.count()]).toEqual([3, 1]);
    await app.stop();
  });
});

describe.each(['thread', 'process'] as const)('a supervisor on a %s', (host) => {
  it('takes specs of children, trees among them, and refuses with OTP\'s words', async () => {
    await using kit = new WatchedKit();
    const app = await kit.run(supervisor({ children: { there: supervisor({ host, children: { a: member('a') } }) } }));
    const { there } = app.children;

    const inner = await there.startChild('inner', supervisor({ children: { deep: member('deep') } }));
    const refused = await failureOf(there.startChild('a', member('a')));

    expect(await inner?.children.deep.ask.label()).toBe('deep');
    expect(await inner?.children.deep.ask.pid()).toBe(await there.children.a.ask.pid());
    expect(refused).toMatchObject({ name: 'RefusedError', code: 'already_started', data: { ref: there.children.a } });
    expect(await failureOf(there.restartChild('nobody'))).toMatchObject({ code: 'not_found' });
    expect(await there.startChild('shy', child(OneShot))).toBeDefined();
    await there.terminateChild('shy');
    expect(await there.restartChild('shy')).toBeUndefined();
    expect(await there.countChildren()).toEqual({ specs: 3, active: 2, supervisors: 1, workers: 2 });
    await kit.clock.until(app.stop());
  });

  it('is started again when its host is lost, with its spec and nothing else, and refs go on to work', async () => {
    await using kit = new WatchedKit();
    const tree = supervisor({
      name: 'app', children: { there: supervisor({ host, children: { a: member('a'), far: member('far', { host: 'thread' }) } }) },
    });
    const app = await kit.run(tree);
    const { there } = app.children;
    const { a, far } = there.children;
    const added = await there.startChild('added', member('added'));

    await kit.loseHost(a);

    expect(await added?.closed).toMatchObject({ kind: 'host_down' });
    expect(await a.ask.label()).toBe('a');
    expect(await far.ask.label()).toBe('far');
    expect([await a.ask.incarnation(), await far.ask.incarnation()]).toEqual([2, 2]);
    expect((await there.whichChildren()).map(({ key }) => key)).toEqual(['a', 'far']);
    expect(kit.restarts.map(({ actor, reason }) => [actor, reason.kind])).toEqual([['app/there', 'host_down']]);
    await kit.clock.until(app.stop());
  });

  it('may have a supervisor on yet another host below it, whose loss is one event', async () => {
    await using kit = new WatchedKit();
    const tree = supervisor({
      children: {
        there: supervisor({
          host, strategy: 'rest_for_one',
          children: { first: member('first'), group: supervisor({ host: 'thread', children: { x: member('x'), y: member('y') } }) },
        }),
      },
    });
    const app = await kit.run(tree);
    const { group } = app.children.there.children;

    await kit.loseHost(group.children.x);

    expect(await group.children.y.ask.incarnation()).toBe(2);
    expect(kit.restarts.map(({ actor, restarts: count }) => [actor, count])).toEqual([['app-1/there/group', 1]]);
    await kit.clock.until(app.stop());
  });

  it('may be dynamic', async () => {
    await using kit = new WatchedKit();
    const app = await kit.run(supervisor({ children: { many: dynamicSupervisor({ host, child: TreeChild, maxChildren: 2 }) } }));
    const { many } = app.children;

    const [a, b] = [await many.startChild({ label: 'a' }), await many.startChild({ label: 'b' })];

    expect([await a?.ask.label(), await b?.ask.label()]).toEqual(['a', 'b']);
    expect(await failureOf(many.startChild({ label: 'c' }))).toMatchObject({ code: 'max_children' });
    await many.terminateChild(a!);
    expect((await many.whichChildren()).map(({ ref }) => ref)).toEqual([b]);
    await kit.clock.until(app.stop());
  });
});

describe('a child on a host of its own', () => {
  it('keeps no host while it is stopped, or has ignored its start', async () => {
    await using kit = new WatchedKit();
    const app = await kit.run(supervisor({
      children: { a: member('a', { host: 'thread' }), shy: child(OneShot, { host: 'thread' }) },
    }));
    const { supervisor: boss } = app;
    const hostCount = async (): Promise<number> => (await kit.system.accounts()).length - 1;
    expect(await hostCount()).toBe(2);

    await boss.terminateChild('a');
    await boss.terminateChild('shy');
    expect(await boss.restartChild('shy')).toBeUndefined();
    await kit.idle();
    expect(await hostCount()).toBe(0);

    await boss.restartChild('a');
    expect([await app.children.a.ask.label(), await hostCount()]).toEqual(['a', 1]);
    await kit.clock.until(app.stop());
  });
});

describe('a whole tree', () => {
  it('may live on another host, its root included', async () => {
    await using system = new WatchedSystem();
    const { options } = system;
    const app = await run(supervisor({ host: 'process', children: { a: member('a') } }), options);

    expect(await app.children.a.ask.pid()).not.toBe(process.pid);
    await app.stop();

    expect(await app.done).toEqual({ code: 0, reason: { kind: 'normal' } });
  });

  it('may live on a set of hosts', async () => {
    await using kit = new WatchedKit();
    const set = await kit.system.hosts({ kind: 'thread', size: 1 });
    const app = await kit.run(supervisor({ children: { there: supervisor({ host: set, children: { a: member('a') } }) } }));

    await failureOf(app.children.there.children.a.ask.crash());

    expect(await app.children.there.children.a.ask.incarnation()).toBe(2);
    await kit.clock.until(app.stop());
  });
});

describe('children on one shared host', () => {
  it.each(['one_for_one', 'rest_for_one', 'one_for_all'] as const)('are restarted in one round when it is lost: %s', async (strategy) => {
    await using kit = new WatchedKit();
    const { system } = kit;
    const set = await system.hosts({ kind: 'thread', size: 1 });
    const app = await kit.run(supervisor({
      strategy, children: { near: member('near'), a: member('a', { host: set }), b: member('b', { host: set }), c: member('c', { host: set }) },
    }));
    const { near, a, b, c } = app.children;
    let started: string[] = [];
    system.events.on('started', ({ actor }) => { started.push(actor); });

    await kit.loseHost(b);
    const refs = strategy === 'one_for_all' ? [near, a, b, c] : [a, b, c];

    expect(await Promise.all(refs.map((ref) => ref.ask.incarnation()))).toEqual(refs.map(() => 2));
    expect(kit.restarts.at(-1)?.restarts).toBe(1);
    started = started.map((path) => path.split('/')[1] ?? '');
    expect(started).toEqual(strategy === 'one_for_all' ? ['near', 'a', 'b', 'c'] : ['a', 'b', 'c']);
    await kit.clock.until(app.stop());
  });
});
