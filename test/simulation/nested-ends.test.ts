import { describe, expect, it } from 'vitest';
import type { Child, Duration } from '../../index.ts';
import { actor, child, supervisor } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';
import { testKit } from '../../testing/index.ts';

const Slow = actor(import.meta, {
  name: 'slow',
  init: async (_input: undefined, ctx) => {
    await ctx.sleep('1s');
    return {};
  },
  handlers: { ping: () => 'pong' },
});

interface Role {
  readonly log: string[];
  readonly name: string;
  /** What each of its starts does, in order: nothing when there is none. */
  readonly starts: ('hangs' | 'fails')[];
  readonly stopMs: number;
}

/** Writes down when it starts and stops; its starts may hang or fail, its stops take time. */
const Player = actor({
  name: 'player',
  async init(role: Role, ctx): Promise<Role> {
    role.log.push(`start ${role.name}`);
    switch (role.starts.shift()) {
      case 'hangs': await ctx.sleep('10h'); break;
      case 'fails': throw new Error('planned');
      case undefined:
    }
    return role;
  },
  handlers: { ping: () => 'pong' },
  async stop(ctx, { kind }) {
    const { log, name, stopMs } = ctx.state;
    log.push(`${kind} ${name}`);
    if (stopMs === 0) return;
    await ctx.sleep(stopMs);
    log.push(`gone ${name}`);
  },
});

/** Players, what they write down, and what their next starts do. */
class Cast {
  readonly log: string[] = [];
  readonly #starts = new Map<string, ('hangs' | 'fails')[]>();

  player(name: string, { stopMs = 0, ...options }: { stopMs?: number; shutdown?: Duration | 'kill' } = {}): Child<typeof Player> {
    return child(Player, { input: { log: this.log, starts: this.#startsOf(name), name, stopMs }, ...options });
  }

  next(name: string, ...starts: ('hangs' | 'fails')[]): void {
    this.#startsOf(name).push(...starts);
  }

  #startsOf(name: string): ('hangs' | 'fails')[] {
    const starts = this.#starts.get(name) ?? [];
    this.#starts.set(name, starts);
    return starts;
  }

  seen(): string[] {
    return this.log.splice(0);
  }
}

describe('a supervisor that crashes while a nested one is being restarted', () => {
  it('ends, although the children of that one are only starting', async () => {
    await using kit = await testKit({ delay: '3ms' });
    const app = await kit.run(supervisor({
      name: 'app', children: { inner: supervisor({ children: { slow: child(Slow, { host: 'thread' }) } }) },
    }));
    await kit.crash('app/inner');
    await kit.clock.advance('100ms');
    await kit.crash('app');

    expect(await kit.clock.until(app.done)).toMatchObject({ code: 1, reason: { kind: 'error' } });
    expect(kit.running).toEqual([]);
  });
});

const NONE = { restarts: 0, within: '1s' } as const;

describe('a nested supervisor', () => {
  it('starts nobody any more when it is killed while its restart stops children', async () => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({
      strategy: 'one_for_all', backoff: false, children: { a: cast.player('a', { stopMs: 43 }), b: cast.player('b'), c: cast.player('c') },
    });
    const app = await kit.run(supervisor({ name: 'app', intensity: NONE, backoff: false, children: { inner } }));
    await kit.crash('app/inner/b');
    expect(cast.seen()).toEqual(['start a', 'start b', 'start c', 'error b', 'shutdown c', 'shutdown a']);

    app.children.inner.ref.kill();

    expect(await kit.clock.until(app.done)).toMatchObject({ code: 1, reason: { kind: 'intensity', child: 'inner' } });
    expect(cast.seen()).toEqual([]);
    expect(kit.running).toEqual([]);
  });

  it('is restarted once, and not before its failed start is rolled back, when a restart above takes over', async () => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({ children: { c: cast.player('c', { stopMs: 211, shutdown: '100ms' }), d: cast.player('d') } });
    await kit.run(supervisor({ name: 'app', strategy: 'rest_for_one', backoff: false, children: { a: cast.player('a'), inner } }));
    cast.next('d', 'fails');
    await kit.crash('app/a');
    await kit.clock.advance('100ms');
    await kit.clock.advance('10ms');
    cast.seen();

    await kit.crash('app/a');
    expect(cast.seen()).toEqual(['error a']);
    await kit.clock.advance('90ms');

    expect(cast.seen()).toEqual(['start a', 'start c', 'start d']);
    expect(kit.events.filter(({ name }) => name === 'restarting')).toHaveLength(2);
  });

  it.each(['one_for_one', 'one_for_all', 'rest_for_one'] as const)('ends with the tree at once while its restart hangs in a child (%s)', async (strategy) => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({ strategy, intensity: NONE, children: { a: cast.player('a'), b: cast.player('b'), c: cast.player('c') } });
    const app = await kit.run(supervisor({ name: 'app', children: { inner } }), { grace: '1h' });
    cast.next('a', 'hangs');
    await kit.crash('app/inner/a');
    const before = kit.clock.now();

    await kit.clock.until(app.stop());

    expect(kit.clock.now()).toBe(before);
    expect(kit.running).toEqual([]);
  });

  it('starts nobody any more when it is ended while it starts', async () => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({ children: { a: cast.player('a'), b: cast.player('b'), c: cast.player('c') } });
    cast.next('b', 'hangs');
    cast.next('other', 'fails');

    const started = kit.run(supervisor({ name: 'app', start: 'parallel', children: { inner, other: cast.player('other') } }));

    expect(await failureOf(started)).toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('app/other') as string });
    expect(cast.seen()).toEqual(['start a', 'start other', 'start b', 'shutdown a']);
    expect(kit.running).toEqual([]);
  });

  it('that is called off while it starts gives those below it the time that they were to have', async () => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({ children: {
      slow: cast.player('slow', { stopMs: 7_000, shutdown: '8s' }), brutal: cast.player('brutal', { shutdown: 'kill' }), last: cast.player('last'),
    } });
    const app = await kit.run(supervisor({ name: 'app', children: { inner } }), { grace: '1m' });
    cast.next('last', 'hangs');
    await kit.crash('app/inner');
    await kit.clock.advance('7s');
    expect(cast.seen().slice(-3)).toEqual(['start slow', 'start brutal', 'start last']);

    await kit.clock.until(app.stop());

    expect(cast.seen()).toEqual(['shutdown slow', 'gone slow']);
  });

  it('that is starting is killed with all below it when its parent is: nobody is asked to stop', async () => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({ start: 'parallel', intensity: NONE, children: { a: cast.player('a'), b: cast.player('b', { stopMs: 100 }) } });
    const middle = supervisor({ children: { inner } });
    const app = await kit.run(supervisor({ name: 'app', intensity: NONE, children: { middle } }));
    cast.next('a', 'hangs');
    await kit.crash('app/middle/inner/a');
    await kit.clock.advance('200ms');
    cast.seen();

    app.children.middle.ref.kill();
    await kit.idle();

    expect(cast.seen()).toEqual([]);
    expect(kit.running).toEqual([]);
  });

  it('hears nothing in its next life of a child that ended while its start was called off', async () => {
    await using kit = await testKit();
    const cast = new Cast();
    const inner = supervisor({ start: 'parallel', children: { hung: cast.player('hung'), b: cast.player('b'), slow: cast.player('slow', { stopMs: 211 }) } });
    await kit.run(supervisor({ name: 'app', strategy: 'one_for_all', backoff: false, children: { a: cast.player('a'), inner } }));
    cast.next('hung', 'hangs');
    await kit.crash('app/a');
    await kit.clock.advance('300ms');
    await kit.crash('app/a'); // inner is starting, and waits for slow to stop now

    await kit.crash('app/inner/b');
    await kit.clock.advance('300ms');

    expect(kit.events.flatMap(({ name, event }) => name === 'restarting' ? [event.actor] : [])).toEqual(['app/a', 'app/a']);
    expect(cast.seen().slice(-4)).toEqual(['start a', 'start hung', 'start b', 'start slow']);
  });
});
