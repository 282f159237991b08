import type { ActorSystem } from '../../index.ts';
import { StateUser } from './actors/state-users.ts';
import { state } from '../../index.ts';

const USERS = 8;

/** What a counter says when eight actors on four hosts, two threads and two processes, have made so many increments together. */
export async function countTogether(system: ActorSystem, increments: number): Promise<number> {
  const sets = await Promise.all([system.hosts({ kind: 'thread', size: 2 }), system.hosts({ kind: 'process', size: 2 })]);
  const users = await Promise.all(sets.flatMap((host) => Array.from({ length: USERS / 2 }, () => system.spawn(StateUser, { host }))));
  const counter = await state.counter({ system });
  await Promise.all(users.map((user) => user.with({ timeout: Infinity }).ask.count(counter, increments / USERS)));
  return counter.get({ timeout: '1m' });
}
