import { describe, expect, it } from 'vitest';
import type { PoolOfOptions, RefOf, SpawnOptions } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { child, poolOf, spawn, supervisor } from '../../index.ts';
import { simulateEveryStep, testKit } from '../../testing/index.ts';
import { Bank } from '../support/actors/bank.ts';
import { Teller } from '../support/actors/teller.ts';
import { expectExactAccounts } from '../support/accounts.ts';

const input = { greeting: 'hello' };

async function inKit(options: PoolOfOptions, place: SpawnOptions<'anywhere'>, run: (tellers: RefOf<typeof Teller>, kit: TestKit) => Promise<void>): Promise<void> {
  await using kit = await testKit();
  const tellers = await kit.spawn(poolOf(Teller, { size: 3, ...options }), { input, name: 'tellers', ...place });
  await run(tellers, kit);
  await kit.clock.until(expectExactAccounts(kit.system));
}

describe.each(['local', 'thread', 'process'] as const)('copies of an actor: %s', (host) => {
  it('do what it does: asks, tells and streams', () => inKit({}, { host }, async (tellers, kit) => {
    const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);

    expect(await until(tellers.ask.greet('Ada'))).toBe('hello, Ada');
    expect(await until(tellers.ask.count(100).toArray())).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
    tellers.tell.note('a');
    tellers.tell.note('b');
    const noted = await until(Promise.all([tellers.ask.noted(), tellers.ask.noted(), tellers.ask.noted()]));
    expect(noted.flat().toSorted()).toEqual(['a', 'b']);
    await expect(until(tellers.ask.refuse())).rejects.toMatchObject({ name: 'RefusedError', code: 'busy', data: { at: 5 } });
    expect(kit.running.filter((path) => path.startsWith('tellers/'))).toHaveLength(3);
  }));

  it('are each asked in turn, the busy ones last', () => inKit({}, { host }, async (tellers, kit) => {
    const long = tellers.with({ timeout: '1m' }).ask.wait(10_000);
    const others = await kit.clock.until(Promise.all([tellers.ask.wait(10), tellers.ask.wait(10)]));

    expect(new Set(others).size).toBe(2);
    expect(others).not.toContain(await kit.clock.until(long));
  }));
});

describe('a pool of an actor', () => {
  it('picks by what it is given', () => inKit({ pick: (_handler, [whom]) => String(whom).length }, {}, async (tellers, kit) => {
    for (const text of ['a', 'b', 'aa', 'aaaa']) tellers.tell.note(text);
    expect(await kit.clock.until((tellers.ask.noted as unknown as (by: string) => Promise<string[]>)('x'))).toEqual(['a', 'b', 'aaaa']);
  }));

  it('answers with what its pick throws, and goes on', () => inKit({ pick: (handler) => handler === 'who' ? 0.5 : 1 }, {}, async (tellers, kit) => {
    await expect(kit.clock.until(tellers.ask.who())).rejects.toThrow('Cannot pick a copy for "who": expected a whole number, got 0.5');
    expect(await kit.clock.until(tellers.ask.greet('Bob'))).toBe('hello, Bob');
  }));

  it('takes the deadline and the end of a stream along', () => inKit({ size: 1 }, { host: 'thread' }, async (tellers, kit) => {
    await expect(kit.clock.until(tellers.with({ timeout: '100ms' }).ask.wait(60_000))).rejects.toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    for await (const n of timed(kit, tellers.ask.count(1_000_000))) if (n > 5) break;
    expect(await kit.clock.until(tellers.ask.greet('Ada'))).toBe('hello, Ada');
    expect(kit.clock.now()).toBeLessThan(10_000);
  }));

  it('starts a copy again that has crashed: its own asks reject, the others go on', () => inKit({ pick: 'round_robin' }, { host: 'thread' }, async (tellers, kit) => {
    const asked = Promise.allSettled([tellers.ask.wait(50), tellers.ask.fail(), tellers.ask.wait(50)]);
    const ends = await kit.clock.until(asked);

    expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ends[1]).toMatchObject({ reason: { code: 'TROUPE_ACTOR_CRASHED', cause: { message: 'oh' } } });
    await kit.clock.advance('1s');
    expect(new Set(await kit.clock.until(Promise.all([1, 2, 3].map(() => tellers.ask.who())))).size).toBe(3);
  }));

  it('keeps messages waiting while none is there', () => inKit({ size: 1 }, { host: 'thread' }, async (tellers, kit) => {
    await expect(kit.clock.until(tellers.ask.fail())).rejects.toMatchObject({ code: 'TROUPE_ACTOR_CRASHED' });
    expect(await kit.clock.until(Promise.all([tellers.ask.greet('Ada'), tellers.ask.count(2).toArray()]))).toEqual(['hello, Ada', [1, 2]]);
  }));

  it('crashes when its copies end too often', async () => {
    await using kit = await testKit();
    const tellers = await kit.spawn(poolOf(Teller, { size: 1, intensity: { restarts: 1, within: '1m' } }), { input, name: 'tellers' });
    for (let i = 0; i < 2; i++) await kit.clock.until(tellers.ask.fail()).catch(() => undefined);

    expect(await kit.clock.until(tellers.closed)).toMatchObject({ kind: 'error' });
    expect(kit.running).toEqual([]);
  });

  it('is a child whose place and restarts are those of its copies and its own', async () => {
    await using kit = await testKit();
    const app = await kit.run(supervisor({
      name: 'bank',
      children: { tellers: child(poolOf(Teller, { size: 2 }), { input, host: 'thread', memory: '64MB' }) },
    }));
    const { tellers } = app.children;

    expect(kit.events.filter(({ name }) => name === 'host_started')).toHaveLength(2);
    await kit.crash('bank/tellers');
    expect(await kit.clock.until(tellers.ask.greet('Ada'))).toBe('hello, Ada');
  });

  it('is started by actors on other hosts, but is no child of a supervisor there', async () => {
    await using kit = await testKit();
    const bank = await kit.spawn(Bank, { host: 'process' });

    expect(new Set(await kit.clock.until(bank.ask.open())).size).toBe(2);
    const tellers = child(poolOf(Teller), { input });
    expect(() => supervisor({ children: { inner: supervisor({ host: 'thread', children: { tellers } }) } })).toThrow('it is local only');
  });

  it('may be sent as the ref of any actor', () => inKit({ size: 1 }, { host: 'process' }, async (tellers, kit) => {
    const other = await kit.spawn(Teller, { input, host: 'thread' });
    other.tell.note(tellers as never);
    const [back] = await kit.clock.until(other.ask.noted()) as unknown as [RefOf<typeof Teller>];
    expect(back).toBe(tellers);
  }));

  it('refuses options that are none', () => {
    expect(() => poolOf(Teller, { size: 0 })).toThrow(RangeError);
    expect(() => poolOf(Teller, { pick: 'random' as never })).toThrow(TypeError);
    expect(() => poolOf({} as never)).toThrow(TypeError);
    expect(() => child(poolOf(Teller), { input, host: 'thread', cwd: '/' })).toThrow('only a process has one');
  });

  it('settles every ask once when a copy\'s host is lost, at any step', { timeout: 120_000 }, async () => {
    const runs = await simulateEveryStep({ loseHost: 'tellers/teller-1', delay: '2ms' }, async (kit) => {
      const tellers = await kit.spawn(poolOf(Teller, { size: 2 }), { input, host: 'thread', name: 'tellers' }).catch(() => undefined);
      if (tellers === undefined) return;
      const ends = await kit.clock.until(Promise.allSettled([1, 2, 3, 4].map((n) => tellers.ask.greet(String(n)))));

      for (const [i, end] of ends.entries()) {
        if (end.status === 'fulfilled') expect(end.value).toBe(`hello, ${i + 1}`);
        else expect(end.reason).toMatchObject({ code: expect.stringMatching(/HOST_DOWN|ACTOR_STOPPED/) as string });
      }
      expect(await kit.clock.until(tellers.ask.greet('Ada').catch(() => tellers.ask.greet('Ada')))).toBe('hello, Ada');
      await kit.clock.until(expectExactAccounts(kit.system));
    });
    expect(runs).toBeGreaterThan(30);
  });
});

it('a pool of an actor works on real threads', async () => {
  await using tellers = await spawn(poolOf(Teller, { size: 2 }), { input, host: 'thread' });

  expect(new Set(await Promise.all([tellers.ask.who(), tellers.ask.who()])).size).toBe(2);
  expect(await tellers.ask.count(3).toArray()).toEqual([1, 2, 3]);
});

async function* timed<T>(kit: TestKit, items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  try {
    for (let step = await kit.clock.until(iterator.next()); step.done !== true; step = await kit.clock.until(iterator.next())) yield step.value;
  } finally {
    await iterator.return?.();
  }
}
