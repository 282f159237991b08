import { describe, expect, it } from 'vitest';
import type { Order, Request } from '../../../runtime/control.ts';
import type { Envelope } from '../../../core/envelope.ts';
import { Children } from '../../../testing/invariants/children.ts';
import { ExactAccounts } from '../../../testing/invariants/exact-accounts.ts';
import { Lives } from '../../../testing/invariants/lives.ts';
import { MessageOrder } from '../../../testing/invariants/message-order.ts';
import { OneReport } from '../../../testing/invariants/one-report.ts';
import { RestartBudget } from '../../../testing/invariants/restart-budget.ts';
import { SettledAsks } from '../../../testing/invariants/settled-asks.ts';
import { StartFailedError } from '../../../index.ts';
import { StopOrder } from '../../../testing/invariants/stop-order.ts';

/** Takes down what is broken. */
class Complaints {
  readonly list: string[] = [];
  readonly broken = (promise: string, actor: string, how: string): void => { this.list.push(`${promise}: ${actor}: ${how}`); };
}

const start = (slot: number, incarnation: number): Order => ({
  type: 'start', request: undefined, slot, path: `app/${slot}`, incarnation, isHeld: true, isDaemon: false, parent: undefined, saved: undefined,
  seed: { id: undefined, shape: { title: 'a', handlers: [], highWater: 1 }, input: undefined },
});
const started = (slot: number, incarnation: number): Request => ({ type: 'started', slot, incarnation });
const ended = (slot: number, incarnation: number): Request => (
  { type: 'ended', slot, incarnation, reason: { kind: 'normal' }, wasStarting: false }
);

describe('one life', () => {
  function watch() {
    const complaints = new Complaints();
    return { lives: new Lives(complaints.broken), told: complaints.list };
  }

  it('is kept by incarnations that come one after the other, on whatever host', () => {
    const { lives, told } = watch();
    lives.ordered(0, start(2, 1));
    lives.requested(0, started(2, 1));
    lives.requested(0, ended(2, 1));
    lives.ordered(4, start(2, 2));
    lives.hostEnded(4);
    lives.ordered(6, start(2, 3));

    expect(told).toEqual([]);
    expect(lives.of(2)).toEqual({ path: 'app/2', host: 6, incarnation: 3, isUp: false });
  });

  it('is broken by a second one that begins before the end of the first', () => {
    const { lives, told } = watch();
    lives.ordered(0, start(2, 1));
    // What another host says of it, or of another incarnation, is no end of it.
    lives.requested(4, ended(2, 1));
    lives.requested(0, ended(2, 2));
    lives.ordered(4, start(2, 2));

    expect(told).toEqual(['one life: app/2: its incarnation 2 begins on host 4 while 1 lives on host 0']);
  });

  it('is broken by two actors of one path, once nothing is under way', () => {
    const { lives, told } = watch();
    for (const [host, slot] of [[0, 2], [4, 6]] as const) {
      lives.ordered(host, { ...start(slot, 1), path: 'app/a' } as Order);
      lives.atRest();
      lives.requested(host, started(slot, 1));
    }
    expect(told).toEqual([]);

    lives.atRest();

    expect(told).toEqual(['one life: app/a: an actor of this path lives on host 4, and another one on host 0']);
  });

  it('is broken by one that comes again', () => {
    const { lives, told } = watch();
    lives.ordered(0, start(2, 1));
    lives.requested(0, ended(2, 1));
    lives.ordered(0, start(2, 1));

    expect(told).toEqual(['one life: app/2: incarnation 1 begins after 1']);
  });
});

/** A supervisor in slot 2 of the main thread, and its children in the slots after it. */
class Tree {
  readonly complaints = new Complaints();
  readonly lives = new Lives(this.complaints.broken);
  readonly children = new Children(this.lives, () => this.step);
  now = 0;
  step = 0;
  #lastRequest = 0;

  constructor() {
    this.begin(2, 1);
  }

  get told(): readonly string[] { return this.complaints.list; }

  begin(slot: number, incarnation: number): void {
    this.step++;
    this.lives.ordered(0, start(slot, incarnation));
    this.lives.requested(0, started(slot, incarnation));
  }

  end(slot: number, incarnation: number): void {
    this.step++;
    this.lives.requested(0, ended(slot, incarnation));
  }

  add(slot: number): void {
    const request = ++this.#lastRequest;
    this.children.requested(0, {
      type: 'spawn', request, parent: 2, parentIncarnation: 1, key: `${slot}`, name: undefined, seed: (start(slot, 1) as Order & { type: 'start' }).seed,
      saved: undefined, place: { kind: 'local' }, timeoutMs: 1, supervision: { restart: 'permanent', shutdownMs: 1 }, isDaemon: false,
    });
    this.begin(slot, 1);
    this.children.ordered(0, { type: 'spawned', request, slot, path: `app/${slot}`, notice: { status: 'up', host: 0, incarnation: 1, isDaemon: false } });
    this.step++;
  }

  /** Its supervisor asks for its next incarnation. Returns the number of the request. */
  askRestart(slot: number): number {
    const request = ++this.#lastRequest;
    this.children.requested(0, { type: 'restart', request, slot });
    return request;
  }

  restart(slot: number, incarnation: number): void {
    const request = this.askRestart(slot);
    this.begin(slot, incarnation);
    this.children.ordered(0, { type: 'done', request, reason: undefined });
  }
}

const decided = (slot: number, kind: 'restart' | 'remove' = 'restart'): Request => ({
  type: 'decided', slot, reason: { kind: 'normal' }, decision: kind === 'remove' ? { kind } : { kind, restarts: 1, budgetLeft: 1, delayMs: 0 },
});
const exit = (slot: number, lostHost?: number): Order => (
  { type: 'exit', slot: 2, about: { slot, path: `app/${slot}`, shape: { title: 'a', handlers: [], highWater: 1 } }, reason: { kind: 'killed' }, lostHost }
);

describe('the restart budget', () => {
  function watch(maxRestarts: number, own?: number) {
    const tree = new Tree();
    for (const slot of [4, 6, 8]) tree.add(slot);
    const budgets = { shared: { maxRestarts, withinMs: 100 }, own: own === undefined ? undefined : { maxRestarts: own, withinMs: 100 } };
    const budget = new RestartBudget(tree.complaints.broken, tree.children, () => tree.now, () => budgets);
    const restartAt = (now: number, slot = 4, lostHost?: number): void => {
      tree.now = now;
      budget.ordered(0, exit(slot, lostHost));
      budget.requested(0, decided(slot));
    };
    return { tree, budget, restartAt };
  }

  it('is kept by as many restarts as it allows within any window', () => {
    const { tree: { told }, budget, restartAt } = watch(2);
    restartAt(0);
    restartAt(100, 6);
    restartAt(101);
    restartAt(201, 8);
    budget.requested(0, decided(4, 'remove'));

    expect(told).toEqual([]);
  });

  it('is broken by one more, at the very edge of the window', () => {
    const { tree: { told }, restartAt } = watch(2);
    restartAt(0);
    restartAt(50, 6);
    restartAt(100, 8);

    expect(told).toEqual(['restart budget: app/8: its supervisor\'s budget allows 2 restarts within 100 ms, and this is number 3']);
  });

  it('is one of a child’s own as well', () => {
    const { tree: { told }, restartAt } = watch(9, 1);
    restartAt(0);
    restartAt(1, 6);
    restartAt(2);

    expect(told).toEqual(['restart budget: app/4: its own budget allows 1 restarts within 100 ms, and this is number 2']);
  });

  it('pays once for the loss of a host, also in starts that fail of it', () => {
    const { tree, budget, restartAt } = watch(1);
    restartAt(0, 4, 12);
    restartAt(1, 6, 12);
    const request = tree.askRestart(8);
    budget.ordered(0, { type: 'failed', request, error: new StartFailedError('app/8', 'its host ended', { lostHost: 12 }) });
    budget.requested(0, decided(8));
    expect(tree.told).toEqual([]);

    restartAt(2, 8, 14);

    expect(tree.told).toHaveLength(1);
  });
});

describe('the stop order', () => {
  function watch({ isDynamic = false, hasGroups = false } = {}) {
    const tree = new Tree();
    for (const slot of [4, 6, 8]) tree.add(slot);
    const order = new StopOrder(tree.complaints.broken, tree.children, () => tree.step, () => ({ isDynamic, hasGroups }));
    const stop = (slot: number, comesBack: boolean | { kind: 'shutdown' } = { kind: 'shutdown' }): void => {
      order.requested(0, { type: 'shutdown', request: 1, slot, graceMs: 1, comesBack });
    };
    return { tree, order, stop };
  }

  it('is kept by stops in reverse start order, each after the end of those before', () => {
    const { tree, stop } = watch();
    for (const slot of [8, 6, 4]) {
      stop(slot);
      tree.end(slot, 1);
    }

    expect(tree.told).toEqual([]);
  });

  it('is broken by one that is told before the end of one started after it', () => {
    const { tree, stop } = watch();
    stop(8);
    stop(6);

    expect(tree.told).toEqual(['stop order: app/6: it is told to stop while "app/8", which was started after it, still lives']);
  });

  it('goes by the order of the spec, also after restarts', () => {
    const { tree, stop } = watch();
    tree.end(4, 1);
    tree.restart(4, 2);
    stop(8);
    tree.end(8, 1);
    stop(6);
    tree.end(6, 1);
    stop(4);
    expect(tree.told).toEqual([]);

    tree.restart(6, 2);
    stop(4);

    expect(tree.told).toHaveLength(1);
  });

  it('is none for a dynamic supervisor, for stops by hand, and for one that has only just come up', () => {
    const dynamic = watch({ isDynamic: true });
    dynamic.stop(4);
    const byHand = watch();
    byHand.stop(4, false);
    const early = watch();
    for (const slot of [6, 8]) early.tree.end(slot, 1);
    early.tree.add(10);
    early.tree.step--;
    early.stop(4);

    expect([...dynamic.tree.told, ...byHand.tree.told, ...early.tree.told]).toEqual([]);
  });

  it('holds among those that a restart takes along', () => {
    const { tree, order, stop } = watch({ hasGroups: true });
    tree.end(4, 1);
    order.requested(0, decided(4));
    stop(6, true);

    expect(tree.told).toEqual(['stop order: app/6: it is told to stop while "app/8", which was started after it, still lives']);
  });

  it('does not hold for those that are being stopped by hand meanwhile', () => {
    const { tree, order, stop } = watch({ hasGroups: true });
    tree.end(4, 1);
    order.requested(0, decided(4));
    stop(8, false);
    stop(6, true);

    expect(tree.told).toEqual([]);
  });

  it('does not hold for those that were started by hand after the restart was decided', () => {
    const { tree, order, stop } = watch({ hasGroups: true });
    tree.end(4, 1);
    order.requested(0, decided(4));
    stop(8, true);
    tree.end(8, 1);
    tree.restart(8, 2);
    tree.add(10);
    stop(6, true);

    expect(tree.told).toEqual([]);
  });
});

describe('the message order', () => {
  function watch() {
    const complaints = new Complaints();
    const order = new MessageOrder(complaints.broken);
    const message = (seq = 0): Envelope => (
      { seq, isSignal: false, handler: 0, to: { path: 'b', shape: { nameOf: () => 'hit' } } } as unknown as Envelope
    );
    return { order, message, told: complaints.list };
  }

  it('is kept within a host and between two, whatever is left out', () => {
    const { order, message, told } = watch();
    const [one, two, three] = [message(), message(), message()];
    for (const each of [one, two, three]) order.sent(0, 2, each, 8);
    order.began(one, undefined);
    order.began(three, undefined);
    const out = [{}, {}];
    out.forEach((each, i) => {
      order.sent(4, 6, each, 8);
      order.departed(4, each, 8, i + 1);
    });
    order.began(message(2), { peer: 4, slotId: 8 });

    expect(told).toEqual([]);
  });

  it('is broken by one that overtakes', () => {
    const { order, message, told } = watch();
    const [one, two] = [message(), message()];
    for (const each of [one, two]) order.sent(0, 2, each, 8);
    order.began(two, undefined);
    order.began(one, undefined);

    expect(told).toEqual(['message order: b: it begins "hit", which was sent before one that has begun (2 > 8)']);
  });

  it('is broken by one that overtakes on its way out, and by one that begins twice', () => {
    const { order, message, told } = watch();
    const [one, two] = [{}, {}];
    for (const each of [one, two]) order.sent(4, undefined, each, 8);
    order.departed(4, two, 8, 1);
    order.departed(4, one, 8, 2);
    order.began(message(1), { peer: 4, slotId: 8 });
    order.began(message(2), { peer: 4, slotId: 8 });
    order.began(message(2), { peer: 4, slotId: 8 });

    expect(told).toEqual([
      'message order: b: it begins "hit", which was sent before one that has begun (host 4 > 8)',
      'message order: b: it begins "hit" a second time, or nobody has sent it',
    ]);
  });

  it('is none between different senders', () => {
    const { order, message, told } = watch();
    const [one, two] = [message(), message()];
    order.sent(0, 2, one, 8);
    order.sent(0, 4, two, 8);
    order.began(two, undefined);
    order.began(one, undefined);

    expect(told).toEqual([]);
  });
});

describe('settled asks', () => {
  function watch() {
    const complaints = new Complaints();
    return { asks: new SettledAsks(complaints.broken), told: complaints.list };
  }

  it('settle once', () => {
    const { asks, told } = watch();
    const settle = asks.asked(0, 'a', 'value', 100);
    settle();
    asks.atRest(1_000);
    asks.atEnd();
    expect(told).toEqual([]);

    settle();

    expect(told).toEqual(['settled asks: a: an ask of "value" settles twice']);
  });

  it('settle by their deadlines, and 50 ms', () => {
    const { asks, told } = watch();
    asks.asked(0, 'a', 'value', 100);
    asks.asked(0, 'a', 'items', Infinity);
    asks.atRest(150);
    expect(told).toEqual([]);

    asks.atRest(151);

    expect(told).toEqual(['settled asks: a: an ask of "value" isn\'t settled 51 ms after its deadline']);
  });

  it('have settled when all has ended, but for those of a host that is lost', () => {
    const { asks, told } = watch();
    asks.asked(0, 'a', 'value', 100);
    asks.asked(4, 'b', 'value', 100);
    expect(asks.openOf(4)).toEqual(['value of "b"']);
    asks.hostEnded(4);
    asks.atEnd();

    expect(told).toEqual(['settled asks: a: an ask of "value" has never settled']);
  });
});

describe('exact accounts', () => {
  const account = { sent: 7, handled: 1, rejected: 1, deadLetters: 2, queued: 3, lateReplies: 5 };

  it('add up', () => {
    const complaints = new Complaints();
    new ExactAccounts(complaints.broken).atRest(4, account);

    expect(complaints.list).toEqual([]);
  });

  it.each(['sent', 'handled', 'rejected', 'deadLetters', 'queued'] as const)('are broken by one more that is %s', (name) => {
    const complaints = new Complaints();
    new ExactAccounts(complaints.broken).atRest(4, { ...account, [name]: account[name] + 1 });

    expect(complaints.list).toEqual([expect.stringMatching(/^exact accounts: host 4: \d sent, but \d handled, \d rejected, \d dead letters and \d queued$/)]);
  });
});

describe('one report', () => {
  const end = { actor: 'a', incarnation: 2 };

  it('comes for each abnormal end, and for starts that failed', () => {
    const complaints = new Complaints();
    const reports = new OneReport(complaints.broken);
    for (let i = 0; i < 2; i++) reports.crashed(end);
    for (let i = 0; i < 2; i++) reports.reported({ ...end, hadStarted: true });
    reports.reported({ ...end, hadStarted: false });

    expect(complaints.list).toEqual([]);
  });

  it('is broken by a second one', () => {
    const complaints = new Complaints();
    const reports = new OneReport(complaints.broken);
    reports.crashed(end);
    for (let i = 0; i < 2; i++) reports.reported({ ...end, hadStarted: true });

    expect(complaints.list).toEqual(['one report: a: the end of its incarnation 2 is reported again, or before it']);
  });
});
