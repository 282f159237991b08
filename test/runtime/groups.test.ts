import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActorSystem } from '../../index.ts';
import { actor, child, run, supervisor, transfer } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { Gate } from '../support/actors/narrow.ts';
import { TestSystem } from '../support/test-system.ts';
import { Tied } from '../support/actors/tied.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

let kit: TestKit;
let system: ActorSystem;
beforeEach(() => {
  kit = new TestKit();
  ({ system } = kit);
});
afterEach(() => kit[Symbol.asyncDispose]());

const Here = actor({
  name: 'here',
  init: async (group: string, ctx) => {
    await ctx.join(group);
    return { done: 0 };
  },
  handlers: {
    run(ctx, task: () => void) {
      task();
      ctx.state.done++;
    },
    done: (ctx) => ctx.state.done,
  },
});

describe('a group', () => {
  it('takes members that others bring, each once, and lets them go', async () => {
    const group = system.group(Counter, 'counters');
    const [one, two] = [await system.spawn(Counter, { input: { start: 1 } }), await system.spawn(Counter, { input: { start: 2 } })];
    for (const each of [one, two, one]) await group.join(each);

    expect(await group.publish.increment(10)).toBe(2);
    expect([await one.ask.value(), await two.ask.value()]).toEqual([11, 12]);

    await group.leave(one);
    await group.leave(one);
    expect(await group.members()).toEqual([two]);
    expect(await system.group(Counter, 'others').members()).toEqual([]);
    expect(group.name).toBe('counters');
  });

  it('is of one definition: of another one nobody joins, nobody sees its members, nobody publishes', async () => {
    const [counters, ties] = [system.group(Counter, 'mixed'), system.group(Tied, 'mixed')];
    const [counter, tied] = [await system.spawn(Counter, { input: { start: 0 } }), await system.spawn(Tied)];
    await counters.join(counter);

    const mismatch = { name: 'DefinitionMismatchError', code: 'TROUPE_DEFINITION_MISMATCH' };
    expect(await failureOf(counters.join(tied as never))).toMatchObject({ ...mismatch, message: expect.stringMatching(/runs tied$/) as string });
    expect(await failureOf(ties.join(tied))).toMatchObject({
      ...mismatch, message: expect.stringMatching(/runs tied, and the members of group "mixed" don't$/) as string,
    });
    expect(await failureOf(ties.members())).toMatchObject(mismatch);
    expect(await failureOf(ties.publish.note(1))).toMatchObject(mismatch);
    expect(await failureOf(tied.ask.join('mixed'))).toMatchObject({ name: 'ActorCrashedError', cause: mismatch });

    // Forgotten with its last member, it may be another one's.
    await counters.leave(counter);
    await ties.join(await system.spawn(Tied));
    expect(await ties.publish.note(1)).toBe(1);
  });

  it('can\'t be joined by who has ended, or is being restarted', async () => {
    const group = system.group(Tied, 'all');
    const gone = await system.spawn(Tied);
    await gone.stop();
    const app = await run(supervisor({ children: { again: child(Tied) } }), { system, log: false, signals: false });
    const { again } = app.children;
    let restarts = 0;
    system.events.on('restarting', () => { restarts++; });
    for (let life = 1; life <= 2; life++) {
      again.tell.crash('boom');
      await until(() => restarts === life);
    }

    expect(await failureOf(group.join(gone))).toMatchObject({ name: 'ActorStoppedError', executed: 'no' });
    expect(await failureOf(group.join(again))).toMatchObject({ name: 'UnavailableError', executed: 'no' });
    expect(await failureOf(group.join(system.ref(Tied, 'nobody')))).toMatchObject({ name: 'ActorStoppedError' });
    expect(await group.members()).toEqual([]);
  });

  it('loses a member whose start fails after it has joined', async () => {
    const [group, gate, other] = [system.group(Tied, 'all'), await system.spawn(Gate), await system.spawn(Tied)];
    const starting = failureOf(system.spawn(Tied, { input: { group: 'all', gate, linkInInit: other } }));
    await until(async () => (await gate.ask.noted()).length > 0);
    expect(await group.members()).toHaveLength(1);

    other.kill();
    await starting;

    expect(await group.members()).toEqual([]);
  });

  it.each(['thread', 'process'] as const)('loses a member whose %s dies while it joins, and has none that never was', async (host) => {
    const group = system.group(Tied, 'all');
    const members = await Promise.all([1, 2, 3].map(() => system.spawn(Tied, { host })));

    for (const member of members) {
      member.tell.join('all');
      member.kill();
    }
    await Promise.all(members.map(({ closed }) => closed));

    expect(await group.members()).toEqual([]);
    expect(await group.publish.note('anybody?')).toBe(0);
  });

  it('that a member joins and leaves in one go has or hasn\'t got it, and nothing in between', async () => {
    await using real = new TestSystem();
    const [group, member] = [real.group(Tied, 'all'), await real.spawn(Tied, { host: 'thread' })];

    for (let i = 0; i < 10; i++) {
      await Promise.all([member.ask.join('all'), member.ask.leaveGroup('all'), member.ask.join('all')]);
      expect(await group.members()).toEqual([member]);
      await member.ask.leaveGroup('all');
      expect(await group.members()).toEqual([]);
    }
  });

  it('of actors without import.meta takes functions, and shows itself to no other host', async () => {
    const [group, tied] = [system.group(Here, 'here'), await system.spawn(Tied, { host: 'thread' })];
    const members = [await system.spawn(Here, { input: 'here' }), await system.spawn(Here, { input: 'here' })];
    let runs = 0;

    expect(await group.publish.run(() => { runs++; })).toBe(2);
    expect(await Promise.all(members.map((member) => member.ask.done()))).toEqual([1, 1]);
    expect(runs).toBe(2);
    expect(await failureOf(tied.ask.members('here'))).toMatchObject({ cause: { code: 'TROUPE_LOCAL_ONLY' } });
  });

  it('must have a name', async () => {
    const tied = await system.spawn(Tied);

    for (const name of ['', 5]) {
      expect(await failureOf(() => system.group(Tied, name as string))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    }
    expect(await failureOf(tied.ask.join(''))).toMatchObject({ cause: { code: 'TROUPE_INVALID_OPTION' } });
    expect(await failureOf(() => system.group({} as typeof Tied, 'all'))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });
});

describe('publish', () => {
  it('refuses what can\'t be sent, to a real process among others, and tells nobody then', async () => {
    await using real = new TestSystem({ maxFrame: '1MB' });
    const group = real.group(Tied, 'all');
    const members = [
      await real.spawn(Tied, { input: { group: 'all' } }), await real.spawn(Tied, { input: { group: 'all' }, host: 'process' }),
    ];
    const bytes = new Uint8Array(4);

    expect(await failureOf(group.publish.note(() => 1))).toMatchObject({
      code: 'TROUPE_NOT_SENDABLE', message: expect.stringContaining('argument 1 of note') as string,
    });
    expect(await failureOf(group.publish.note(transfer(bytes, [bytes.buffer])))).toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
    expect(await failureOf(group.publish.note(new SharedArrayBuffer(4)))).toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
    expect(await failureOf(group.publish.note(new Uint8Array(2 ** 21)))).toMatchObject({ code: 'TROUPE_FRAME_TOO_LARGE' });

    expect(bytes).toHaveLength(4);
    expect(await Promise.all(members.map((member) => member.ask.noted()))).toEqual([[], []]);
    expect(await group.publish.note('sound')).toBe(2);
    await until(async () => (await members[1]?.ask.noted())?.length === 1);
  });

  it('refuses what can\'t be sent although nobody is there', async () => {
    expect(await failureOf(system.group(Tied, 'all').publish.note(() => 1))).toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
  });

  it('has no handlers but the definition\'s, and no streams', async () => {
    const { publish } = system.group(Counter, 'counters') as { publish: object };

    expect(() => (publish as { incremnt(): void }).incremnt()).toThrow('did you mean "increment"?');
    expect(() => (publish as { watch(): void }).watch()).toThrow('a streaming handler is asked');
    expect((publish as { then?: unknown }).then).toBe(undefined);
  });

  it('to members that end meanwhile makes dead letters, and is counted exactly', async () => {
    const group = system.group(Tied, 'all');
    const members = await Promise.all([1, 2, 3, 4].map((i) => system.spawn(Tied, { input: { group: 'all' }, host: i % 2 === 0 ? 'thread' : 'local' })));

    const counts = Array.from({ length: 50 }, async (_, i) => {
      const count = group.publish.note(i);
      if (i === 25) for (const member of members.slice(0, 3)) member.kill();
      return count;
    });

    const told = await Promise.all(counts);
    expect(told[0]).toBe(4);
    expect(told.at(-1)).toBeLessThanOrEqual(4);
    await until(async () => (await members[3]?.ask.noted())?.length === 50);
  });
});
