import { describe, expect, it } from 'vitest';
import type { RefOf } from '../../index.ts';
import { actor, child, supervisor } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { simulate } from '../../testing/index.ts';

/** Goes on counting where its last life has saved. */
const Numbers = actor(import.meta, {
  name: 'numbers',
  init: (_input: undefined, ctx) => ({ last: (ctx.saved as number | undefined) ?? 0 }),
  handlers: {
    next(ctx): number {
      ctx.save(++ctx.state.last);
      return ctx.state.last;
    },
    async nextSlowly(ctx): Promise<number> {
      const next = ctx.state.last + 1;
      await ctx.sleep(ctx.random() * 2);
      ctx.state.last = next;
      ctx.save(next);
      return next;
    },
    incarnation: (ctx): number => ctx.incarnation,
  },
});
type NumbersRef = RefOf<typeof Numbers>;

const Asker = actor(import.meta, {
  name: 'asker',
  init: () => null,
  handlers: {
    /** Those that it gets, one after the other. */
    async *take(ctx, numbers: NumbersRef, times: number): AsyncGenerator<number> {
      const { ask } = numbers.with({ timeout: '1s' });
      for (let i = 0; i < times; i++) {
        const answer = await (ctx.random() < 0.5 ? ask.next() : ask.nextSlowly()).catch(() => undefined);
        if (answer !== undefined) yield answer;
      }
    },
  },
});

/** Has one fault come after the other, each some steps after the one before: those that there are, in turn. */
function failOnAndOn(kit: TestKit, faults: readonly { readonly crash?: string; readonly loseHost?: string }[]): void {
  let count = 0;
  const next = (): void => kit.inject({ at: { step: kit.steps + 10 + (kit.seed * 7 + count * 13) % 40, ...faults[count++ % faults.length] } });
  let last: number | undefined;
  kit.always(() => {
    if (kit.faultedAt === last) return;
    last = kit.faultedAt;
    next();
  });
  next();
}

const RUNS = 15;
const PATIENT = { intensity: { restarts: 1_000, within: '1m' }, backoff: false } as const;
const crashes = [{ crash: 'app/tree/numbers' }, { crash: 'app/tree/asker' }, { crash: 'app/tree/numbers' }, { crash: 'app/tree' }];
const losses = [{ loseHost: 'app/tree/numbers' }, { loseHost: 'app/tree/asker' }, ...crashes];

describe('a number that an actor saves before it answers with it', () => {
  it.each([
    { from: 'thread', to: 'local', faults: crashes },
    { from: 'local', to: 'thread', faults: [{ loseHost: 'app/tree/numbers' }, ...crashes] },
    { from: 'process', to: 'process', faults: losses },
    { from: 'thread', to: 'set', faults: losses },
  ] as const)('never comes again, whatever fails: asked from $from, on $to', async ({ from, to, faults }) => {
    let [lives, answers] = [0, 0];
    await simulate({ runs: RUNS, delay: '2ms' }, async (kit) => {
      const host = to === 'set' ? await kit.clock.until(kit.system.hosts({ kind: 'thread', size: 2, intensity: PATIENT.intensity })) : to;
      const tree = supervisor({ ...PATIENT, children: { numbers: child(Numbers, { host }), asker: child(Asker, { host: from }) } });
      const app = await kit.run(supervisor({ name: 'app', ...PATIENT, children: { tree } }));
      const { numbers, asker } = app.children.tree.children;
      const seen: number[] = [];
      const take = async (): Promise<void> => { for await (const item of asker.ask.take(numbers, 5)) seen.push(item); };
      failOnAndOn(kit, faults);

      for (let round = 0; round < 6; round++) await kit.clock.until(take().catch(() => undefined));

      kit.inject({});
      lives += await kit.clock.until(numbers.ask.incarnation());
      answers += seen.length;
      expect(seen).toEqual([...new Set(seen)].toSorted((a, b) => a - b));
    });
    expect(lives).toBeGreaterThan(3 * RUNS);
    expect(answers).toBeGreaterThan(3 * RUNS);
  });
});
