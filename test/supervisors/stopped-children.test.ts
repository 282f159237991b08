import { actor, child, supervisor } from '../../index.ts';
import { describe, expect, it } from 'vitest';
import { failureOf } from '../support/failure-of.ts';
import { testKit } from '../../testing/index.ts';

const Desk = actor(import.meta, {
  name: 'desk',
  init(input: { isClosedAt?: number } | undefined, ctx) {
    return ctx.incarnation === input?.isClosedAt ? ctx.ignore() : { notes: [] as string[] };
  },
  handlers: {
    note: (ctx, text: string) => ctx.state.notes.push(text),
    incarnation: (ctx) => ctx.incarnation,
    wait: (ctx) => ctx.sleep('1s'),
  },
});

const NOBODY = { name: 'UnavailableError', code: 'TROUPE_UNAVAILABLE', executed: 'no' };

async function start(host: 'local' | 'thread') {
  const kit = await testKit();
  const app = await kit.run(supervisor({
    name: 'app',
    children: { desk: child(Desk, { host, name: 'front' }), inner: supervisor({ host, children: { deep: child(Desk) } }) },
  }));
  return { kit, app, boss: app.supervisor, ...app.children, [Symbol.asyncDispose]: () => kit[Symbol.asyncDispose]() };
}

describe.each(['local', 'thread'] as const)('a child that was stopped by hand (%s)', (host) => {
  it('keeps nobody waiting: an ask rejects at once, a tell is a dead letter, and so is what was queued', async () => {
    await using world = await start(host);
    const { kit, boss, desk } = world;
    const running = desk.ask.wait();
    const queued = failureOf(desk.ask.note('queued'));
    await kit.idle();
    await kit.clock.until(boss.terminateChild('desk'));
    const now = kit.clock.now();

    desk.tell.note('told');

    expect(await kit.clock.until(failureOf(desk.ask.note('asked')))).toMatchObject({ ...NOBODY, message: 'Cannot ask note of "app/desk": the actor is stopped' });
    expect(await kit.clock.until(queued)).toMatchObject({ executed: 'no' });
    expect(kit.clock.now()).toBe(now);
    expect(kit.deadLetters).toMatchObject([{ actor: 'app/desk', handler: 'note', reason: 'stopped' }]);
    await running;
  });

  it('is reached again by the same ref when it is started again', async () => {
    await using world = await start(host);
    const { kit, boss, desk } = world;
    await kit.clock.until(boss.terminateChild('desk'));

    expect(await kit.clock.until(boss.restartChild('desk'))).toBe(desk);

    expect(await kit.clock.until(desk.ask.incarnation())).toBe(2);
    expect(await kit.clock.until(desk.ask.note('first'))).toBe(1);
  });

  it('is not found by its name, which nobody else can have meanwhile', async () => {
    await using world = await start(host);
    const { kit, boss, desk } = world;
    const find = (): Promise<unknown> => kit.clock.until(kit.system.whereis(Desk, 'front'));
    await kit.clock.until(boss.terminateChild('desk'));

    expect(await find()).toBeUndefined();
    expect(await failureOf(kit.spawn(Desk, { name: 'front' }))).toMatchObject({ code: 'TROUPE_NAME_TAKEN' });
    await kit.clock.until(boss.restartChild('desk'));

    expect(await find()).toBe(desk);
  });

  it('stops all below it alike, when it is a tree', async () => {
    await using world = await start(host);
    const { kit, boss, inner: { children: { deep } } } = world;
    await kit.clock.until(boss.terminateChild('inner'));

    expect(await kit.clock.until(failureOf(deep.ask.note('asked')))).toMatchObject(NOBODY);
    await kit.clock.until(boss.restartChild('inner'));

    expect(await kit.clock.until(deep.ask.incarnation())).toBe(2);
  });
});

describe('a child without an actor', () => {
  it('keeps nobody waiting, when its init has ignored the start', async () => {
    await using kit = await testKit();
    const app = await kit.run(supervisor({ children: { desk: child(Desk, { input: { isClosedAt: 1 } }) } }));

    expect(await kit.clock.until(failureOf(app.children.desk.ask.note('asked')))).toMatchObject(NOBODY);
    await kit.clock.until(app.supervisor.restartChild('desk'));

    expect(await kit.clock.until(app.children.desk.ask.incarnation())).toBe(2);
  });
});
