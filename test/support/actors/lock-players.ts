import { acquireAll, actor, type ActorContext, type ActorError, type Condition, type Held, type HeldAll, type Lock, type Mutex } from '../../../index.ts';

/** Somebody has begun, or is about to end, to hold a lock, as it sees that itself. */
export interface Mark {
  readonly what: 'has' | 'gives';
  readonly lock: string;
  /** Which actor, and which life of it. */
  readonly by: string;
  readonly wasAbandoned: boolean;
}

/** What has happened in a simulation, in order: its hosts are one thread. Whoever begins one clears it. */
export const marks: Mark[] = [];

/** What may happen to who waits for a lock, when others die and wait for each other. */
const TOLD = new Set(['TROUPE_ASK_TIMEOUT', 'TROUPE_DEADLOCK', 'TROUPE_ACTOR_STOPPED', 'TROUPE_ACTOR_CRASHED', 'TROUPE_HOST_DOWN']);

type Ctx = ActorContext<null>;

function mark(ctx: Ctx, what: Mark['what'], lock: Lock, { wasAbandoned }: Held | HeldAll): void {
  marks.push({ what, lock: /lock-\d+/.exec(String(lock))?.[0] ?? '', by: `${ctx.name} ${ctx.incarnation}`, wasAbandoned });
}

async function within(ctx: Ctx, lock: Lock, held: Held, work: () => Promise<unknown>): Promise<void> {
  mark(ctx, 'has', lock, held);
  try {
    await work();
  } finally {
    mark(ctx, 'gives', lock, held);
    held.release();
  }
}

async function playOnce(ctx: Ctx, locks: Mutex[], changed: Condition): Promise<void> {
  const pick = (n: number): number => Math.floor(ctx.random() * n);
  const pause = (): Promise<void> => ctx.sleep(pick(5));
  const one = locks[pick(locks.length)] as Mutex;
  const other = locks[(locks.indexOf(one) + 1 + pick(locks.length - 1)) % locks.length] as Mutex;
  switch (pick(6)) {
    case 0: {
      const outer = await one.acquire();
      return within(ctx, one, outer, async () => {
        await pause();
        await within(ctx, other, await other.acquire(), pause);
      });
    }
    case 1: return within(ctx, one, await one.acquire({ timeout: 1 + pick(10) }), pause);
    case 2: {
      const held = await one.tryAcquire();
      return held === undefined ? undefined : within(ctx, one, held, pause);
    }
    case 3: {
      const all = await acquireAll([one, other]);
      for (const lock of [one, other]) mark(ctx, 'has', lock, all);
      await pause();
      for (const lock of [one, other]) mark(ctx, 'gives', lock, all);
      all.release();
      return undefined;
    }
    case 4: return within(ctx, changed, await changed.acquire(), () => pause());
    default: {
      const held = await changed.acquire();
      mark(ctx, 'has', changed, held);
      if (pick(2) === 0) {
        await changed.notify(held, 1 + pick(2));
      } else {
        mark(ctx, 'gives', changed, held);
        await changed.wait(held, { timeout: 1 + pick(20) });
        mark(ctx, 'has', changed, held);
      }
      mark(ctx, 'gives', changed, held);
      held.release();
    }
  }
}

/** Does with locks whatever chance says. */
export const Player = actor(import.meta, {
  name: 'player',
  init: () => null,
  handlers: {
    /** How often it was told that something couldn't be had. */
    async play(ctx, locks: Mutex[], changed: Condition, times: number): Promise<number> {
      let told = 0;
      for (let i = 0; i < times; i++) {
        try {
          await playOnce(ctx, locks, changed);
        } catch (error) {
          if (!TOLD.has((error as ActorError).code)) throw error;
          told++;
        }
      }
      return told;
    },
  },
});
