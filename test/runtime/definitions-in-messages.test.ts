import { describe, expect, it } from 'vitest';
import { actor, createSystem } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { Starter } from '../support/actors/starter.ts';

const LocalOnly = actor({ init: ({ start }: { start: number }) => ({ start }), handlers: { value: (ctx) => ctx.state.start } });

describe.each(['local', 'thread', 'process'] as const)('a definition in a message to an actor on host %s', (host) => {
  it('can be started there, and comes back as the same one', async () => {
    await using system = createSystem({ messages: 'copied' });
    const starter = await system.spawn(Starter, { host });

    const counter = await starter.ask.start(Counter, 7);

    expect(await counter.ask.value()).toBe(7);
    expect(await starter.ask.same(Counter)).toBe(Counter);
  });

  it('is refused at the sender when it is local only', async () => {
    await using system = createSystem({ messages: 'copied' });
    const starter = await system.spawn(Starter, { host });

    const failure: unknown = await starter.ask.start(LocalOnly as never, 7).catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', executed: 'no' });
  });
});
