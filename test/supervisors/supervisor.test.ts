import { afterEach, describe, expect, it } from 'vitest';
import type { ActorSystem, SupervisorSpec, SystemEvents } from '../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import { ManualClock } from '../../testing/index.ts';

const log: string[] = [];
const systems: ActorSystem[] = [];

/** Local only: its input may hold functions. */
const Worker = actor({
  name: 'worker',
  init(input: { label: string; start?: () => void }) {
    input.start?.();
    log.push(`${input.label} started`);
    return input;
  },
  handlers: {
    crash(): never { throw new Error('crash'); },
    end(ctx) { ctx.stop(); },
    incarnation: (ctx) => ctx.incarnation,
    echo: (_ctx, text: string) => text,
  },
  stop({ state }, reason) { log.push(`${state.label} ${reason.kind}`); },
});

/** Chance without chance: every delay is the longest. */
const random = { next: () => 1 - Number.EPSILON, id: () => 'id' };

async function start<C extends Parameters<typeof supervisor>[0]['children']>(spec: SupervisorSpec<C>) {
  const clock = new ManualClock();
  const system = createSystem({ clock, random });
  systems.push(system);
  const restarts: SystemEvents['restarting'][] = [];
  system.events.on('restarting', (event) => restarts.push(event));
  const app = await run(supervisor<C>(spec), { system, log: false, signals: false });
  return { app, clock, restarts, system };
}

afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.stop()));
  log.length = 0;
});

describe('a supervisor', () => {
  it('starts its children in order and stops them in the reverse one', async () => {
    const { app } = await start({
      children: { a: child(Worker, { input: { label: 'a' } }), b: child(Worker, { input: { label: 'b' } }) },
    });

    await app.stop();

    expect(log).toEqual(['a started', 'b started', 'b shutdown', 'a shutdown']);
    expect(await app.done).toEqual({ code: 0, reason: { kind: 'normal' } });
  });

  it('knows nothing of ends that its last incarnation was told of too late', async () => {
    const inner = supervisor({
      intensity: { restarts: 0, within: '1s' },
      children: { a: child(Worker, { input: { label: 'a' } }), b: child(Worker, { input: { label: 'b' } }) },
    });
    const { app, clock, restarts } = await start({ children: { inner } });
    const { a, b } = app.children.inner.children;

    a.tell.crash();
    b.tell.crash();
    await clock.advance('1m');

    expect(await b.ask.echo('alive')).toBe('alive');
    expect(restarts.map(({ actor: path }) => path)).toEqual(['app-1/inner']);
    await app.stop();
  });

  it('restarts the child that failed, and no other', async () => {
    const { app } = await start({
      children: { a: child(Worker, { input: { label: 'a' } }), b: child(Worker, { input: { label: 'b' } }) },
    });

    await expect(app.children.a.ask.crash()).rejects.toMatchObject({ name: 'ActorCrashedError' });

    expect(await app.children.a.ask.incarnation()).toBe(2);
    expect(await app.children.b.ask.incarnation()).toBe(1);
    await app.stop();
  });

  it('stops again what it had started when a child fails to start, in reverse order', async () => {
    const failing = (): void => { throw new Error('no disk'); };

    const started = start({
      children: {
        a: child(Worker, { input: { label: 'a' } }),
        b: child(Worker, { input: { label: 'b' } }),
        c: child(Worker, { input: { label: 'c', start: failing } }),
      },
    });

    await expect(started).rejects.toMatchObject({ code: 'TROUPE_START_FAILED', message: expect.stringContaining('/c"') as string });
    expect(log).toEqual(['a started', 'b started', 'b shutdown', 'a shutdown']);
  });

  it('waits longer before each restart in a row: at once, then up to 50, 100, 200 ms', async () => {
    const { app, clock, restarts } = await start({ children: { a: child(Worker, { input: { label: 'a' } }) } });

    for (let i = 0; i < 4; i++) {
      await expect(app.children.a.ask.crash()).rejects.toThrow();
      await clock.advance('1s');
    }

    expect(restarts.map(({ delayMs }) => Math.round(delayMs))).toEqual([0, 50, 100, 200]);
    expect(restarts.map(({ restarts: count, budgetLeft }) => [count, budgetLeft])).toEqual([[1, 9], [2, 8], [3, 7], [4, 6]]);
    await app.stop();
  });

  it('restarts at once again after the child has been up for the window', async () => {
    const { app, clock, restarts } = await start({
      intensity: { restarts: 3, within: '10s' }, children: { a: child(Worker, { input: { label: 'a' } }) },
    });

    for (const pause of ['1s', '11s', '1s'] as const) {
      await expect(app.children.a.ask.crash()).rejects.toThrow();
      await clock.advance(pause);
    }

    expect(restarts.map(({ delayMs }) => Math.round(delayMs))).toEqual([0, 50, 0]);
    await app.stop();
  });

  it('gives up when its budget is spent, and stops the others in reverse order', async () => {
    const { app } = await start({
      backoff: false,
      intensity: { restarts: 1, within: '1m' },
      children: {
        a: child(Worker, { input: { label: 'a' } }),
        b: child(Worker, { input: { label: 'b' } }),
      },
    });

    await expect(app.children.b.ask.crash()).rejects.toThrow();
    await expect(app.children.b.ask.crash()).rejects.toThrow();

    expect(await app.done).toEqual({ code: 1, reason: { kind: 'intensity', child: 'b', restarts: 1, withinMs: 60_000 } });
    expect(log.slice(-2)).toEqual(['b error', 'a shutdown']);
  });

  it('counts a start that fails as a restart, too', async () => {
    let isBroken = false;
    const begin = (): void => { if (isBroken) throw new Error('still broken'); };
    const { app, clock, restarts } = await start({
      intensity: { restarts: 3, within: '1m' }, children: { a: child(Worker, { input: { label: 'a', start: begin } }) },
    });
    isBroken = true;

    await expect(app.children.a.ask.crash()).rejects.toThrow();
    await clock.advance('10s');

    expect(restarts.map(({ reason }) => reason.kind)).toEqual(['error', 'error', 'error']);
    expect(await app.done).toMatchObject({ code: 1, reason: { kind: 'intensity', restarts: 3 } });
  });

  it('restarts a permanent child that ended by itself, leaves a transient one, forgets a temporary one', async () => {
    const { app } = await start({
      children: {
        permanent: child(Worker, { input: { label: 'p' } }),
        transient: child(Worker, { input: { label: 'tr' }, restart: 'transient' }),
        temporary: child(Worker, { input: { label: 'te' }, restart: 'temporary' }),
      },
    });
    const { permanent, transient, temporary } = app.children;

    for (const each of [permanent, transient, temporary]) await each.ask.end();
    const ends = await Promise.all([transient.closed, temporary.closed]);

    expect(ends).toEqual([{ kind: 'normal' }, { kind: 'normal' }]);
    expect(await permanent.ask.incarnation()).toBe(2);
    await app.stop();
  });

  it('is restarted by its own supervisor when it gives up, and refs to its children go on to work', async () => {
    const { app } = await start({
      children: {
        inner: supervisor({
          backoff: false,
          intensity: { restarts: 0, within: '1m' },
          children: { a: child(Worker, { input: { label: 'a' } }), b: child(Worker, { input: { label: 'b' } }) },
        }),
      },
    });
    const { a, b } = app.children.inner.children;

    await expect(a.ask.crash()).rejects.toThrow();

    expect(await a.ask.echo('a again')).toBe('a again');
    expect(await b.ask.echo('b again')).toBe('b again');
    expect(await a.ask.incarnation()).toBe(2);
    await app.stop();
  });

  it('does not start a child again while it stops', async () => {
    const { app, clock, restarts } = await start({ children: { a: child(Worker, { input: { label: 'a' } }) } });
    await expect(app.children.a.ask.crash()).rejects.toThrow();
    await clock.advance(1);
    await expect(app.children.a.ask.crash()).rejects.toThrow();

    await app.stop();
    await clock.advance('1m');

    expect(restarts).toHaveLength(2);
    expect(log.filter((entry) => entry === 'a started')).toHaveLength(2);
  });

  it('asks a child for nothing when its shutdown is kill', async () => {
    const { app } = await start({ children: { a: child(Worker, { input: { label: 'a' }, shutdown: 'kill' }) } });

    await app.stop();

    expect(log).toEqual(['a started']);
  });
});
