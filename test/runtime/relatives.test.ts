import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.ts';
import { activeActors, actor, parentActor } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

const Person = actor(import.meta, {
  name: 'person',
  init: () => ({ parent: parentActor() }),
  handlers: {
    async bear(ctx, host: 'local' | 'thread' | 'process'): Promise<ActorRef<object>> { return await ctx.spawn(Person as never, { host } as never); },
    parents: (ctx): boolean => ctx.state.parent !== undefined && ctx.state.parent === parentActor(),
    parent: (): string => String(parentActor()),
    async children(): Promise<string[]> { return (await activeActors()).map(String); },
    async killChildren(): Promise<void> { for (const child of await activeActors()) child.kill(); },
  },
});

describe.each(['local', 'thread', 'process'] as const)('the relatives of an actor on %s', (host) => {
  it('are its parent, and its children that live', async () => {
    await using kit = await testKit();
    const parent = await kit.spawn(Person);
    const first = await kit.clock.until(parent.ask.bear(host)) as typeof parent;
    await kit.clock.until(parent.ask.bear(host));

    expect(await kit.clock.until(parent.ask.children())).toEqual(['ActorRef(person person-1/person-1)', 'ActorRef(person person-1/person-2)']);
    expect(await kit.clock.until(first.ask.parent())).toBe('ActorRef(person person-1)');
    expect(await kit.clock.until(first.ask.parents())).toBe(true);
    expect(await kit.clock.until(first.ask.children())).toEqual([]);

    await kit.clock.until(parent.ask.killChildren());
    await kit.idle();
    expect(await kit.clock.until(parent.ask.children())).toEqual([]);
  });
});

describe('the relatives of the program\'s own actors', () => {
  it('are their children alone', async () => {
    await using kit = await testKit();
    const person = await kit.spawn(Person);

    expect(await kit.clock.until(person.ask.parent())).toBe('undefined');
    expect(await kit.clock.until(kit.system.activeActors())).toEqual([person]);
  });
});

describe('in the program itself', () => {
  it('there is no parent, and the actors are those of the default system', async () => {
    expect(parentActor()).toBeUndefined();
    expect(await activeActors()).toEqual([]);
  });
});
