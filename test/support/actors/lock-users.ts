import { acquireAll, actor, type Held, type HeldAll, type Mutex, type RefOf, type Semaphore } from '../../../index.ts';

type AnyLock = Mutex | Semaphore;

/** A number that is read and written in two steps, and who has had his turn, in order. */
export const Ledger = actor(import.meta, {
  name: 'ledger',
  init: () => ({ total: 0, turns: [] as string[] }),
  handlers: {
    read: ({ state }): number => state.total,
    write({ state }, total: number): void { state.total = total; },
    note({ state }, turn: string): void { state.turns.push(turn); },
    turns: ({ state }): readonly string[] => state.turns,
  },
});

/** How many turns it takes at most until the same one is there again. */
export function longestWait(order: readonly string[]): number {
  const firsts = [...new Set(order)].map((who) => order.indexOf(who));
  return Math.max(...firsts, ...order.map((who, at) => {
    const next = order.indexOf(who, at + 1);
    return next === -1 ? 0 : next - at;
  }));
}

interface UserState {
  readonly held: (Held | HeldAll)[];
}

const handlers = {
  /** Waits for the other one while it waits for the first. */
  async takeBoth(ctx: { sleep(ms: number): Promise<void> }, one: AnyLock, other: AnyLock): Promise<void> {
    const first = one.acquire();
    await ctx.sleep(10);
    for (const held of await Promise.all([first, other.acquire()])) held.release();
  },
  /** Without being waited for. */
  takeAllAside(ctx: { state: UserState }, locks: readonly AnyLock[]): void {
    void acquireAll(locks).then((held) => { ctx.state.held.push(held); });
  },
  async take(ctx: { state: UserState }, lock: AnyLock): Promise<boolean> {
    const held = await lock.acquire();
    ctx.state.held.push(held);
    return held.wasAbandoned;
  },
  async canTake(_ctx: object, lock: AnyLock): Promise<boolean> {
    const held = await lock.tryAcquire();
    held?.release();
    return held !== undefined;
  },
  async takeAll(ctx: { state: UserState }, locks: AnyLock[]): Promise<void> { ctx.state.held.push(await acquireAll(locks)); },
  async give(ctx: { state: UserState }): Promise<void> { ctx.state.held.pop()?.release(); },
};

/** Holds locks. */
export const User = actor(import.meta, {
  name: 'user',
  init: (): UserState => ({ held: [] }),
  handlers: {
    ...handlers,
    /** Both locks, one within the other. */
    async nest(ctx, outer: AnyLock, inner: AnyLock, ms: number): Promise<void> {
      await outer.use(async () => {
        await ctx.sleep(ms);
        await inner.use(() => undefined);
      });
    },
    async *stream(ctx, lock: AnyLock): AsyncGenerator<number, void, undefined> {
      const held = await lock.acquire();
      try {
        yield 1;
        await ctx.sleep(100);
        yield 2;
      } finally {
        held.release();
      }
    },
    /** Adds one so often, each time in two steps. */
    async useOften(ctx, lock: AnyLock, ledger: RefOf<typeof Ledger>, times: number): Promise<void> {
      for (let n = 0; n < times; n++) {
        await lock.use(async () => {
          ledger.tell.note(ctx.name);
          await ledger.ask.write(await ledger.ask.read() + 1);
        });
      }
    },
    async useAllOften(_ctx, locks: readonly AnyLock[], times: number): Promise<void> {
      for (let n = 0; n < times; n++) {
        using _ = await acquireAll(locks);
        await Promise.resolve();
      }
    },
    /** Takes its host along. */
    die(ctx): never {
      if (ctx.host.kind === 'process') process.kill(process.pid, 'SIGKILL');
      process.exit(1);
    },
  },
});

/** The same, with several messages at once. */
export const Busy = actor(import.meta, { name: 'busy', init: (): UserState => ({ held: [] }), concurrency: 8, handlers });
