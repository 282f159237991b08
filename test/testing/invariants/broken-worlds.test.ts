import { afterEach, describe, expect, it, vi } from 'vitest';
import type { RefOf } from '../../../index.ts';
import { Authority } from '../../../runtime/authority.ts';
import { LocalSlot } from '../../../runtime/slots/local-slot.ts';
import { Mailbox } from '../../../core/mailbox.ts';
import { PendingAsk } from '../../../runtime/pending-ask.ts';
import { RemoteSlot } from '../../../runtime/slots/remote-slot.ts';
import { Spawner } from '../../../runtime/spawner.ts';
import { Supervisor } from '../../../supervisors/supervisor.ts';
import { TestKit } from '../../../testing/test-kit.ts';
import { actor, child, supervisor } from '../../../index.ts';
import { failureOf } from '../../support/failure-of.ts';

const Clerk = actor(import.meta, {
  name: 'clerk',
  init: () => ({ last: 0 }),
  handlers: {
    note(ctx, n: number) { ctx.state.last = n; },
    slow: (ctx): Promise<void> => ctx.sleep('1s'),
    crash(): never { throw new Error('as told'); },
  },
  stop: (ctx): Promise<void> => ctx.sleep(10),
});

/** A system whose code is changed once it is up; then this is done. */
interface Breaking {
  readonly kit: TestKit;
  readonly a: RefOf<typeof Clerk>;
}

/** Its end takes some time, and its restart follows. */
async function crash(kit: TestKit, a: Breaking['a']): Promise<void> {
  await kit.crash(a);
  await kit.clock.advance('1s');
}

/** What a kit says when `act` has changed what its system does. */
async function complaintOf(host: 'local' | 'thread', act: (world: Breaking) => unknown): Promise<string> {
  const kit = new TestKit({ seed: 7 });
  const clerk = child(Clerk, { host });
  const tree = supervisor({ name: 'app', strategy: 'one_for_all', backoff: false, children: { a: clerk, b: clerk, c: clerk } });
  const { children: { a } } = await kit.run(tree);
  const complaint = await failureOf(async () => {
    await act({ kit, a });
    await kit.idle();
    await kit[Symbol.asyncDispose]();
  });
  vi.restoreAllMocks();
  // What else is wrong in such a world is of no interest.
  await kit[Symbol.asyncDispose]().catch(() => undefined);
  expect(complaint.message).toMatch(/\nthe last steps:\n( {2}\d+ \d+ .*\n)+\(seed 7, after \d+ lines of its trace\)$/);
  expect(complaint.stack).toContain('(seed 7, ');
  return complaint.message.split('\n')[0] ?? '';
}

/** A method as it is, for what stands in for it. */
function methodOf<T extends object, K extends keyof T>(prototype: T, name: K): T[K] {
  return prototype[name];
}

afterEach(() => { vi.restoreAllMocks(); });

describe.each(['local', 'thread'] as const)('a kit notices (%s)', (host) => {
  it('a second life beside the first', async () => {
    const complaint = await complaintOf(host, ({ kit, a }) => {
      const receive = methodOf(Authority.prototype, 'receive');
      let isTold = false;
      vi.spyOn(Authority.prototype, 'receive').mockImplementation(function (this: Authority, from, request) {
        receive.call(this, from, request);
        if (request.type !== 'started' || isTold) return;
        isTold = true;
        receive.call(this, from, { ...request, type: 'ended', reason: { kind: 'killed' }, wasStarting: false });
      });
      return crash(kit, a);
    });

    expect(complaint).toMatch(/^"app\/a" has broken the promise of one life: its incarnation 3 begins on host \d+ while 2 lives on host \d+$/);
  });

  it('a message that overtakes', async () => {
    const complaint = await complaintOf(host, ({ a }) => {
      const take = methodOf(Mailbox.prototype, 'take');
      vi.spyOn(Mailbox.prototype, 'take').mockImplementation(function (this: Mailbox) {
        const [first, second] = [take.call(this), take.call(this)];
        if (first === undefined || second === undefined) return first;
        this.post(first);
        return second;
      });
      for (let n = 1; n <= 3; n++) a.tell.note(n);
    });

    expect(complaint).toBe('"app/a" has broken the promise of message order: it begins "note", which was sent before one that has begun (host 0 > '
      + `${/> (\d+)/.exec(complaint)?.[1]})`);
  });

  it('an account that does not add up', async () => {
    const complaint = await complaintOf(host, ({ a }) => {
      if (host === 'local') vi.spyOn(LocalSlot.prototype, 'unsettledOf').mockReturnValue(0);
      else vi.spyOn(RemoteSlot.prototype, 'unsettledMessages', 'get').mockReturnValue(0);
      a.tell.slow();
    });

    expect(complaint).toMatch(/^"host 0" has broken the promise of exact accounts: (\d+) sent, but \d+ handled, 0 rejected, 0 dead letters and 0 queued$/);
  });

  it('an ask that never settles', async () => {
    const complaint = await complaintOf(host, ({ a }) => {
      vi.spyOn(PendingAsk.prototype, 'reject').mockReturnValue();
      a.ask.crash().catch(() => undefined);
    });

    expect(complaint).toBe('"app/a" has broken the promise of settled asks: an ask of "crash" has never settled');
  });

  it('an ask that is not settled at its deadline', async () => {
    const complaint = await complaintOf(host, ({ kit, a }) => {
      vi.spyOn(PendingAsk.prototype, 'reject').mockReturnValue();
      a.ask.crash().catch(() => undefined);
      return kit.clock.advance('6s');
    });

    expect(complaint).toBe('"app/a" has broken the promise of settled asks: an ask of "crash" isn\'t settled 1000 ms after its deadline');
  });

  it('a restart beyond the budget', async () => {
    const complaint = await complaintOf(host, ({ kit, a }) => {
      const plan = vi.spyOn(Supervisor.prototype, 'plan', 'get');
      plan.mockReturnValue({ intensity: { maxRestarts: 0, withinMs: 5_000 }, strategy: 'one_for_all' } as never);
      return crash(kit, a);
    });

    expect(complaint).toBe('"app/a" has broken the promise of restart budget: its supervisor\'s budget allows 0 restarts within 5000 ms, and this is number 1');
  });

  it.each([
    ['that stops', ({ kit }: Breaking) => kit[Symbol.asyncDispose]()],
    ['that restarts a group', ({ kit, a }: Breaking) => crash(kit, a)],
  ])('a supervisor %s and does not wait for one end before the next stop', async (_what, act) => {
    const complaint = await complaintOf(host, (world) => {
      const childrenOf = methodOf(Spawner.prototype, 'childrenOf');
      vi.spyOn(Spawner.prototype, 'childrenOf').mockImplementation(function (this: Spawner, ...args) {
        const children = childrenOf.apply(this, args);
        return { ...children, shutdown: (...stopped) => Promise.race([children.shutdown(...stopped), Promise.resolve()]) };
      });
      return act(world);
    });

    expect(complaint).toBe('"app/b" has broken the promise of stop order: it is told to stop while "app/c", which was started after it, still lives');
  });

  it('a second report of one end', async () => {
    const complaint = await complaintOf(host, async ({ kit, a }) => {
      await crash(kit, a);
      for (const report of kit.crashReports.slice(0, 1)) kit.system.events.emit('crash_report', report);
    });

    expect(complaint).toBe('"app/a" has broken the promise of one report: the end of its incarnation 1 is reported again, or before it');
  });
});
