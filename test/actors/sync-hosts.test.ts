import { describe, expect, it } from 'vitest';
import { barrier, condition, createSystem, event, mutex, semaphore } from '../../index.ts';
import { Conformer, EXPECTED } from '../support/actors/sync-conformer.ts';
import { Comer, note } from '../support/actors/barrier-users.ts';
import { Sleeper } from '../support/actors/condition-users.ts';
import { Ledger, User, longestWait } from '../support/actors/lock-users.ts';

const LIMIT_MS = 60_000;
const PATIENT = { timeout: Infinity } as const;
const HOSTS = ['thread', 'process'] as const;
const failed = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined, (error: unknown) => error);

describe.each(HOSTS)('when its host is killed (%s)', (host) => {
  it.concurrent('the holder of a lock leaves it to the next one, who is told', async () => {
    await using system = createSystem();
    const [lock, doors] = [await mutex({ system }), await semaphore(1, { system })];
    const [a, b] = await Promise.all([system.spawn(User, { host }), system.spawn(User, { host: 'thread' })]);
    await a.with(PATIENT).ask.takeAll([lock, doors]);
    const next = b.with(PATIENT).ask.take(lock);
    const [dead, permit] = [failed(a.with(PATIENT).ask.die()), doors.acquire()];

    expect(await next).toBe(true);
    expect((await permit).wasAbandoned).toBe(true);
    expect(await dead).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
  }, LIMIT_MS);

  it.concurrent('the one that waits at a condition eats no notification', async () => {
    await using system = createSystem();
    const changed = await condition({ system });
    const [a, b] = await Promise.all([system.spawn(Sleeper, { host }), system.spawn(Sleeper, { host: 'thread' })]);
    for (const sleeper of [a, b]) await sleeper.with(PATIENT).ask.doze(changed);
    const dead = failed(a.with(PATIENT).ask.die());
    await changed.use((held) => changed.notify(held));

    expect(await b.with(PATIENT).ask.nap()).toBe(true);
    expect(await dead).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
  }, LIMIT_MS);

  it.concurrent('a party of a barrier breaks it, and the others are told', async () => {
    await using system = createSystem();
    const start = await barrier({ system, parties: 4 });
    const [a, b] = await Promise.all([system.spawn(Comer, { host, name: 'a' }), system.spawn(Comer, { host: 'process' })]);
    const told = [failed(b.with(PATIENT).ask.come(start)), failed(start.wait())];
    await a.with(PATIENT).ask.stand(start);
    const dead = failed(a.with(PATIENT).ask.die());

    for (const each of told) expect(String(await each)).toContain('a waits no more');
    expect(await dead).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
  }, LIMIT_MS);
});

describe('between this thread, another one and a process', () => {
  const PLACES = ['local', 'thread', 'process'] as const;

  it.concurrent('one at a time has a lock, in turn, and nothing is lost', async () => {
    await using system = createSystem();
    const [lock, ledger] = [await mutex({ system, host: 'thread' }), await system.spawn(Ledger)];
    const set = await system.hosts({ kind: 'thread', size: 1 });
    const users = await Promise.all(Array.from({ length: 20 }, (_, i) => system.spawn(User, { host: i < 2 ? PLACES[i + 1] ?? 'local' : i % 2 === 0 ? set : 'local' })));
    await Promise.all(users.map((user) => user.with(PATIENT).ask.useOften(lock, ledger, 10)));

    expect(await ledger.ask.read()).toBe(200);
    expect(longestWait(await ledger.ask.turns())).toBeLessThanOrEqual(40);
  }, LIMIT_MS);

  it.concurrent('one of those who wait for each other is told, and the other one goes on', async () => {
    await using system = createSystem();
    const locks = await Promise.all(['one', 'two'].map((name) => mutex({ system, name, host: 'thread' })));
    const [one, two] = locks as [typeof locks[0] & object, typeof locks[0] & object];
    const [a, b] = await Promise.all([system.spawn(User, { host: 'thread', name: 'a' }), system.spawn(User, { host: 'process', name: 'b' })]);
    await Promise.all([a.with(PATIENT).ask.take(one), b.with(PATIENT).ask.take(two)]);
    const ends = await Promise.all([a.with(PATIENT).ask.take(two), b.with(PATIENT).ask.take(one)].map((end) => (
      end.catch(({ cause }: { cause: unknown }) => cause)
    )));

    const [victim, other] = ends[0] === true ? [ends[1], ends[0]] : ends;
    expect(victim).toMatchObject({ name: 'DeadlockError', code: 'TROUPE_DEADLOCK', path: { length: 5 } });
    expect(other).toBe(true);
  }, LIMIT_MS);

  it.concurrent('all go on together, when something has happened, and when all have come', async () => {
    await using system = createSystem();
    const [ready, start] = [await event({ system, host: 'thread' }), await barrier({ system, parties: 3, action: note, host: 'process' })];
    const comers = await Promise.all(PLACES.map((host) => system.spawn(Comer, { host })));
    const waits = comers.map((comer) => comer.with(PATIENT).ask.waitFor(ready));
    await ready.set();
    expect(await Promise.all(waits)).toEqual([true, true, true]);

    const places = await Promise.all(comers.map((comer) => comer.with(PATIENT).ask.come(start)));
    expect(places.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  }, LIMIT_MS);
});

describe.each(['local', ...HOSTS] as const)('from an actor (%s)', (host) => {
  it.concurrent('each class does what Python\'s does, as far as that is right', async () => {
    await using system = createSystem();
    const conformer = await system.spawn(Conformer, { host });

    for (const [name, expected] of Object.entries(EXPECTED)) {
      expect(await conformer.with(PATIENT).ask[name as keyof typeof EXPECTED](), name).toEqual(expected);
    }
  }, LIMIT_MS);
});
