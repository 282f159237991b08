import { beforeAll, describe, expect, it } from 'vitest';
import { child, run, supervisor, type ActorRef } from '../../../index.ts';
import {
  EventObserving, Listening, Observing, Player, Promising, StayingObserver, StayingPlayer, StayingPromise, StrictPlayer, Summing,
} from '../../support/actors/machines.ts';
import { Notes, type NotesRef } from '../../support/actors/notes.ts';
import { Watcher } from '../../support/actors/watcher.ts';
import { SharedPlace } from '../../support/shared-place.ts';
import { failureOf } from '../../support/failure-of.ts';

describe.each(['local', 'thread', 'process'] as const)('on %s', (kind) => {
  const place = new SharedPlace(kind);
  let notes: NotesRef;
  let lastLabel = 0;

  beforeAll(async () => { notes = await place.system.spawn(Notes); });

  const newInput = () => ({ label: `${++lastLabel}`, notes });
  const options = <I>(input: I) => ({ input, host: place.host });
  /** Resolves with how it ends. */
  const endOf = async (ref: ActorRef<object>): Promise<() => Promise<string>> => {
    const watcher = await place.system.spawn(Watcher);
    await watcher.ask.watch(ref);
    return () => watcher.ask.end();
  };

  describe('a machine', () => {
    it('starts with its input, takes events, and tells its state', async () => {
      const input = newInput();
      const ref = await place.system.spawn(Player, options(input));

      expect(await ref.ask.snapshot()).toEqual({
        status: 'active', value: 'paused', context: { ...input, taken: 0 }, tags: ['idle'], output: undefined, error: undefined,
      });
      ref.tell.send({ type: 'play' });
      await ref.ask.send({ type: 'faster' });
      expect(await ref.ask.snapshot()).toMatchObject({ value: { playing: 'fast' }, context: { label: input.label, taken: 2 }, tags: ['audible'] });

      await ref.stop();
    });

    it('can be waited for: a state, one in a state, tags, and what it is in', async () => {
      const ref = await place.system.spawn(Player, options(newInput()));
      const waits = [
        ref.ask.waitFor('playing'), ref.ask.waitFor({ playing: 'fast' }), ref.ask.waitFor({ tags: ['audible'] }), ref.ask.waitFor('paused'),
      ];

      await ref.ask.send({ type: 'play' });
      await ref.ask.send({ type: 'faster' });

      expect((await Promise.all(waits)).map(({ value }) => value)).toEqual([{ playing: 'slow' }, { playing: 'fast' }, { playing: 'slow' }, 'paused']);
      await ref.stop();
    });

    it('can be waited for no longer than is said, and for nothing that it has not', async () => {
      const ref = await place.system.spawn(Player, options(newInput()));

      expect(await failureOf(ref.ask.waitFor('playing', 1))).toMatchObject({ name: 'AskTimeoutError', code: 'TROUPE_ASK_TIMEOUT', timeoutMs: 1 });
      expect(await failureOf(ref.ask.waitFor('flying' as 'playing'))).toMatchObject({ name: 'RefusedError', code: 'unknown_state' });
      expect(await failureOf(ref.ask.waitFor({ playing: 'back' } as never))).toMatchObject({ code: 'unknown_state' });
      expect(await failureOf(ref.ask.waitFor('playing', 0))).toMatchObject({ name: 'RefusedError', code: 'bad_option' });
      await ref.stop();
    });

    it('says what it can take', async () => {
      const ref = await place.system.spawn(Player, options(newInput()));

      expect(await ref.ask.can({ type: 'play' })).toBe(true);
      expect(await ref.ask.can({ type: 'faster' })).toBe(false);
      await ref.stop();
    });

    it('streams its changes and what it emits, until it is done, and tells its output', async () => {
      const ref = await place.system.spawn(Player, options(newInput()));
      const [changes, emitted, output] = [ref.ask.changes(), ref.ask.emitted(), ref.ask.output()];
      expect((await changes.next()).value).toMatchObject({ value: 'paused' });
      const emission = emitted.next();
      await ref.ask.can({ type: 'play' });

      for (const type of ['play', 'faster', 'stop'] as const) ref.tell.send({ type });

      expect((await changes.toArray()).map(({ value }) => value)).toEqual([{ playing: 'slow' }, { playing: 'fast' }, 'ended']);
      expect(await emission).toEqual({ done: false, value: { type: 'speed', speed: 'fast' } });
      expect((await emitted.next()).done).toBe(true);
      expect(await output).toMatchObject({ taken: 2 });
    });

    it('is inspected in plain data', async () => {
      const ref = await place.system.spawn(Player, options(newInput()));
      const reports = ref.ask.inspect();
      const first = (await reports.next()).value;

      ref.tell.send({ type: 'play' });

      expect(first).toMatchObject({ type: '@xstate.actor', name: 'player' });
      expect((await reports.next()).value).toMatchObject({ type: '@xstate.event', event: { type: 'play' } });
      expect((await reports.next()).value).toMatchObject({ type: '@xstate.snapshot', snapshot: { value: { playing: 'slow' } } });
      await reports.return?.();
      await ref.stop();
    });

    it('ends its actor when it is done, or stays to be asked', async () => {
      const [one, other] = [await place.system.spawn(Player, options(newInput())), await place.system.spawn(StayingPlayer, options(newInput()))];
      const ended = await endOf(one);

      one.tell.send({ type: 'stop' });
      await other.ask.send({ type: 'stop' });

      expect(await ended()).toBe('normal');
      expect(await other.ask.snapshot()).toMatchObject({ status: 'done', value: 'ended', output: { taken: 0 } });
      expect(await other.ask.output()).toMatchObject({ taken: 0 });
      await other.ask.send({ type: 'play' });
      expect((await other.ask.snapshot()).value).toBe('ended');
      await other.stop();
    });

    it('ends its actor with the error of an action', async () => {
      const ref = await place.system.spawn(Player, options(newInput()));
      const ended = await endOf(ref);

      expect(await failureOf(ref.ask.send({ type: 'throw' }))).toMatchObject({ name: 'ActorCrashedError', cause: { message: 'as told' } });
      expect(await ended()).toBe('error: as told');
    });

    it('refuses what its strict form does not know, if it is asked', async () => {
      const [one, strict] = [await place.system.spawn(Player, options(newInput())), await place.system.spawn(StrictPlayer, options(newInput()))];

      await one.ask.send({ type: 'unheard' } as never);
      expect(await failureOf(strict.ask.send({ type: 'unheard' } as never))).toMatchObject({ name: 'RefusedError', code: 'unknown_event' });
      strict.tell.send({ type: 'unheard' } as never);
      for (const ref of [one, strict]) {
        expect((await ref.ask.snapshot()).value).toBe('paused');
        await ref.stop();
      }
    });

    it('ends when it is killed, and begins again with its input after a crash', async () => {
      const app = await run(supervisor({ backoff: false, children: { player: child(Player, options(newInput())) } }), {
        system: place.system, signals: false, log: false,
      });
      const { player } = app.children;
      await player.ask.send({ type: 'play' });

      player.tell.send({ type: 'throw' });
      await player.ask.waitFor('paused');
      await player.ask.send({ type: 'play' });
      player.kill();

      expect((await player.ask.waitFor('paused')).context.taken).toBe(0);
      await app.stop();
    });
  });

  describe('a transition function', () => {
    it('starts with its input and takes events in order', async () => {
      const ref = await place.system.spawn(Summing, options({ from: 10 }));

      for (let by = 1; by <= 100; by++) ref.tell.send({ type: 'add', by });

      expect(await ref.ask.snapshot()).toMatchObject({ status: 'active', context: { sum: 5_060 } });
      const changes = ref.ask.changes();
      await changes.next();
      await ref.ask.send({ type: 'add', by: 1 });
      expect((await changes.next()).value).toMatchObject({ context: { sum: 5_061 } });
      await changes.return?.();
      expect(await failureOf(ref.ask.waitFor('anything' as never))).toMatchObject({ code: 'unknown_state' });
      await ref.stop();
    });

    it('ends its actor with what it throws', async () => {
      const ref = await place.system.spawn(Summing, options({ from: 0 }));
      const ended = await endOf(ref);

      ref.tell.send({ type: 'throw' });

      expect(await ended()).toBe('error: as told');
    });
  });

  describe('a promise', () => {
    it('is the output, and ends its actor', async () => {
      const input = newInput();
      const ref = await place.system.spawn(StayingPromise, options({ ...input, ends: 'resolved' }));

      expect(await ref.ask.output()).toBe(`${input.label} resolved`);
      expect(await ref.ask.snapshot()).toMatchObject({ status: 'done', output: `${input.label} resolved` });
      await ref.stop();
    });

    it('ends its actor with what it rejects with', async () => {
      const ref = await place.system.spawn(StayingPromise, options({ ...newInput(), ends: 'rejected' }));
      const ended = await endOf(ref);

      expect(await ended()).toBe('error: as told');
    });

    it('is aborted when its actor is stopped', async () => {
      const input = newInput();
      const ref = await place.system.spawn(Promising, options({ ...input, ends: 'never' }));

      await ref.stop();

      await notes.ask.has(`${input.label} aborted`);
    });
  });

  describe('a callback', () => {
    it('hears events, and cleans up when its actor is stopped', async () => {
      const input = newInput();
      const ref = await place.system.spawn(Listening, options(input));

      await ref.ask.send({ type: 'say', text: 'hello' });
      await ref.stop();

      await notes.ask.has(`${input.label} cleaned up`);
      expect((await notes.ask.all()).filter((text) => text.startsWith(`${input.label} `))).toEqual([
        `${input.label} heard hello`, `${input.label} cleaned up`,
      ]);
    });

    it('ends its actor with what it throws, and cleans up', async () => {
      const input = newInput();
      const ref = await place.system.spawn(Listening, options(input));
      const ended = await endOf(ref);

      ref.tell.send({ type: 'throw' });

      expect(await ended()).toBe('error: as told');
      await notes.ask.has(`${input.label} cleaned up`);
    });
  });

  describe('an observable', () => {
    it('is its items, until it is complete', async () => {
      const ref = await place.system.spawn(StayingObserver, options({ ...newInput(), to: 3, ends: 'complete' }));

      const states = await ref.ask.changes().toArray();

      expect(states.at(-1)).toMatchObject({ status: 'done', context: 3 });
      await ref.stop();
    });

    it.each([Observing, EventObserving as never as typeof Observing])('ends its actor with its error', async (definition) => {
      const ref = await place.system.spawn(definition, options({ ...newInput(), to: 2, ends: 'error' }));
      const ended = await endOf(ref);

      expect(await ended()).toBe('error: as told');
    });

    it.each([Observing, EventObserving as never as typeof Observing])('is unsubscribed from when its actor is stopped', async (definition) => {
      const input = newInput();
      const ref = await place.system.spawn(definition, options({ ...input, to: 1, ends: 'never' }));

      await ref.stop();

      await notes.ask.has(`${input.label} unsubscribed`);
    });
  });
});
