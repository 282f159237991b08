import { describe, expect, it } from 'vitest';
import type { SystemEvents } from '../../index.ts';
import { child, run, supervisor } from '../../index.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { Door } from '../support/actors/door.ts';
import { Family } from '../support/family.ts';
import { LowWater } from '../support/actors/subject.ts';
import { StartedTable } from '../../runtime/started-numbers.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';

const family = new Family();

describe('what is known about messages queued to a dying host', () => {
  it.each([
    { host: 'thread', behind: 'no', maybeExecuted: 0 },
    { host: 'process', behind: 'maybe', maybeExecuted: 7 },
  ] as const)('on a $host: one dead letter for all, and executed is $behind for what was never begun', async (expected) => {
    const { host, behind, maybeExecuted } = expected;
    const letters: SystemEvents['dead_letter'][] = [];
    const heard = new Promise<void>((resolve) => {
      family.system.events.on('dead_letter', (letter) => {
        letters.push(letter);
        resolve();
      });
    });
    const lost = await family.spawnParent('lost', host);
    const neighbour = await family.add(lost, 'neighbour');
    const other = await family.spawnParent('other', 'thread');
    const running = [neighbour.ask.block(), lost.ask.exitWhenTold(50)];
    for (let i = 0; i < 3; i++) neighbour.tell.path();
    for (let i = 0; i < 2; i++) lost.tell.path();
    const waiting = [lost.ask.path(), neighbour.ask.path()];
    await other.ask.tellPathTo(neighbour, 2);

    const failures = await deadline(Promise.all([...running, ...waiting].map(executedOf)), 'all asks reject');
    await deadline(heard, 'the dead letter is heard of');

    expect(failures).toEqual(['HostDownError maybe', 'HostDownError maybe', `HostDownError ${behind}`, `HostDownError ${behind}`]);
    expect(letters).toEqual([{ actor: undefined, handler: undefined, reason: 'host_down', count: 7, maybeExecuted }]);
  });

  it('what was put aside and runs again takes back nothing of what has begun since', async () => {
    const door = await family.system.spawn(Door, { host: 'thread' });

    const asks = [door.ask.exitWhenOpen(), door.ask.answerLater()];
    door.tell.open();
    asks.push(door.ask.seen().then(String));

    expect(await deadline(Promise.all(asks.map(executedOf)), 'all asks reject')).toEqual([
      'HostDownError maybe', 'HostDownError maybe', 'HostDownError no',
    ]);
  });

  it('what had been handled before is not among them', async () => {
    const lost = await family.spawnParent('lost', 'thread');
    lost.tell.path();
    await lost.ask.path();
    const { handled, deadLetters } = family.system.account;

    await expect(lost.ask.exit()).rejects.toMatchObject({ executed: 'maybe' });

    expect({ handled, deadLetters }).toEqual({ handled: 2, deadLetters: 0 });
    expect(family.system.account).toMatchObject({ handled: 2, deadLetters: 0, rejected: 1 });
  });
});

describe('messages to an actor that is being restarted', () => {
  it('wait with their sender, who is told from the high-water mark on; none is lost', async () => {
    const tree = supervisor({ backoff: false, children: { low: child(LowWater, { host: 'process' }) } });
    const app = await run(tree, { system: family.system, log: false, signals: false });
    const { low } = app.children;
    const lost = new Promise<void>((resolve) => { family.system.events.on('host_lost', () => resolve()); });
    process.kill(await low.ask.pid(), 'SIGKILL');
    await deadline(lost, 'the host is lost');

    const returned = Array.from({ length: 15 }, () => low.tell.quickly());

    expect(returned.indexOf(false)).toBe(10);
    const refusal = await failureOf(low.with({ whenRestarting: 'reject' }).ask.handled());
    expect(refusal).toMatchObject({ code: 'TROUPE_UNAVAILABLE', executed: 'no' });
    await deadline(low.drained(), 'they have left', 4_000);
    expect(await low.ask.handled()).toBe(15);
  });

  it.each(['thread', 'process'] as const)('are too many from 16 MB on, however few they are: to a %s', async (host) => {
    const tree = supervisor({ backoff: false, children: { large: child(Breaking, { host }) } });
    const app = await run(tree, { system: family.system, log: false, signals: false });
    const { large } = app.children;
    await failureOf(large.ask.exit(0));
    const text = 'x'.repeat(2 ** 20);

    const returned = Array.from({ length: 17 }, () => large.tell.echo(text));

    // The 16th has a little more than its text.
    expect(returned.indexOf(false)).toBe(15);
    await deadline(large.drained(), 'they have left', 4_000);
    expect(await large.ask.echo('behind them')).toBe('behind them');
    expect(large.tell.echo('a small one')).toBe(true);
  });
});

describe('the numbers of what has begun', () => {
  it('tell per slot how far a thread has come, and forget what is closed', () => {
    const table = new StartedTable();
    const writer = new StartedTable(table.memory);
    const [first, second] = [writer.open(0, 7, 4) as number, writer.open(2, 7, 0) as number];
    writer.note(first, 5);
    writer.note(second, 9);
    expect(table.read(0)).toEqual(new Map([[7, 5]]));

    writer.close(first);
    writer.open(0, 8, 0);

    expect(table.read(0)).toEqual(new Map([[8, 0]]));
    expect(table.read(2)).toEqual(new Map([[7, 9]]));
    expect(table.memory.byteLength).toBe(new StartedTable().memory.byteLength);
  });

  it('grow with the slots, and prove nothing once one had no place', () => {
    const table = new StartedTable();
    const writer = new StartedTable(table.memory);
    const slots = 2 ** 18;
    for (let slot = 1; slot <= slots; slot++) writer.open(0, slot, slot);
    expect(table.read(0)?.get(slots)).toBe(slots);

    expect(writer.open(0, slots + 1, 0)).toBeUndefined();

    expect(table.read(0)).toBeUndefined();
  });
});

async function executedOf(ask: Promise<unknown>): Promise<string> {
  const { name, executed } = await failureOf(ask) as Error & { executed?: string };
  return `${name} ${executed}`;
}
