import { describe, expect, it } from 'vitest';
import { shop } from '../../../examples/charts/order.ts';
import type { TestKit } from '../../../testing/index.ts';
import { simulateEveryStep, testKit } from '../../../testing/index.ts';

function codeOf(error: unknown): string | undefined {
  return (error as { readonly code?: string }).code;
}

/** Asks again when whoever is asked has crashed, or lost its host. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!['TROUPE_ACTOR_CRASHED', 'TROUPE_HOST_DOWN'].includes(codeOf(error) ?? '')) throw error;
    }
  }
}

/** What becomes of an order, and what is left of it with the others; undefined if the shop doesn't open. */
async function place(kit: TestKit, to: string): Promise<readonly unknown[] | undefined> {
  const app = await kit.run(shop).catch((error: unknown) => {
    if (codeOf(error) !== 'TROUPE_START_FAILED') throw error;
  });
  if (app === undefined) return undefined;
  const { stock, payments, shipping, orders } = app.children;
  const order = await kit.clock.until(orders.startChild({ id: 'a1', price: 30, to, stock, payments, shipping }));
  const output = await kit.clock.until(insist(async () => order?.with({ timeout: Infinity }).ask.output()));
  const left = Promise.all([insist(() => stock.ask.free()), insist(() => payments.ask.total()), insist(() => shipping.ask.booked())]);
  return [output?.log.at(-1), ...await kit.clock.until(left)];
}

const ACCEPTED = ['booked', 1, 30, ['a1']];
const REJECTED = ['released', 2, 0, []];

describe('an order', () => {
  it('is accepted, or leaves nothing behind', async () => {
    for (const [to, expected] of [['Lyon', ACCEPTED], ['the moon', REJECTED]] as const) {
      await using kit = await testKit();
      expect(await place(kit, to)).toEqual(expected);
    }
  });

  it.each([['Lyon', ACCEPTED], ['the moon', REJECTED]] as const)('goes on from where it was when it crashes, at any step (%s)', async (to, expected) => {
    await simulateEveryStep({ crash: 'shop/orders/order-1' }, async (kit) => {
      expect(await place(kit, to)).toEqual(expected);
    });
  });

  it.each(['stock', 'payments'])('leaves nothing behind when the host of %s is lost, at any step', async (name) => {
    await simulateEveryStep({ loseHost: `shop/${name}` }, async (kit) => {
      const [, ...left] = await place(kit, 'the moon') ?? REJECTED;
      expect(left).toEqual(REJECTED.slice(1));
    });
  });
});
