import { afterEach, describe, expect, it } from 'vitest';
import type { ActorContext, ActorSystem, RefOf, StartContext } from '../../index.ts';
import { actor, child, createSystem, run, spawn, supervisor } from '../../index.ts';
import { ManualClock } from '../../testing/index.ts';
import { failureOf } from '../support/failure-of.ts';

const log: unknown[] = [];
const systems: ActorSystem[] = [];

interface State { readonly name: string }
type Ctx = ActorContext<State>;

/** Local only: its messages are what it does. */
const Doer = actor({
  name: 'doer',
  init(input: { start?: (ctx: StartContext) => void }, ctx): State {
    input.start?.(ctx);
    return { name: 'doer' };
  },
  handlers: {
    do: (ctx, work: (ctx: Ctx) => unknown) => work(ctx),
    async *items(ctx) {
      yield 1;
      await ctx.sleep('1h');
    },
  },
  signals: { down() { log.push('down'); } },
  stop(ctx) { ctx.after(0, note('after stop')); },
});
type DoerRef = RefOf<typeof Doer>;

const Parallel = actor({ name: 'parallel', init: (): State => ({ name: 'parallel' }), handlers: { do: (ctx, work: (ctx: Ctx) => unknown) => work(ctx) }, concurrency: 2 });

const note = (text: string) => (): unknown => log.push(text);

function startSystem(): { clock: ManualClock; system: ActorSystem } {
  const clock = new ManualClock();
  const system = createSystem({ clock });
  systems.push(system);
  return { clock, system };
}

async function start(begin?: (ctx: StartContext) => void): Promise<{ clock: ManualClock; system: ActorSystem; doer: DoerRef }> {
  const { clock, system } = startSystem();
  return { clock, system, doer: await system.spawn(Doer, { input: begin === undefined ? {} : { start: begin } }) };
}

/** One that is restarted whenever it crashes. */
async function startSupervised(): Promise<{ clock: ManualClock; doer: DoerRef }> {
  const { clock, system } = startSystem();
  const tree = supervisor({ backoff: false, children: { doer: child(Doer, { input: {} }) } });
  const app = await run(tree, { system, log: false, signals: false });
  return { clock, doer: app.children.doer };
}

afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.kill()));
  log.length = 0;
});

describe('ctx.after', () => {
  it('runs once, when its time has come, with the state', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => { ctx.after('5s', ({ state }) => log.push(state.name, clock.now())); });

    await clock.advance(4_999);
    expect(log).toEqual([]);

    await clock.advance('1h');
    expect(log).toEqual(['doer', 5_000]);
  });

  it('of 0 takes its place behind what waits in the mailbox', async () => {
    const { clock, doer } = await start();
    const sent = Promise.all([doer.ask.do((ctx) => { ctx.after(0, note('after')); }), doer.ask.do(note('second')), doer.ask.do(note('third'))]);

    await sent;
    await clock.advance(0);

    expect(log).toEqual(['second', 'third', 'after']);
  });

  it('runs those that are due at the same time in the order in which they were set', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => { for (let i = 0; i < 50; i++) ctx.after(i % 2, () => log.push(i)); });

    await clock.advance(1);

    const [even, odd] = [0, 1].map((first) => Array.from({ length: 25 }, (_, i) => i * 2 + first));
    expect(log).toEqual([...even ?? [], ...odd ?? []]);
  });

  it('never runs before its time, nor beside a message: it waits for the handler that runs', async () => {
    const { clock, doer } = await start();
    const slow = doer.ask.do(async (ctx) => {
      ctx.after('1s', note('timer'));
      await ctx.sleep('3s');
      log.push('handled');
    });

    await clock.advance('5s');
    await slow;

    expect(log).toEqual(['handled', 'timer']);
  });

  it('holds the mailbox until its promise settles', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => {
      ctx.after(0, async (inner) => {
        await inner.sleep('1s');
        log.push('timer');
      });
    });
    await clock.advance(0);
    const behind = doer.ask.do(note('behind'));

    await clock.advance('1s');
    await behind;

    expect(log).toEqual(['timer', 'behind']);
  });

  it('is a part of the actor: what it spawns is a child, also when a plain function returns a promise', async () => {
    const { clock, system, doer } = await start();
    const spawned: string[] = [];
    system.events.on('spawned', ({ actor: path }) => spawned.push(path));
    const spawnChild = async (): Promise<void> => {
      await Promise.resolve();
      await spawn(Doer, { input: {}, name: 'child' });
    };
    await doer.ask.do((ctx) => { ctx.after(1, () => spawnChild()); });

    await clock.advance(1);

    expect(spawned).toEqual(['doer-1/child']);
  });

  it('does not run any more once Cancel has returned, though its signal may wait already', async () => {
    const { clock, doer } = await start();

    await doer.ask.do(async (ctx) => {
      const cancels = [ctx.after('1s', note('one')), ctx.after('1h', note('two'))];
      const slept = ctx.sleep('2s');
      await Promise.all([slept, clock.advance('2s')]);
      for (const cancel of [...cancels, ...cancels]) cancel();
    });
    await clock.advance('2h');

    expect(log).toEqual([]);
  });

  it('of Infinity never runs', async () => {
    const { clock, doer } = await start((ctx) => { ctx.after(Infinity, note('never')); });
    await doer.ask.do((ctx) => { ctx.every(Infinity, note('never')); });

    await clock.advance('1h');

    expect(log).toEqual([]);
  });

  it('may be set in init, with no state yet, or tell a handler that has it', async () => {
    const Ticker = actor({
      name: 'ticker',
      init(_input: undefined, ctx) {
        ctx.after(1, ({ state }) => log.push(state));
        ctx.after(2, (): unknown => ctx.self.as(Ticker).tell.tick());
        return { ticks: 5 };
      },
      handlers: { tick(ctx): void { log.push(ctx.state.ticks); } },
    });
    const { clock, system } = startSystem();
    await system.spawn(Ticker);

    await clock.advance(2);

    expect(log).toEqual([{ ticks: 5 }, 5]);
  });

  it.each([
    ['throws', () => { throw new Error('by timer'); }],
    ['rejects', async () => { await Promise.resolve(); throw new Error('by timer'); }],
  ] as const)('that %s crashes the actor, with that reason', async (_how, crash) => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => { ctx.after(1, crash); });

    await clock.advance(1);

    expect(await doer.closed).toMatchObject({ kind: 'error', error: { message: 'by timer' } });
  });

  it('ends with its incarnation: none of an earlier one ever runs', async () => {
    const { clock, doer } = await startSupervised();
    let leftBehind: Ctx | undefined;
    const crashed = doer.ask.do(async (ctx) => {
      leftBehind = ctx;
      ctx.after('1s', note('waits in the mailbox'));
      ctx.after('1h', note('far'));
      ctx.every('1s', note('every'));
      ctx.idle('1s', note('idle'));
      await ctx.sleep('2s');
      throw new Error('crash');
    });
    const failure = failureOf(crashed);
    await clock.advance('2s');
    expect(await failure).toMatchObject({ name: 'ActorCrashedError' });

    leftBehind?.after(0, note('of code that was left behind'));
    leftBehind?.every(1, note('of code that was left behind'));
    leftBehind?.idle(1, note('of code that was left behind'));
    await clock.advance('2h');

    expect(await doer.ask.do((ctx) => ctx.incarnation)).toBe(2);
    expect(log).toEqual([]);
  });

  it.each([
    ['a stop', (doer: DoerRef) => doer.stop()],
    ['a kill', async (doer: DoerRef) => { doer.kill(); await doer.closed; }],
  ] as const)('ends with %s, and leaves no timer behind', async (_how, end) => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => {
      ctx.after(1, note('after'));
      ctx.every(1, note('every'));
      ctx.idle(1, note('idle'));
    });

    await end(doer);
    await clock.advance('1h');

    expect(log).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('ctx.every', () => {
  it('runs at each multiple of its period, and does not drift', async () => {
    const { clock, doer } = await start();
    await clock.advance(7);
    await doer.ask.do((ctx) => { ctx.every(0.3, () => log.push(clock.now())); });

    await clock.advance(3);

    expect(log).toEqual(Array.from({ length: 10 }, (_, i) => 7 + (i + 1) * 0.3));
  });

  it('skips what comes while one still waits, and is on time again afterwards', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => { ctx.every('1s', () => log.push(clock.now())); });
    await clock.advance(1_500);
    const slow = doer.ask.do((ctx) => ctx.sleep('4s'));

    await clock.advance('7s');
    await slow;

    // Held up from 1.5 s to 5.5 s: of 2, 3, 4 and 5 s one is left.
    expect(log).toEqual([1_000, 5_500, 6_000, 7_000, 8_000]);
  });

  it('waits for itself: it never runs twice at a time', async () => {
    const { clock, doer } = await start();
    let running = 0;
    await doer.ask.do((ctx) => {
      ctx.every('1s', async (inner) => {
        log.push(++running);
        await inner.sleep(2_500);
        running--;
      });
    });

    await clock.advance('10s');

    expect(log).toEqual([1, 1, 1, 1]);
  });

  it('may cancel itself, and others, from within', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => {
      const second = ctx.every(2, note('second'));
      const first = ctx.every(2, () => {
        log.push('first');
        first();
        second();
      });
      ctx.after(1, () => second());
    });

    await clock.advance('1s');

    expect(log).toEqual(['first']);
  });
});

describe('ctx.idle', () => {
  it('runs when nothing was handled for so long, once, and is set again by the next message', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => { ctx.idle('10s', () => log.push(clock.now())); });

    for (let i = 0; i < 5; i++) {
      await clock.advance('9s');
      await doer.ask.do(() => undefined);
    }
    await clock.advance('1h');
    expect(log).toEqual([55_000]);

    await doer.ask.do(() => undefined);
    await clock.advance(9_999);
    expect(log).toEqual([55_000]);
    await clock.advance(1);
    expect(log).toHaveLength(2);
  });

  it('counts from the end of a handler, of a stream, of an answer for later', async () => {
    const { clock, doer } = await start((ctx) => { ctx.idle('1s', () => log.push(clock.now())); });
    const slow = doer.with({ timeout: '1m' }).ask.do((ctx) => ctx.sleep('5s'));
    await clock.advance('5s');
    await slow;
    await clock.advance(500);

    const stream = doer.ask.items();
    await stream.next();
    await clock.advance('5s');
    await stream.return?.();
    await clock.advance(500);

    let settle: (value: number) => void = () => undefined;
    const later = doer.with({ timeout: '1h' }).ask.do((ctx) => {
      const answer = ctx.later<number>();
      settle = (value) => answer.resolve(value);
      return answer.promise;
    });
    await clock.advance('5s');
    settle(1);
    await later;
    expect(log).toEqual([]);

    await clock.advance('5s');
    expect(log).toEqual([17_000]);
  });

  it('is held off by signals as by messages, also by timers', async () => {
    const { clock, system, doer } = await start();
    const other = await system.spawn(Doer, { input: {} });
    await doer.ask.do((ctx) => {
      ctx.monitor(other);
      ctx.idle('2s', () => log.push(clock.now()));
    });
    await clock.advance('1s');
    await other.stop();
    await clock.advance('1s');
    expect(log).toEqual(['down']);

    const cancel = await doer.ask.do((ctx) => ctx.every('1s', () => undefined)) as () => void;
    await clock.advance('1m');
    cancel();
    await clock.advance('1m');

    expect(log).toEqual(['down', 64_000]);
  });

  it('has one timer at most: a second call takes the place of the first, whose Cancel does nothing then', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => {
      const cancelFirst = ctx.idle('1s', note('first'));
      ctx.idle('2s', note('second'));
      cancelFirst();
    });

    await clock.advance('1m');
    expect(log).toEqual(['second']);

    await doer.ask.do((ctx) => { ctx.idle('2s', note('third'))(); });
    await clock.advance('1m');
    expect(log).toEqual(['second']);
  });

  it('may set itself again from within', async () => {
    const { clock, doer } = await start();
    await doer.ask.do((ctx) => {
      const again = (inner: Ctx): void => {
        log.push(clock.now());
        inner.idle('1s', again);
      };
      ctx.idle('1s', again);
    });

    await clock.advance(3_500);

    expect(log).toEqual([1_000, 2_000, 3_000]);
  });

  it('is no work of its own: while it runs, and when it has ended, it is not set again', async () => {
    const { clock, system } = startSystem();
    const parallel = await system.spawn(Parallel);
    await parallel.ask.do((ctx) => {
      ctx.idle('1s', async (inner) => {
        log.push('idle');
        await inner.sleep('5s');
      });
    });
    await clock.advance('1h');
    expect(log).toEqual(['idle']);

    // A message that is handled while it runs sets it again.
    await parallel.ask.do(() => undefined);
    await clock.advance('1s');
    await parallel.ask.do(note('beside it'));
    await clock.advance('1h');

    expect(log).toEqual(['idle', 'idle', 'beside it', 'idle']);
  });

  it('arms nothing per message', async () => {
    const { clock, doer } = await start((ctx) => { ctx.idle('1s', note('idle')); });
    let armed = 0;
    const after = clock.after.bind(clock);
    clock.after = (ms, work) => {
      armed++;
      return after(ms, work);
    };

    for (let i = 0; i < 1_000; i++) doer.tell.do(() => undefined);
    await clock.advance(0);

    expect(armed).toBe(0);
    await doer.stop();
  });
});

describe('a timer that cannot be set', () => {
  it.each([
    ['after', -1], ['after', '5 s'], ['after', Number.NaN], ['every', 0], ['every', -1], ['every', '1d'], ['idle', 0], ['idle', 'soon'],
  ] as const)('ctx.%s: %s is no duration that it takes', async (name, duration) => {
    const { doer } = await start();

    const failure = await doer.ask.do((ctx) => failureOf(() => ctx[name](duration as number, () => undefined)));

    expect(failure).toMatchObject({ code: 'TROUPE_INVALID_DURATION', message: expect.stringContaining(`the duration of ctx.${name}`) as string });
  });

  it.each(['after', 'every', 'idle'] as const)('ctx.%s needs a function that is no generator', async (name) => {
    const { doer } = await start();

    const failures = await doer.ask.do((ctx) => Promise.all([undefined, 'text', function* generator() { yield 1; }].map((what) => (
      failureOf(() => ctx[name](1, what as never))
    ))));

    const expected = { code: 'TROUPE_INVALID_OPTION', message: expect.stringContaining(`the function of ctx.${name}()`) as string };
    expect(failures).toMatchObject([expected, expected, expected]);
  });
});
