import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActorSystem, HostKind } from '../../index.ts';
import type { Side } from './pair.ts';
import type { TiedRef } from '../support/actors/tied.ts';
import { child, run, supervisor } from '../../index.ts';
import { Gate, type GateRef } from '../support/actors/narrow.ts';
import { Tied } from '../support/actors/tied.ts';
import { deadline } from '../support/deadline.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';

interface World {
  readonly system: ActorSystem;
  readonly here: Side;
  readonly there: Side;
}

/** What of one actor's end another one is told, from every kind of host to every other one. */
export function ties(world: () => World, sender: HostKind, receiver: HostKind): void {
  /** The parents of the two sides: their children live where they do. */
  let nearby: TiedRef;
  let faraway: TiedRef;
  let gate: GateRef;
  beforeAll(async () => {
    const { system, here, there } = world();
    [nearby, faraway, gate] = await Promise.all([system.spawn(Tied, { host: here }), system.spawn(Tied, { host: there }), system.spawn(Gate)]);
  });
  afterAll(async () => { await Promise.all([nearby.stop(), faraway.stop(), gate.stop()]); });

  const near = async (traps = false): Promise<TiedRef> => await nearby.ask.add({ traps }) as TiedRef;
  const far = async (traps = false): Promise<TiedRef> => await faraway.ask.add({ traps }) as TiedRef;
  const boom = { kind: 'error', error: { name: 'RangeError', message: 'boom' } };

  describe('a child', () => {
    it.each(['crashes', 'is stopped', 'is killed'] as const)('of an ordinary actor ends with it, when that %s', async (how) => {
      const parent = await near();
      const added = await parent.with({ timeout: '20s' }).ask.add(undefined, receiver) as TiedRef;
      const grandchild = await added.with({ timeout: '20s' }).ask.add() as TiedRef;

      if (how === 'crashes') parent.tell.crash('boom');
      else if (how === 'is stopped') await parent.stop();
      else parent.kill();
      const ends = await deadline(Promise.all([parent.closed, added.closed, grandchild.closed]), 'they end');

      const reason = how === 'crashes' ? boom : { kind: how === 'is killed' ? 'killed' : 'normal' };
      const below = { kind: how === 'is killed' ? 'killed' : 'shutdown' };
      expect(ends).toMatchObject([reason, below, below]);
    });
  });

  describe('a link', () => {
    it('ends the other one for the same reason, as a crash: what runs there is given up, and stop runs', async () => {
      const one = await nearby.ask.add({ gate }) as TiedRef;
      const other = await far();
      await one.ask.link(other);
      const lingering = failureOf(one.with({ timeout: '20s' }).ask.linger(gate));
      await gate.ask.whenHeld();
      one.tell.echo('waits behind it');

      other.tell.crash('boom');

      expect(await deadline(one.closed, 'it ends as well')).toMatchObject(boom);
      expect(await lingering).toMatchObject({ name: 'ActorCrashedError', executed: 'maybe', cause: { message: 'boom' } });
      await until(async () => (await gate.ask.noted()).length > 0);
      expect(await gate.ask.noted()).toMatchObject([boom]);
      gate.tell.open();
    });

    it('works both ways, and along a chain', async () => {
      const [first, second, third] = [await near(), await far(), await near()];
      await second.ask.link(first, third);

      first.tell.crash('boom');

      expect(await deadline(Promise.all([second.closed, third.closed]), 'the chain ends')).toMatchObject([boom, boom]);
    });

    it('tells an actor that traps exits instead, once, however often they were linked', async () => {
      const [one, other] = [await near(true), await far()];
      await one.ask.link(other, other);
      await other.ask.link(one);

      other.tell.crash('boom');
      await other.closed;

      const [exit, ...more] = await one.ask.told();
      expect(exit).toMatchObject({ signal: 'exit', reason: boom });
      expect(exit?.ref.equals(other)).toBe(true);
      expect(more).toEqual([]);
    });

    it('passes killed on as an ordinary reason, which can be trapped', async () => {
      const [one, other, trapping] = [await near(), await far(), await near(true)];
      await other.ask.link(one, trapping);

      other.kill();

      expect(await deadline(one.closed, 'it ends as well')).toEqual({ kind: 'killed' });
      expect(await trapping.ask.told()).toMatchObject([{ signal: 'exit', reason: { kind: 'killed' } }]);
    });

    it('is told of a normal end to who traps exits, and to nobody else', async () => {
      const [one, other, trapping] = [await near(), await far(), await near(true)];
      await other.ask.link(one, trapping);

      await other.stop();

      expect(await trapping.ask.told()).toMatchObject([{ signal: 'exit', reason: { kind: 'normal' } }]);
      expect(await one.ask.echo('alive')).toBe('alive');
    });

    it('that is ended by either side is told to nobody', async () => {
      const [one, other, another] = [await near(true), await far(true), await far()];
      await one.ask.link(other, another);
      await one.ask.unlink(other);
      await another.ask.unlink(one);

      another.tell.crash('boom');
      other.kill();
      await Promise.all([other.closed, another.closed]);

      expect(await one.ask.told()).toEqual([]);
    });

    it('is not told of once unlink has returned, although the end came before; a new one is, once', async () => {
      const [one, other, another] = [await near(true), await far(), await far()];
      await one.ask.link(other, another);

      await one.ask.killAndUnlink(other);
      await one.ask.killAndLinkAnew(another);
      await Promise.all([other.closed, another.closed]);

      const told = await one.ask.told();
      expect(told).toHaveLength(1);
      expect(told[0]?.ref.equals(another)).toBe(true);
    });

    it('with an actor that has ended is an exit at once; with oneself it is none', async () => {
      const [one, trapping, gone] = [await near(), await near(true), await far()];
      await gone.stop();
      await trapping.ask.linkMyself();

      await trapping.ask.link(gone);
      const failure = failureOf(one.ask.linkAndLinger(gate, gone));

      const stopped = { kind: 'error', error: { name: 'ActorStoppedError', code: 'TROUPE_ACTOR_STOPPED' } };
      await until(async () => (await trapping.ask.told()).length > 0);
      expect(await trapping.ask.told()).toMatchObject([{ signal: 'exit', reason: stopped }]);
      expect(await deadline(one.closed, 'it ends')).toMatchObject(stopped);
      expect(await failure).toMatchObject({ name: 'ActorCrashedError', cause: { code: 'TROUPE_ACTOR_STOPPED' } });
      gate.tell.open();
    });

    it('lets a handler come to its pause before it ends its actor', async () => {
      const [one, gone] = [await near(), await far()];
      await gone.stop();

      expect(await one.ask.linkAndGoOn(gone)).toBe('the handler went on');
      expect(await deadline(one.closed, 'it ends')).toMatchObject({ kind: 'error', error: { code: 'TROUPE_ACTOR_STOPPED' } });
    });

    it('that crosses with the other one\'s end is one exit', async () => {
      const one = await near(true);
      const others = await Promise.all(Array.from({ length: 20 }, () => far()));

      const linked = others.map((other, i) => {
        if (i % 2 === 0) other.tell.crash('boom');
        const asked = one.ask.link(other);
        if (i % 2 === 1) other.tell.crash('boom');
        return asked;
      });
      await Promise.all([...linked, ...others.map((other) => other.closed)]);
      await until(async () => (await one.ask.told()).length >= others.length);

      const told = await one.ask.told();
      expect(told.map(({ ref }) => others.findIndex((other) => other.equals(ref))).toSorted((a, b) => a - b)).toEqual(others.map((_, i) => i));
    });

    it('made by an init that isn\'t done fails the start when the other one ends', async () => {
      const other = await far();
      const starting = failureOf(nearby.ask.add({ gate, linkInInit: other }));
      await until(async () => (await gate.ask.noted()).length > 1);

      other.tell.crash('boom');

      expect(await deadline(starting, 'the start fails')).toMatchObject({
        name: 'ActorCrashedError', cause: { code: 'TROUPE_START_FAILED', cause: { message: 'boom' } },
      });
      // Its parent has crashed with it, by the handler that did not expect that.
      nearby = await world().system.spawn(Tied, { host: world().here });
    });

    it('with a supervised actor is one with its current life', async () => {
      const { system, there } = world();
      const app = await run(
        supervisor({ backoff: false, children: { other: child(Tied, { host: there }) } }), { system, log: false, signals: false },
      );
      const { other } = app.children;
      const one = await near(true);
      await one.ask.link(other);

      for (let life = 2; life <= 3; life++) {
        other.tell.crash('boom');
        await until(async () => await other.ask.incarnation() === life);
      }

      expect(await one.ask.told()).toMatchObject([{ signal: 'exit', reason: boom }]);
      await app.stop();
    });

    it.skipIf(receiver === 'local')('is told of the end of a host', async () => {
      const [one, trapping] = [await near(), await near(true)];
      const other = await world().system.spawn(Tied, { host: receiver });
      await other.ask.link(one, trapping);

      other.tell.leave();

      const lost = { kind: 'host_down', code: 7, signal: null };
      expect(await deadline(one.closed, 'it ends as well')).toMatchObject(lost);
      expect(await trapping.ask.told()).toMatchObject([{ signal: 'exit', reason: lost }]);
    });
  });

  describe('a name', () => {
    it('is found from every host, as the ref that is known there, until its actor has ended', async () => {
      const name = `found from ${sender} on ${receiver}`;
      expect(await nearby.ask.find(name)).toBe(undefined);
      const named = await faraway.ask.addNamed(name) as TiedRef;

      expect(await nearby.ask.find(name)).toBe(named);
      expect(await (await nearby.ask.find(name) as TiedRef).ask.echo('here')).toBe('here');

      await named.stop();
      expect(await nearby.ask.find(name)).toBe(undefined);
    });

    it('is unique, and the error of a second one has the first', async () => {
      const name = `unique from ${sender} to ${receiver}`;
      const named = await faraway.ask.addNamed(name) as TiedRef;

      const taken = await nearby.ask.addNamed(name) as { code: string; ref: TiedRef };

      expect(taken).toEqual({ code: 'TROUPE_NAME_TAKEN', ref: named });
      await taken.ref.stop();
      expect(await (await nearby.ask.addNamed(name) as TiedRef).ask.incarnation()).toBe(1);
    });
  });

  describe('a group', () => {
    it('has its members told, in order, and says how many they were', async () => {
      const group = `told from ${sender} to ${receiver}`;
      const items = Array.from({ length: 100 }, (_, i) => i);
      expect(await nearby.ask.publish(group, 'nobody')).toEqual([0]);
      const members = [await near(), await far(), await far()];
      for (const member of members) await member.ask.join(group);
      await members[1]?.ask.join(group);

      const counts = await nearby.ask.publish(group, ...items);

      expect(counts).toEqual(items.map(() => 3));
      for (const member of members) await until(async () => (await member.ask.noted()).length === items.length);
      expect(await Promise.all(members.map((member) => member.ask.noted()))).toEqual([items, items, items]);
      expect(await nearby.ask.members(group)).toEqual(members);
      await Promise.all(members.map((member) => member.stop()));
      expect(await nearby.ask.members(group)).toEqual([]);
    });

    it('is left at once by who says so, is killed, or is lost with its host', async () => {
      const group = `left from ${sender} to ${receiver}`;
      const bare = await world().system.spawn(Tied, { host: receiver, input: { group } });
      const [first, second, third] = [await far(), await far(), await near()];
      for (const member of [first, second, third]) await member.ask.join(group);
      expect(await nearby.ask.members(group)).toEqual([bare, first, second, third]);

      await first.ask.leaveGroup(group);
      second.kill();
      await second.closed;
      if (receiver === 'local') await bare.stop();
      else bare.tell.leave();
      await bare.closed;

      expect(await nearby.ask.members(group)).toEqual([third]);
      await third.ask.leaveGroup(group);
    });

    it('has a restarted actor again once that has joined again', async () => {
      const group = `again from ${sender} to ${receiver}`;
      const { system, there } = world();
      const tree = supervisor({ backoff: false, children: { again: child(Tied, { host: there, input: { group } }), once: child(Tied, { host: there }) } });
      const app = await run(tree, { system, log: false, signals: false });
      const { again, once } = app.children;
      await once.ask.join(group);
      expect(await nearby.ask.members(group)).toEqual([again, once]);

      for (const member of [again, once]) {
        member.tell.crash('boom');
        await until(async () => await member.ask.incarnation() === 2);
      }

      expect(await nearby.ask.members(group)).toEqual([again]);
      await app.stop();
      expect(await nearby.ask.members(group)).toEqual([]);
    });
  });

  describe('a monitor', () => {
    it('is told once of an end, with its reason, and of nothing once it is taken back', async () => {
      const [one, other, another] = [await near(), await far(), await far()];
      await one.ask.monitor(other, other, another);
      await one.ask.demonitor(another);

      other.tell.crash('boom');
      another.tell.crash('boom');
      await Promise.all([other.closed, another.closed]);

      const told = await one.ask.told();
      expect(told).toMatchObject([{ signal: 'down', reason: boom, restarting: false }]);
      expect(told[0]?.ref.equals(other)).toBe(true);
    });

    it('is told of an actor that has ended already, with its reason, each time', async () => {
      const [one, other] = [await near(), await far()];
      other.tell.crash('boom');
      await other.closed;

      for (let times = 1; times <= 2; times++) {
        await one.ask.monitor(other);
        await until(async () => (await one.ask.told()).length >= times);
      }

      const told = await one.ask.told();
      expect(told).toMatchObject(Array.from({ length: 2 }, () => ({ signal: 'down', reason: boom, restarting: false })));
      expect(told[0]?.ref.equals(other)).toBe(true);
    });

    it('made while its actor is being restarted is told of the next end', async () => {
      const { system, there } = world();
      const app = await run(
        supervisor({ backoff: false, children: { other: child(Tied, { host: there }) } }), { system, log: false, signals: false },
      );
      const { other } = app.children;
      const one = await near();

      other.tell.crash('boom');
      await one.ask.monitor(other);
      await until(async () => await other.ask.incarnation() === 2);
      const before = (await one.ask.told()).length;
      await app.stop();
      await other.closed;

      const told = await one.ask.told();
      // The monitor may have come before the first end, or after it.
      expect(before).toBeLessThanOrEqual(1);
      expect(told.at(-1)).toMatchObject({ signal: 'down', reason: { kind: 'shutdown' } });
      expect(told).toHaveLength(before + 1);
    });

    it('of a life that is over is told so at once, and of the next end as well', async () => {
      const { system, there } = world();
      const app = await run(
        supervisor({ backoff: false, children: { other: child(Tied, { host: there }) } }), { system, log: false, signals: false },
      );
      const { other } = app.children;
      const one = await near();
      other.tell.crash('boom');
      await until(async () => await other.ask.incarnation() === 2);

      await one.ask.monitorLife(other, 1);
      await one.ask.monitorLife(other, 2);
      await until(async () => (await one.ask.told()).length > 0);
      await app.stop();
      await other.closed;

      expect(await one.ask.told()).toMatchObject([
        { signal: 'down', incarnation: 1, restarting: true },
        { signal: 'down', incarnation: 2, reason: { kind: 'shutdown' }, restarting: false },
      ]);
    });

    it.skipIf(receiver === 'local')('is told of the end of a host', async () => {
      const one = await near();
      const other = await world().system.spawn(Tied, { host: receiver });
      await one.ask.monitor(other);

      other.tell.leave();
      await other.closed;

      expect(await one.ask.told()).toMatchObject([{ signal: 'down', reason: { kind: 'host_down', code: 7 }, restarting: false }]);
    });
  });
}
