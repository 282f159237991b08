import { afterEach, describe, expect, it } from 'vitest';
import type { ActorContext, ActorSystem, RefOf } from '../../index.ts';
import { actor, child, run, supervisor } from '../../index.ts';
import { ManualClock } from '../../testing/index.ts';
import { TestSystem } from '../support/test-system.ts';
import { failureOf } from '../support/failure-of.ts';

const log: unknown[] = [];
const systems: ActorSystem[] = [];

type Ctx = ActorContext<null>;
const handlers = {
  do: (ctx: Ctx, work: (ctx: Ctx) => unknown): unknown => work(ctx),
  async doLater(ctx: Ctx, ms: number, work: (ctx: Ctx) => unknown): Promise<unknown> {
    await ctx.sleep(ms);
    return work(ctx);
  },
};
const init = (): null => null;
const signals = { down: () => { log.push('down'); } };

/** Local only: their messages are what they do. */
const Doer = actor({ name: 'doer', init, handlers, signals });
const Parallel = actor({ name: 'parallel', init, handlers, concurrency: 3, mailbox: { stash: 2 } });
const Narrow = actor({ name: 'narrow', init, handlers, mailbox: { capacity: 2, highWater: 1, stash: 5, overflow: 'drop_oldest' } });

function startSystem(): { clock: ManualClock; system: ActorSystem } {
  const clock = new ManualClock();
  const system = new TestSystem({ clock });
  systems.push(system);
  return { clock, system };
}

/** Puts itself aside so many times, then says its name. */
function aside(name: string, times = 1): (ctx: Ctx) => unknown {
  let left = times;
  return (ctx) => left-- > 0 ? ctx.stash() : log.push(name);
}
const note = (name: string) => (): unknown => log.push(name);
const unstash = (ctx: Ctx): void => ctx.unstashAll();

afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.stop()));
  log.length = 0;
});

describe('ctx.stash', () => {
  it('keeps the order of stashing, ahead of what is queued, over several rounds', async () => {
    const { system } = startSystem();
    const doer = await system.spawn(Doer);

    for (const [name, times] of [['a', 1], ['b', 2], ['c', 1]] as const) doer.tell.do(aside(name, times));
    doer.tell.do(unstash);
    doer.tell.do(note('queued'));
    doer.tell.do(unstash);
    await doer.ask.do(note('end'));

    expect(log).toEqual(['a', 'c', 'queued', 'b', 'end']);
  });

  it('of one that is back already puts it ahead of the others when it is wanted again', async () => {
    const { system } = startSystem();
    const doer = await system.spawn(Doer);

    doer.tell.do(aside('a', 2));
    doer.tell.do((ctx) => { ctx.unstashAll(); });
    doer.tell.do(aside('b'));
    doer.tell.do(aside('c'));
    doer.tell.do(unstash);
    await doer.ask.do(note('end'));

    expect(log).toEqual(['a', 'b', 'c', 'end']);
  });

  it('has nothing come back while its own handler runs', async () => {
    const { system } = startSystem();
    const doer = await system.spawn(Doer);
    let tries = 0;

    doer.tell.do((ctx) => {
      tries++;
      ctx.stash();
      ctx.unstashAll();
    });
    await doer.ask.do(note('end'));
    expect(tries).toBe(1);

    await doer.ask.do(unstash);
    await doer.ask.do(note('end'));
    expect(tries).toBe(2);
  });

  it('called twice in one handler is called once', async () => {
    const { system } = startSystem();
    const doer = await system.spawn(Doer);
    let tries = 0;

    doer.tell.do((ctx) => { if (tries++ === 0) for (let i = 0; i < 2_000; i++) ctx.stash(); });
    await doer.ask.do(unstash);
    await doer.ask.do(note('end'));

    expect(tries).toBe(2);
  });

  it('keeps a place for each handler that has called it and still runs', async () => {
    const { clock, system } = startSystem();
    const parallel = await system.spawn(Parallel);
    const stashing = [1, 2].map(() => parallel.ask.do(async (ctx) => {
      ctx.stash();
      await ctx.sleep('1s');
    }));
    for (const each of stashing) each.catch(() => undefined);

    const third = await failureOf(parallel.ask.do((ctx) => ctx.stash()));

    expect(third).toMatchObject({ name: 'ActorCrashedError', cause: { code: 'TROUPE_STASH_FULL', limit: 2 } });
    await clock.advance('1s');
  });

  it('default: 1,024 messages, the next one crashes a handler that does not catch it', async () => {
    const { system } = startSystem();
    const doer = await system.spawn(Doer);
    for (let i = 0; i < 1_024; i++) doer.tell.do(aside('never'));

    expect(await failureOf(doer.ask.do(aside('one more')))).toMatchObject({
      name: 'ActorCrashedError', executed: 'maybe',
      cause: { name: 'StashFullError', limit: 1_024, message: 'Cannot stash a message of "doer-1": its stash is full (1024)' },
    });
  });

  it('counts for no capacity, neither in the stash nor when it is back: nothing of it is ever dropped', async () => {
    const { clock, system } = startSystem();
    const narrow = await system.spawn(Narrow);
    for (const name of ['a', 'b', 'c', 'd']) await Promise.race([narrow.ask.do(aside(name)).catch(() => undefined), clock.advance(0)]);
    const slow = narrow.ask.doLater(1_000, (ctx) => { ctx.unstashAll(); });
    await clock.advance(0);
    for (const name of ['dropped', 'e', 'f']) narrow.tell.do(note(name));

    await clock.advance('1s');
    await slow;
    await narrow.ask.do(note('end'));

    expect(log).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'end']);
  });

  it('counts for the high-water mark: who tells on is told to wait', async () => {
    const { system } = startSystem();
    const narrow = await system.spawn(Narrow);
    await Promise.race([narrow.ask.do(aside('a')), narrow.ask.do(note('b'))]);
    narrow.tell.do(aside('c'));
    await narrow.ask.do(note('d'));

    expect(narrow.tell.do(note('e'))).toBe(false);
    const drained = narrow.drained();
    narrow.tell.do(unstash);
    await drained;

    expect(narrow.tell.do(note('f'))).toBe(true);
  });

  it('is of no use to signals: they keep their place behind what was queued before them', async () => {
    const { clock, system } = startSystem();
    const [doer, other] = [await system.spawn(Doer), await system.spawn(Doer)];
    await doer.ask.do((ctx) => ctx.monitor(other));
    doer.tell.do(aside('a'));
    doer.tell.do(note('b'));
    other.kill();
    await clock.advance(0);

    await doer.ask.do(unstash);
    await doer.ask.do(note('end'));

    expect(log).toEqual(['b', 'down', 'a', 'end']);
  });

  it('of code that was left behind is refused', async () => {
    const { system } = startSystem();
    const doer = await system.spawn(Doer);
    let leftBehind: Ctx | undefined;
    await doer.ask.do((ctx) => { leftBehind = ctx; });

    expect(await failureOf(() => leftBehind?.stash())).toMatchObject({
      code: 'TROUPE_NOT_STASHABLE', message: 'Cannot stash what has been handled of "doer-1": only a message that is being handled can be put aside',
    });
  });
});

describe('what was put aside', () => {
  const startSupervised = async (): Promise<{ clock: ManualClock; system: ActorSystem; doer: RefOf<typeof Doer> }> => {
    const { clock, system } = startSystem();
    const app = await run(supervisor({ backoff: false, children: { doer: child(Doer) } }), { system, log: false, signals: false });
    return { clock, system, doer: app.children.doer };
  };

  it('comes before what was back already, and before the queue, after a crash; the culprit is gone', async () => {
    const { doer } = await startSupervised();
    doer.tell.do(aside('a'));
    doer.tell.do(aside('b', 2));
    doer.tell.do((ctx) => {
      ctx.unstashAll();
      ctx.stash();
      throw new Error('crash');
    });
    doer.tell.do(note('queued'));

    await doer.ask.do(unstash);
    await doer.ask.do(note('end'));

    // After the crash both are back: b puts itself aside once more.
    expect(log).toEqual(['a', 'queued', 'b', 'end']);
    expect(await doer.ask.do((ctx) => ctx.incarnation)).toBe(2);
  });

  it('is handled by the next incarnation though its own one has run out of handlers', async () => {
    const { doer } = await startSupervised();
    const asked = doer.ask.do(aside('asked'));
    await doer.ask.do((ctx) => { ctx.stop(); });

    await asked;

    expect(log).toEqual(['asked']);
  });

  it('does not run again when its ask has ended meanwhile, in the handler or back in the mailbox', async () => {
    const { clock, system } = startSystem();
    const doer = await system.spawn(Doer);
    const hasty = doer.with({ timeout: '1s' });
    const inHandler = failureOf(hasty.ask.do(async (ctx) => {
      ctx.stash();
      await ctx.sleep('2s').catch(() => undefined);
      log.push('ran on');
    }));
    await clock.advance('2s');
    const back = failureOf(hasty.ask.do(aside('back')));
    await clock.advance(0);
    const blocking = doer.ask.doLater(2_000, note('blocked'));
    await clock.advance(0);
    const crashed = doer.ask.do(unstash);

    await clock.advance('5s');
    await Promise.all([blocking, crashed]);
    await doer.ask.do(unstash);
    await doer.ask.do(note('end'));

    expect(await inHandler).toMatchObject({ where: 'handler', executed: 'maybe' });
    expect(await back).toMatchObject({ where: 'stash', executed: 'maybe', waited: 1_000, ran: 0, message: expect.stringMatching(/: it was put aside, and waited for 1000 ms$/) as string });
    expect(log).toEqual(['ran on', 'blocked', 'end']);
  });
});

describe('mailbox.stash', () => {
  it.each([0, 1.5, -1, 'many', Number.NaN, null])('%s is no limit', async (stash) => {
    expect(await failureOf(() => actor({ init, handlers, mailbox: { stash: stash as number } }))).toMatchObject({
      code: 'TROUPE_INVALID_OPTION', message: expect.stringContaining('mailbox.stash of an actor') as string,
    });
  });
});
