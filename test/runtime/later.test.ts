import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActorContext, Later, RefOf } from '../../index.ts';
import { actor } from '../../index.ts';
import { testKit, type TestKit } from '../../testing/index.ts';

const abandoned: unknown[] = [];
let held: Later<number> | undefined;

/** Answers later, and notes when nobody waits for that any more. */
const Desk = actor(import.meta, {
  name: 'desk',
  init: () => ({}),
  handlers: {
    hold(ctx: ActorContext<object>): Promise<number> {
      held = ctx.later<number>((reason) => abandoned.push(reason));
      return held.promise;
    },
  },
});

/** Asks a desk within an answer that it owes itself. */
const Front = actor(import.meta, {
  name: 'front',
  init: () => ({}),
  handlers: {
    ask(ctx: ActorContext<object>, desk: RefOf<typeof Desk>): Promise<number> {
      const later = ctx.later<number>();
      goOn = () => { later.run(() => desk.ask.hold()).then((n) => later.resolve(n), (error: unknown) => later.reject(error as Error)); };
      return later.promise;
    },
    goOn(): void { goOn(); },
  },
});
let goOn = (): void => undefined;

describe('an answer for later', () => {
  let kit: TestKit;
  beforeEach(async () => {
    abandoned.length = 0;
    kit = await testKit();
  });
  afterEach(async () => { await kit[Symbol.asyncDispose](); });

  it.each(['local', 'thread'] as const)('hears that its asker has given up (%s)', async (host) => {
    const desk = await kit.spawn(Desk, { host });
    const over = new AbortController();
    const asked = desk.with({ signal: over.signal }).ask.hold().catch((error: unknown) => error);
    await kit.idle();

    over.abort('enough');

    expect(await kit.clock.until(asked)).toBe('enough');
    await kit.clock.advance(1);
    expect(abandoned).toHaveLength(1);
    held?.resolve(1);
    await kit.idle();
  });

  it('hears that its asker has no time left', async () => {
    const desk = await kit.spawn(Desk);
    const asked = desk.with({ timeout: 10 }).ask.hold().catch(({ code }: { code: string }) => code);

    expect(await kit.clock.until(asked)).toBe('TROUPE_ASK_TIMEOUT');
    expect(abandoned).toMatchObject([{ code: 'TROUPE_ASK_TIMEOUT' }]);
    held?.resolve(1);
    await kit.idle();
  });

  it('hears nothing when it has been given', async () => {
    const desk = await kit.spawn(Desk);
    const asked = desk.ask.hold();
    await kit.idle();
    held?.resolve(2);

    expect(await kit.clock.until(asked)).toBe(2);
    await kit.clock.until(desk.stop());
    expect(abandoned).toEqual([]);
  });

  it('takes back what was asked for it, in a later handler, when nobody waits any more', async () => {
    const [desk, front] = [await kit.spawn(Desk, { host: 'thread' }), await kit.spawn(Front)];
    const over = new AbortController();
    const asked = front.with({ signal: over.signal }).ask.ask(desk).catch((error: unknown) => error);
    front.tell.goOn();
    await kit.clock.advance(1);

    over.abort('enough');

    expect(await kit.clock.until(asked)).toBe('enough');
    await kit.clock.advance(1);
    expect(abandoned).toHaveLength(1);
  });

  it('gives what was asked for it no more time than its asker has', async () => {
    const [desk, front] = [await kit.spawn(Desk, { host: 'thread' }), await kit.spawn(Front)];
    const asked = front.with({ timeout: 20 }).ask.ask(desk).catch(({ code }: { code: string }) => code);
    front.tell.goOn();

    expect(await kit.clock.until(asked)).toBe('TROUPE_ASK_TIMEOUT');
    await kit.clock.advance(1);
    expect(abandoned).toHaveLength(1);
    expect(kit.clock.now()).toBeLessThan(1_000);
  });

  it('ends with a reason of its actor\'s, as if nobody waited', async () => {
    const desk = await kit.spawn(Desk);
    const asked = desk.ask.hold().catch((error: unknown) => error);
    await kit.idle();

    held?.abandon(new Error('closed for today'));

    expect(await kit.clock.until(asked)).toMatchObject({ message: 'closed for today' });
    expect(abandoned).toMatchObject([{ message: 'closed for today' }]);
  });
});
