import type { ActorRef, ExitReason } from '../../index.ts';
import { actor, child, supervisor } from '../../index.ts';
import { describe, expect, it } from 'vitest';
import { testKit } from '../../testing/index.ts';

const Member = actor(import.meta, {
  name: 'member',
  init: () => ({}),
  handlers: {
    crash(): never { throw new Error('crash'); },
    end(ctx) { ctx.stop(); },
  },
});

/** Monitors who it is told to, and writes down who goes down, and whether that one is expected back. */
const Watcher = actor(import.meta, {
  name: 'watcher',
  init: () => ({ told: [] as string[], paths: new Map<string, ActorRef<object>>(), lastReason: undefined as ExitReason | undefined }),
  handlers: {
    watch(ctx, refs: Record<string, ActorRef<object>>) {
      for (const [name, ref] of Object.entries(refs)) {
        ctx.state.paths.set(name, ref);
        ctx.monitor(ref);
      }
    },
    told: ({ state }) => state.told.splice(0).toSorted(),
    lastReason: ({ state }) => state.lastReason,
  },
  signals: {
    down({ state }, { ref, reason, restarting }) {
      state.lastReason = reason;
      const [name] = [...state.paths].find(([, each]) => each.equals(ref)) ?? ['nobody'];
      state.told.push(restarting ? `${name} comes back` : name);
    },
  },
});

/** A tree with a child of each kind, and who is told of their ends. */
async function start(strategy: 'one_for_one' | 'one_for_all' = 'one_for_one', host: 'local' | 'thread' = 'local') {
  const kit = await testKit();
  const inner = supervisor({ host, children: { a: child(Member), t: child(Member, { restart: 'temporary' }) } });
  const app = await kit.run(supervisor({
    name: 'app', strategy, children: {
      permanent: child(Member), transient: child(Member, { restart: 'transient' }), temporary: child(Member, { restart: 'temporary' }), inner,
      brief: child(supervisor({ children: { c: child(Member) } }), { restart: 'temporary' }),
    },
  }));
  const watcher = await kit.spawn(Watcher);
  const { permanent, transient, temporary, inner: { children: { a, t } }, brief: { children: { c } } } = app.children;
  const watch = async (): Promise<void> => kit.clock.until(watcher.ask.watch({ permanent, transient, temporary, a, t, c }));
  await watch();
  const told = async (): Promise<string[]> => {
    await kit.idle();
    return kit.clock.until(watcher.ask.told());
  };
  return { kit, app, watch, told, [Symbol.asyncDispose]: () => kit[Symbol.asyncDispose]() };
}

describe('a monitor of a supervisor’s child', () => {
  it('expects a child back as its `restart` says', async () => {
    await using world = await start();
    const { kit, app: { children: { permanent, transient, temporary } }, told } = world;

    permanent.tell.end();
    transient.tell.crash();
    temporary.tell.crash();
    expect(await told()).toEqual(['permanent comes back', 'temporary', 'transient comes back']);
    await kit.clock.advance('1s');
    transient.tell.end();

    expect(await told()).toEqual(['transient']);
  });

  it('expects those back that a restart of a sibling stops, but temporary ones', async () => {
    await using world = await start('one_for_all');
    const { kit, told } = world;

    await kit.crash('app/permanent');

    expect(await told()).toEqual(['a comes back', 'c', 'permanent comes back', 't comes back', 'temporary', 'transient comes back']);
  });

  it('does not expect one back that is terminated by hand, and ends with it: one that is started by hand is monitored anew', async () => {
    await using world = await start();
    const { kit, app: { supervisor: boss, children: { permanent } }, watch, told } = world;
    await kit.clock.until(boss.terminateChild('permanent'));
    expect(await told()).toEqual(['permanent']);
    await kit.clock.until(boss.restartChild('permanent'));
    permanent.tell.crash();
    expect(await told()).toEqual([]);

    await kit.clock.advance('1s');
    await watch();
    permanent.tell.crash();

    expect(await told()).toEqual(['permanent comes back']);
  });

  it.each(['local', 'thread', 'process'] as const)('is told at once of one that is stopped and kept, and is over (%s)', async (host) => {
    await using kit = await testKit();
    const boss = supervisor({ host, children: { a: child(Member), b: child(Member) } });
    const { children: { inner } } = await kit.run(supervisor({ name: 'app', children: { inner: boss } }));
    await kit.clock.until(inner.terminateChild('a'));
    const watcher = await kit.spawn(Watcher);
    const { a } = inner.children;

    await kit.clock.until(watcher.ask.watch({ a }));
    await kit.idle();

    expect(await kit.clock.until(watcher.ask.told())).toEqual(['a']);
    expect(await kit.clock.until(watcher.ask.lastReason())).toEqual({ kind: 'shutdown' });
    await kit.clock.until(inner.restartChild('a'));
    await kit.crash('app/inner/a');
    expect(await kit.clock.until(watcher.ask.told())).toEqual([]);
  });

  it('is not told at once of one that is being restarted', async () => {
    await using world = await start();
    const { kit, app: { children: { permanent } }, watch, told } = world;
    for (let i = 0; i < 2; i++) await kit.crash(permanent);
    await told();

    await watch();
    expect(await told()).toEqual([]);
    await kit.clock.advance('1s');
    await kit.crash(permanent);

    expect(await told()).toEqual(['permanent comes back']);
  });

  it.each(['local', 'thread'] as const)('expects those back that a supervisor brings along which has failed (%s)', async (host) => {
    await using world = await start('one_for_one', host);
    const { kit, told } = world;

    await kit.crash('app/inner');
    await kit.crash('app/brief');

    expect(await told()).toEqual(['a comes back', 'c', 't comes back']);
  });

  it('expects those back that were lost with the host of a supervisor', async () => {
    await using world = await start('one_for_one', 'thread');
    const { kit, told } = world;

    await kit.loseHost('app/inner');

    expect(await told()).toEqual(['a comes back', 't comes back']);
  });

  it('expects nobody back from a tree that stops', async () => {
    await using world = await start();
    const { kit, app, told } = world;

    await kit.clock.until(app.supervisor.terminateChild('inner'));
    expect(await told()).toEqual(['a', 't']);
    await kit.clock.until(app.stop());

    expect(await told()).toEqual(['c', 'permanent', 'temporary', 'transient']);
  });
});
