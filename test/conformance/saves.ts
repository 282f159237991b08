import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ActorSystem, App, HostKind, RestorableDefinition } from '../../index.ts';
import type { Side } from './pair.ts';
import type { KeeperRef } from '../support/actors/keeper.ts';
import { Keeper } from '../support/actors/keeper.ts';
import { TestSystem } from '../support/test-system.ts';
import { child, dynamicSupervisor, run, supervisor } from '../../index.ts';
import { expectExactAccounts } from '../support/accounts.ts';
import { failureOf } from '../support/failure-of.ts';

/** The same one, said to take a snapshot. */
const Restored = Keeper as typeof Keeper & RestorableDefinition<unknown, object, 'anywhere', unknown>;

/** What an actor in one place leaves to its next life. */
export function saves(host: HostKind): void {
  describe(`what an actor on ${host} saves`, () => {
    let system: ActorSystem;
    let app: App<object>;
    /** The one host of all that need none of their own. */
    let shared: Side;
    let count = 0;
    beforeAll(async () => {
      system = new TestSystem({ maxFrame: '100KB' });
      shared = host === 'local' ? host : await system.hosts({ kind: host, size: 1 });
      app = await run(supervisor({ name: 'app', backoff: false, intensity: { restarts: 1_000, within: '1m' }, children: {} }), { system, log: false, signals: false });
    });
    afterEach(() => expectExactAccounts(system));
    afterAll(() => system.stop());

    const keyOfNext = (): string => `keeper-${++count}`;
    const add = async (place: HostKind | Side = shared, input?: { savesLives: boolean }): Promise<KeeperRef> => (
      await app.supervisor.startChild(keyOfNext(), child(Keeper, { input, host: place })) as KeeperRef
    );
    /** What its next life has found. */
    const foundAfterCrash = async (keeper: KeeperRef): Promise<unknown> => {
      keeper.tell.crash();
      return keeper.ask.found();
    };

    it('is nothing in its first life, nor later as long as nothing was saved', async () => {
      const keeper = await add();

      expect(await keeper.ask.found()).toBe(undefined);
      expect(await foundAfterCrash(keeper)).toBe(undefined);
      expect(await keeper.ask.incarnation()).toBe(2);
    });

    it('is there after a crash in the same handler, and in each life after it', async () => {
      const keeper = await add();

      keeper.tell.saveAndCrash({ when: new Date(5), of: ['a', 'b'] });

      expect(await keeper.ask.found()).toEqual({ when: new Date(5), of: ['a', 'b'] });
      expect(await foundAfterCrash(keeper)).toEqual({ when: new Date(5), of: ['a', 'b'] });
      expect(await keeper.ask.incarnation()).toBe(3);
    });

    it('is a copy, as it was when it was saved', async () => {
      const keeper = await add();

      await keeper.ask.saveItemAndChange('saved');

      expect(await foundAfterCrash(keeper)).toEqual({ items: ['saved'] });
    });

    it('is what it has saved last', async () => {
      const keeper = await add();
      await keeper.ask.save('first');

      await keeper.ask.save('second', 'third', 'fourth');

      expect(await foundAfterCrash(keeper)).toBe('fourth');
    });

    it('may be saved in init, and in stop', async () => {
      const keeper = await add(shared, { savesLives: true });

      expect(await foundAfterCrash(keeper)).toBe('stop of 1: error');
      keeper.kill();
      expect(await keeper.ask.found()).toBe('init of 2');
    });

    it('stays the same for the whole of the next life, and is decoded anew each time', async () => {
      const keeper = await add();
      await keeper.ask.save({ n: 1 });
      expect(await foundAfterCrash(keeper)).toEqual({ n: 1 });

      expect(await keeper.ask.saveAndFind({ n: 2 })).toEqual({ n: 1 });
      expect(await keeper.ask.findTwice()).toEqual([{ n: 1 }, { n: 1 }, true]);
      expect(await foundAfterCrash(keeper)).toEqual({ n: 2 });
    });

    it('is refused when it is no plain data, or too long: the actor goes on, and what it has saved before stays', async () => {
      const keeper = await add();
      await keeper.ask.save('before');

      const refusals = await keeper.ask.saveUnsendable();

      expect(refusals).toMatchObject([
        { code: 'TROUPE_NOT_SENDABLE', message: expect.stringMatching(/^Cannot send what keeper saves: it is a function/) as string },
        { code: 'TROUPE_NOT_SENDABLE', path: 'what keeper saves → .deep[0]' },
        { code: 'TROUPE_NOT_SENDABLE', message: 'Cannot send what keeper saves: it is a transfer(), which wraps an argument, a reply or an item' },
        { code: 'TROUPE_FRAME_TOO_LARGE', maxBytes: 102_400 },
      ]);
      expect(await keeper.ask.incarnation()).toBe(1);
      expect(await foundAfterCrash(keeper)).toBe('before');
    });

    it('may hold refs, which work in the next life', async () => {
      const [keeper, other] = [await add(), await add()];
      await keeper.ask.save(new Map([['other', other]]));
      keeper.tell.crash();

      expect(await keeper.ask.askFound('other')).toBe(1);
    });

    it('is there when a child is started by hand that was stopped by hand', async () => {
      const key = keyOfNext();
      const keeper = await app.supervisor.startChild(key, child(Keeper, { host: shared })) as KeeperRef;
      await keeper.ask.save('kept');

      await app.supervisor.terminateChild(key);
      await app.supervisor.restartChild(key);

      expect(await keeper.ask.found()).toBe('kept');
    });

    it('is there after a restart of its supervisor, in the places that its spec has; others are gone', async () => {
      const inner = await app.supervisor.startChild(keyOfNext(), supervisor({
        intensity: { restarts: 0, within: '1m' }, children: { keeper: child(Keeper, { host: shared }), bad: child(Keeper) },
      }));
      const { keeper, bad } = inner!.children;
      const added = await inner!.startChild('added', child(Keeper, { host: shared })) as KeeperRef;
      await Promise.all([keeper, added].map((each) => each.ask.save('kept')));

      bad.tell.crash();
      await added.closed;

      expect(await keeper.ask.found()).toBe('kept');
      expect(await keeper.ask.incarnation()).toBe(2);
      const again = await inner!.startChild('added', child(Keeper, { host: shared })) as KeeperRef;
      expect(await again.ask.found()).toBe(undefined);
    });

    it('is there for children of a dynamic supervisor', async () => {
      const keepers = await app.supervisor.startChild(keyOfNext(), dynamicSupervisor({ child: Keeper, options: { host: shared } }));
      const [one, other] = await Promise.all([keepers!.startChild(undefined), keepers!.startChild(undefined)]) as KeeperRef[];
      await one!.ask.save('one');
      await other!.ask.save('other');

      expect([await foundAfterCrash(one!), await foundAfterCrash(other!)]).toEqual(['one', 'other']);
    });

    it('is nothing of a bare actor, which may begin with a snapshot', async () => {
      const bare = await system.spawn(Restored, { host: shared, snapshot: new Set(['from before']) }) as KeeperRef;

      expect(await bare.ask.found()).toEqual(new Set(['from before']));
      expect(await bare.ask.saveAndFind('nobody finds it')).toEqual(new Set(['from before']));
      await expect(system.spawn(Restored, { host: shared, snapshot: () => 1 })).rejects.toMatchObject({
        code: 'TROUPE_NOT_SENDABLE', path: 'snapshot of keeper',
      });
      bare.tell.crash();
      expect(await bare.closed).toMatchObject({ kind: 'error', error: { message: 'boom' } });
    });

    it.skipIf(host === 'process')('may hold shared memory where threads share it', async () => {
      const keeper = await add();
      const memory = new SharedArrayBuffer(4);
      await keeper.ask.saveMemory(memory);
      keeper.tell.crash();

      await keeper.ask.addToFound();

      expect(new Int32Array(memory)[0]).toBe(1);
    });

    it.skipIf(host === 'local')('is there on the next host when the one before is gone, once an ask behind it was answered', async () => {
      const [keeper, other] = [await add(host), await add()];
      await keeper.ask.save(new Map([['other', other]]));

      for (const incarnation of [2, 3]) {
        await failureOf(keeper.ask.endHost());

        expect(await keeper.ask.askFound('other')).toBe(1);
        expect(await keeper.ask.incarnation()).toBe(incarnation);
      }
    });

    it.skipIf(host === 'local')('is there on another host of a set, when a crash has followed it in its turn', async () => {
      await using set = await system.hosts({ kind: host as 'thread' | 'process', size: 2 });
      const [keeper, other] = [await add(set), await add(set)];

      keeper.tell.saveAndCrash('saved');
      expect(await keeper.ask.found()).toBe('saved');
      await failureOf(keeper.ask.endHost());

      expect(await keeper.ask.found()).toBe('saved');
      expect(await keeper.ask.incarnation()).toBe(3);
      expect(await other.ask.found()).toBe(undefined);
    });
  });
}
