import { afterEach, describe, expect, it } from 'vitest';
import type { ActorSystem, SystemOptions } from '../../index.ts';
import type { ClerkRef } from '../support/actors/clerk.ts';
import { Clerk } from '../support/actors/clerk.ts';
import { CrashWatch } from '../support/crash-watch.ts';
import { TestSystem } from '../support/test-system.ts';
import { createSystem } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';

const systems: ActorSystem[] = [];

function start(options: SystemOptions = { askStacks: true }): { system: ActorSystem; watch: CrashWatch } {
  const system = new TestSystem(options);
  systems.push(system);
  return { system, watch: new CrashWatch(system) };
}

afterEach(async () => {
  await Promise.all(systems.splice(0).map((system) => system.stop()));
});

async function askFromHere(clerk: ClerkRef): Promise<Error> {
  return failureOf(clerk.ask.tear('it'));
}

/** The frames of a stack that name this library's own files. */
const LIBRARY = /\/(?:core|runtime|supervisors)\/[\w-]+\.ts/;

describe.each(['local', 'thread', 'process'] as const)('where an ask was made (%s)', (host) => {
  it('is in the report of the crash that it led to: the user’s frames alone', async () => {
    const { system, watch } = start();
    const clerk = await system.spawn(Clerk, { host });

    await askFromHere(clerk);

    const { askerStack } = await watch.report();
    expect(askerStack?.split('\n')[0]).toMatch(/^ {4}at askFromHere \(.*ask-stacks\.test\.ts:\d+:\d+\)$/);
    expect(askerStack).not.toMatch(LIBRARY);
  });

  it('is in the stack of the error that the asker gets, after that one’s own', async () => {
    const { system } = start();
    const clerk = await system.spawn(Clerk, { host });

    const crashed = await askFromHere(clerk);

    expect(crashed.stack).toMatch(/^ActorCrashedError: [^]*\n {4}asked from:\n {4}at askFromHere \(.*ask-stacks\.test\.ts:/);
    expect(crashed.stack?.match(/asked from/g)).toHaveLength(1);
  });

  it('is in the stack of a timeout, and of the loss of a host', async () => {
    const { system } = start();
    const clerk = await system.spawn(Clerk, { host });

    const late = await failureOf(clerk.with({ timeout: '5ms' }).ask.block());
    const lost = host === 'local' ? late : await failureOf(clerk.ask.exit());

    for (const { stack } of [late, lost]) expect(stack).toMatch(/\n {4}asked from:\n {4}at .*ask-stacks\.test\.ts:/);
    expect([late.name, lost.name]).toEqual(['AskTimeoutError', host === 'local' ? 'AskTimeoutError' : 'HostDownError']);
  });

  it('is a handler’s place when an actor has asked, and a stream’s', async () => {
    const { system, watch } = start();
    const [clerk, other, head] = await Promise.all([1, 2, 3].map(() => system.spawn(Clerk, { host })));

    await failureOf(head?.ask.have(clerk as ClerkRef, 'the letter') ?? Promise.resolve());
    await failureOf(other?.ask.tearPage('page').toArray() ?? Promise.resolve());

    await watch.report(3);
    const stackOf = (handler: string): string | undefined => watch.reports.find(({ message }) => message?.handler === handler)?.askerStack;
    expect(stackOf('tear')).toMatch(/^ {4}at .*have.*clerk\.ts:\d+/);
    expect(stackOf('tear')).not.toMatch(LIBRARY);
    expect(stackOf('tearPage')).toMatch(/ask-stacks\.test\.ts:\d+/);
  });

  it('isn’t noted unless it is wanted, nor for a tell or a refusal', async () => {
    const quiet = start({});
    const loud = start();
    const unwanted = await quiet.system.spawn(Clerk, { host });
    const [told, refusing] = await Promise.all([loud.system.spawn(Clerk, { host }), loud.system.spawn(Clerk, { host })]);

    expect((await askFromHere(unwanted)).stack).not.toContain('asked from');
    expect((await failureOf(refusing.ask.refuse())).stack).not.toContain('asked from');
    told.tell.tear('it');

    expect([(await quiet.watch.report()).askerStack, (await loud.watch.report()).askerStack]).toEqual([undefined, undefined]);
  });
});

describe('where an ask was made', () => {
  it('survives a stack that is no text, and is short whatever the limit of stacks is', async () => {
    const { system, watch } = start();
    const before = { ...Object.getOwnPropertyDescriptors(Error) };
    const deep = (depth: number, ref: ClerkRef): Promise<Error> => depth === 0 ? askFromHere(ref) : deep(depth - 1, ref);
    try {
      Error.stackTraceLimit = 100;
      await deep(50, await system.spawn(Clerk));
      expect(Error.stackTraceLimit).toBe(100);
      Error.prepareStackTrace = () => { throw new Error('no stack'); };
      await askFromHere(await system.spawn(Clerk));
      Error.prepareStackTrace = (_error, frames) => frames;
      await askFromHere(await system.spawn(Clerk));
    } finally {
      Object.defineProperties(Error, { prepareStackTrace: before.prepareStackTrace ?? { value: undefined }, stackTraceLimit: before.stackTraceLimit });
    }

    const [first, second, third] = watch.reports.map(({ askerStack }) => askerStack);
    expect(first?.split('\n')).toHaveLength(8);
    expect(second).toBe('    at an unknown place: no stack');
    expect(third).toBeUndefined();
  });

  it('is asked for with true or false', () => {
    expect(() => createSystem({ askStacks: 'yes' as never })).toThrow(/^Cannot use askStacks: expected true or false, got "yes"$/);
  });
});
