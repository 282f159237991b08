import { describe, expect, it } from 'vitest';
import { actor, child, dynamicSupervisor, hosts, supervisor } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { failureOf } from '../support/failure-of.ts';
import { Player } from './stage.ts';

const input = { start: 0 };
const counter = child(Counter, { input });
const local = child(Player, { input: { log: [], label: 'x' } });

/** What is wrong, a part of the text that says so, and the tree that has it. */
const MISTAKES: readonly (readonly [what: string, text: string, make: () => unknown])[] = [
  ['a significant child that is permanent', 'false for a permanent child', () => child(Counter, { input, significant: true } as never)],
  ['a significant child whose supervisor never shuts down', 'while autoShutdown of its supervisor is "never"',
    () => supervisor({ children: { a: child(Counter, { input, restart: 'transient', significant: true }) } })],
  ['significant children of a dynamic supervisor that never shuts down', 'while autoShutdown of its supervisor is "never"',
    () => dynamicSupervisor({ child: Counter, options: { restart: 'transient', significant: true } })],
  ['significant that is no boolean', 'true or false', () => child(Counter, { input, restart: 'transient', significant: 1 } as never)],
  ['an unknown strategy', '"one_for_one" or "one_for_all" or "rest_for_one"', () => supervisor({ strategy: 'all' as never, children: {} })],
  ['an unknown autoShutdown', 'did you mean "any_significant"?', () => supervisor({ autoShutdown: 'any_signifcant' as never, children: {} })],
  ['an unknown start', 'start of a supervisor', () => supervisor({ start: 'together' as never, children: {} })],
  ['an unknown field of a supervisor', 'did you mean "autoShutdown"?', () => supervisor({ autoShutdwn: 'never', children: {} } as never)],
  ['an unknown field of a dynamic supervisor', 'did you mean "maxChildren"?', () => dynamicSupervisor({ child: Counter, maxChilden: 1 } as never)],
  ['an unknown option of a child', 'did you mean "significant"?', () => child(Counter, { input, significnt: true } as never)],
  ['an option of an actor for a tree', 'the options of child() for a tree', () => child(supervisor({ children: {} }), { host: 'thread' } as never)],
  ['a budget of a child that is no number', 'intensity.restarts', () => child(Counter, { input, intensity: { within: '1s' } } as never)],
  ['two children with one name', 'a name that no other child has',
    () => supervisor({ children: { a: child(Counter, { input, name: 'n' }), b: child(Counter, { input, name: 'n' }) } })],
  ['a name with a slash', 'a text without "/"', () => child(Counter, { input, name: 'a/b' })],
  ['a key with a slash', 'the key of a child', () => supervisor({ children: { 'a/b': counter } })],
  ['no children to be', 'maxChildren', () => dynamicSupervisor({ child: Counter, maxChildren: 0 })],
  ['an input for all children of a dynamic supervisor', 'startChild() takes the input',
    () => dynamicSupervisor({ child: Counter, options: { input } as never })],
  ['a tree as the child of a dynamic supervisor', 'the definition', () => dynamicSupervisor({ child: supervisor({ children: {} }) as never })],
  ['options of a host for a supervisor that has none of its own', 'host "local" is a thread that runs already',
    () => supervisor({ memory: '64MB', children: {} })],
  ['a child that isn\'t one', 'what child() or supervisor() returns', () => supervisor({ children: { a: 5 as never } })],
];

describe('a mistake in a tree is refused before anything is started', () => {
  it.each(MISTAKES)('%s', async (_what, text, make) => {
    const failure = await failureOf(make);

    expect(failure).toMatchObject({ name: 'TypeError', code: 'TROUPE_INVALID_OPTION' });
    expect(failure.message).toContain(text);
  });

  it('a window that is no duration', async () => {
    const make = (): unknown => child(Counter, { input, intensity: { restarts: 1, within: 0 } });

    expect(await failureOf(make)).toMatchObject({ name: 'RangeError', code: 'TROUPE_INVALID_DURATION' });
  });
});

describe('a tree for another host', () => {
  it('takes no definition that is local only, however deep it is', async () => {
    const Here = actor({ name: 'here', init: () => ({}), handlers: {} });
    const deep = supervisor({ children: { a: supervisor({ children: { b: child(Here) } }) } });
    const makes = [
      (): unknown => supervisor({ host: 'thread', children: { a: local as never } }),
      (): unknown => supervisor({ host: 'process', children: { a: deep as never } }),
      (): unknown => dynamicSupervisor({ host: 'thread', child: Here as never }),
    ];

    const failures = await Promise.all(makes.map((make) => failureOf(make)));

    expect(failures.map(({ code }) => code)).toEqual(['TROUPE_LOCAL_ONLY', 'TROUPE_LOCAL_ONLY', 'TROUPE_LOCAL_ONLY']);
    expect(failures[1]?.message).toBe(
      'Cannot spawn "here" as child "b" of a supervisor on another host: it is local only; define it with actor(import.meta, { ... })',
    );
  });

  it('takes inputs of plain data alone', async () => {
    const failure = await failureOf(() => supervisor({
      host: 'thread', children: { a: supervisor({ children: { b: child(Counter, { input: { start: (() => 1) as never } }) } }) },
    }));

    expect(failure).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', message: expect.stringContaining('input of child "b"') as string });
  });

  it('takes no set of hosts for a child: only the program has one', async () => {
    await using set = await hosts({ kind: 'thread', size: 1 });

    const failure = await failureOf(() => supervisor({ host: 'process', children: { a: child(Counter, { input, host: set }) } }));

    expect(failure).toMatchObject({ code: 'TROUPE_INVALID_OPTION', message: expect.stringContaining('host of child "a"') as string });
  });
});
