import { describe, expect, it } from 'vitest';
import type { Mutex, RefOf } from '../../index.ts';
import { Comer } from '../support/actors/barrier-users.ts';
import { Ledger, User } from '../support/actors/lock-users.ts';
import { Sleeper } from '../support/actors/condition-users.ts';
import { TestSystem } from '../support/test-system.ts';
import { barrier, condition, mutex, reentrantMutex, semaphore } from '../../index.ts';
import { deadline } from '../support/deadline.ts';

const TOLD_MS = 2_000;
const LIMIT = { timeout: 60_000 };
const PATIENT = { timeout: Infinity } as const;
/** After how long somebody dies, in milliseconds: at the beginning of his work, and ever further in. */
const MOMENTS = [0, 2, 5, 13, 40];
const FOR_EVER = 1_000_000;

describe.each(['thread', 'process'] as const)('whoever dies with his %s', (host) => {
  /** Users of a host that is theirs alone, which is gone `ms` after `dies()`. */
  const doomed = async (system: TestSystem, ms: number): Promise<{ one: RefOf<typeof User>; all: RefOf<typeof User>; dies: () => void }> => {
    const theirs = await system.hosts({ kind: host, size: 1 });
    const [one, all, killer] = [await system.spawn(User, { host: theirs }), await system.spawn(User, { host: theirs }), await system.spawn(User, { host: theirs })];
    return { one: one.with(PATIENT), all: all.with(PATIENT), dies: () => { setTimeout(() => { killer.tell.die(); }, ms); } };
  };

  it.each(MOMENTS)('and holds locks, one or all together, leaves them to the others (%d ms)', LIMIT, async (ms) => {
    await using system = new TestSystem();
    const locks = [await mutex({ system }), await semaphore(1, { system, host: 'thread' }), await reentrantMutex({ system })];
    const ledger = await system.spawn(Ledger);
    const { one, all, dies } = await doomed(system, ms);
    const survivor = (await system.spawn(User, { host: 'thread' })).with(PATIENT);

    const ends = [one.ask.useOften(locks[0] as Mutex, ledger, FOR_EVER), all.ask.useAllOften(locks, FOR_EVER)].map((end) => end.catch(() => 'died'));
    dies();
    await deadline(survivor.ask.useAllOften(locks.toReversed(), 10), 'the survivor has them', 10 * TOLD_MS);

    expect(await deadline(Promise.all(ends), 'they are told', TOLD_MS)).toEqual(['died', 'died']);
    for (const lock of locks) (await deadline(lock.acquire(), 'it is free', TOLD_MS)).release();
  });

  it.each(MOMENTS)('and waits for a notification, or at a barrier, keeps nobody waiting (%d ms)', LIMIT, async (ms) => {
    await using system = new TestSystem();
    const changed = await condition({ system });
    const start = await barrier({ system, parties: 3 });
    const theirs = await system.hosts({ kind: host, size: 1 });
    const sleeper = await system.spawn(Sleeper, { host: theirs });
    const [comer, killer] = [await system.spawn(Comer, { host: theirs }), await system.spawn(Comer, { host: theirs })];
    const patient = changed.use((held) => changed.wait(held));
    const party = start.wait().catch(({ code }: { code: unknown }) => code);

    void sleeper.with(PATIENT).ask.sleep(changed, undefined).catch(() => undefined);
    void comer.with(PATIENT).ask.come(start).catch(() => undefined);
    setTimeout(() => { killer.tell.die(); }, ms);
    await deadline(comer.closed, 'it has died', 5 * TOLD_MS);
    await changed.use((held) => changed.notifyAll(held));

    expect(await deadline(patient, 'the other one is woken', TOLD_MS)).toBe(true);
    // Whether it had come before, nobody knows: what is left of it breaks here.
    await start.abort();
    expect(await deadline(party, 'the other party is told', TOLD_MS)).toBe('TROUPE_BROKEN_BARRIER');
    (await deadline(changed.acquire(), 'the mutex is free', TOLD_MS)).release();
  });
});
