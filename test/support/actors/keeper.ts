import { isMainThread } from 'node:worker_threads';
import type { ActorRef, RefOf, StartContext } from '../../../index.ts';
import { actor, transfer } from '../../../index.ts';

interface KeeperInput {
  /** Whether it saves in `init`, and in `stop`, which life that was. */
  readonly savesLives?: boolean;
}

interface KeeperState {
  readonly input: KeeperInput;
  /** What it has begun with. */
  readonly found: unknown;
  readonly items: unknown[];
}

/** How another one is reached that was found. */
type Found = ActorRef<{ incarnation(): number }>;

/** Saves what it is told to, and shows what it has found. */
export const Keeper = actor(import.meta, {
  name: 'keeper',
  init(input: KeeperInput | undefined, ctx): KeeperState {
    const found = ctx.saved;
    if (input?.savesLives === true) ctx.save(`init of ${ctx.incarnation}`);
    return { input: input ?? {}, found, items: [] };
  },
  handlers: {
    found: (ctx): unknown => ctx.state.found,
    incarnation: (ctx): number => ctx.incarnation,
    save(ctx, ...values: unknown[]) { for (const value of values) ctx.save(value); },
    crash(): never { throw new Error('boom'); },
    saveAndCrash(ctx, value: unknown): never {
      ctx.save(value);
      throw new Error('boom');
    },
    /** Saves all that it was given so far, and only then changes what it has saved. */
    saveItemAndChange(ctx, item: unknown) {
      ctx.state.items.push(item);
      ctx.save({ items: ctx.state.items });
      ctx.state.items.push('changed afterwards');
    },
    /** What each of them was refused with. */
    saveUnsendable(ctx): unknown[] {
      const buffer = new ArrayBuffer(8);
      return [() => 1, { deep: [new WeakMap()] }, transfer(buffer, [buffer]), 'x'.repeat(200_000)].map((value) => refusalOf(ctx, value));
    },
    /** Whether what is found is the same each time, and each time a copy of its own. */
    findTwice(ctx): readonly unknown[] {
      const [first, second] = [ctx.saved, ctx.saved];
      return [first, second, first !== second];
    },
    /** What this life has saved is for the next one. */
    saveAndFind(ctx, value: unknown): unknown {
      ctx.save(value);
      return ctx.saved;
    },
    /** Asks whoever is under this label in what was found. */
    askFound: async (ctx, label: string): Promise<number | undefined> => (ctx.state.found as Map<string, Found>).get(label)?.ask.incarnation(),
    saveMemory(ctx, memory: SharedArrayBuffer) { ctx.save({ memory }); },
    addToFound: (ctx): number => Atomics.add(new Int32Array((ctx.state.found as { memory: SharedArrayBuffer }).memory), 0, 1),
    /** One that no supervisor starts again. */
    addBare: async (ctx): Promise<unknown> => ctx.spawn(Keeper),
    /** Ends its host, which is a thread or a process, on the spot. */
    endHost(): never {
      if (isMainThread) process.kill(process.pid, 'SIGKILL');
      process.exit(9);
    },
  },
  stop(ctx, { kind }) { if (ctx.state.input.savesLives === true) ctx.save(`stop of ${ctx.incarnation}: ${kind}`); },
});

export type KeeperRef = RefOf<typeof Keeper>;

/** What saving `value` is refused with. */
function refusalOf(ctx: StartContext, value: unknown): unknown {
  try {
    ctx.save(value);
  } catch (error) {
    return error;
  }
  throw new Error('it was saved');
}
