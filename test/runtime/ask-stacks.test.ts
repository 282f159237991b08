import { describe, expect, it } from 'vitest';
import type { ClerkRef } from '../support/actors/clerk.ts';
import { Clerk } from '../support/actors/clerk.ts';
import { CrashWatch } from '../support/crash-watch.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { TestSystem } from '../support/test-system.ts';
import { createSystem } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';

async function askFromHere(clerk: ClerkRef): Promise<Error> {
  return failureOf(clerk.ask.tear('it'));
}

/** The frames of a stack that name this library's own files. */
const LIBRARY = /\/(?:core|runtime|supervisors)\/[\w-]+\.ts/;

const HERE = /\n {4}asked from:\n {4}at .*ask-stacks\.test\.ts:/;

describe.each(['local', 'thread', 'process'] as const)('where an ask was made (%s)', (host) => {
  it('is in the report of the crash that it led to, the user’s frames alone, and in the error that the asker gets, after its own', async () => {
    await using system = new TestSystem({ askStacks: true });
    const watch = new CrashWatch(system);
    const clerk = await system.spawn(Clerk, { host });

    const crashed = await askFromHere(clerk);

    const { askerStack } = await watch.report();
    expect(askerStack?.split('\n')[0]).toMatch(/^ {4}at askFromHere \(.*ask-stacks\.test\.ts:\d+:\d+\)$/);
    expect(askerStack).not.toMatch(LIBRARY);
    expect(crashed.stack).toMatch(/^ActorCrashedError: [^]*\n {4}asked from:\n {4}at askFromHere \(.*ask-stacks\.test\.ts:/);
    expect(crashed.stack?.match(/asked from/g)).toHaveLength(1);
  });

  it('is in the stack of a timeout', async () => {
    await using kit = new TestKit();
    const clerk = await kit.spawn(Clerk, { host });

    const late = await kit.clock.until(failureOf(clerk.with({ timeout: '5ms' }).ask.block()));

    expect(late.stack).toMatch(HERE);
    expect(late.name).toBe('AskTimeoutError');
  });

  it.skipIf(host === 'local')('is in the stack of the loss of a host', async () => {
    await using kit = new TestKit();
    const clerk = await kit.spawn(Clerk, { host });

    const failure = failureOf(clerk.ask.block());
    await clerk.ask.path();
    await kit.loseHost(clerk);

    const lost = await failure;
    expect(lost.stack).toMatch(HERE);
    expect(lost.name).toBe('HostDownError');
  });

  it('is a handler’s place when an actor has asked, and a stream’s', async () => {
    await using kit = new TestKit();
    const watch = new CrashWatch(kit.system);
    const [clerk, other, head] = await Promise.all([kit.spawn(Clerk, { host }), kit.spawn(Clerk, { host }), kit.spawn(Clerk, { host })]);

    await failureOf(head.ask.have(clerk, 'the letter'));
    await failureOf(other.ask.tearPage('page').toArray());

    await watch.report(3);
    const stackOf = (handler: string): string | undefined => watch.reports.find(({ message }) => message?.handler === handler)?.askerStack;
    expect(stackOf('tear')).toMatch(/^ {4}at .*have.*clerk\.ts:\d+/);
    expect(stackOf('tear')).not.toMatch(LIBRARY);
    expect(stackOf('tearPage')).toMatch(/ask-stacks\.test\.ts:\d+/);
  });

  it('isn’t noted for a tell or a refusal', async () => {
    await using kit = new TestKit();
    const watch = new CrashWatch(kit.system);
    const clerk = await kit.spawn(Clerk, { host });

    expect((await failureOf(clerk.ask.refuse())).stack).not.toContain('asked from');
    clerk.tell.tear('it');

    expect((await watch.report()).askerStack).toBeUndefined();
  });

  it('isn’t noted unless it is wanted', async () => {
    await using system = new TestSystem();
    const watch = new CrashWatch(system);
    const clerk = await system.spawn(Clerk, { host });

    expect((await askFromHere(clerk)).stack).not.toContain('asked from');

    expect((await watch.report()).askerStack).toBeUndefined();
  });
});

describe('where an ask was made', () => {
  it('survives a stack that is no text, and is short whatever the limit of stacks is', async () => {
    await using system = new TestSystem({ askStacks: true });
    const watch = new CrashWatch(system);
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
