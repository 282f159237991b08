import { describe, expect, it } from 'vitest';
import type { ActorRef } from '../../index.ts';
import type { StoredValue } from '../../runtime/control.ts';
import { Books } from '../support/books.ts';
import { LoneKernel } from '../support/lone-kernel.ts';
import { actor } from '../../index.ts';

const SLOT = 10;
const FAR_SLOT = 20;
const FAR_HOST = 8;
/** More than a turn's frame takes. */
const LONG = 'x'.repeat(300_000);

const Noting = actor(import.meta, { name: 'noting', init: (_input: undefined) => null, handlers: { note(_ctx, _text: string): void { /* far away */ } } });

const Saver = actor(import.meta, {
  name: 'saver',
  init: (_input: undefined) => null,
  handlers: {
    save(ctx, ...values: number[]) { for (const value of values) ctx.save(value); },
    saveAndCrash(ctx, value: number): never {
      ctx.save(value);
      throw new Error('boom');
    },
    saveAndTell(ctx, value: number, other: ActorRef<{ note(text: string): void }>) {
      ctx.save(value);
      other.tell.note(LONG);
      ctx.save(value + 1);
    },
    async saveWhenEnded(ctx, value: number) {
      await new Promise<void>((resolve) => { ctx.signal.addEventListener('abort', () => resolve()); });
      ctx.save(value);
    },
  },
});

/** A host on which a saver lives. */
async function hostWithSaver(isHeld = true) {
  const host = new LoneKernel();
  host.start(Saver, SLOT, 1, isHeld);
  await settled();
  host.doings.length = 0;
  const saved = (): unknown[] => host.requests.flatMap((request) => request.type === 'saved' ? [host.kernel.values.restore(request.saved)] : []);
  return { host, saver: host.ref(Saver, SLOT), saved };
}

/** Lets the turns and promises of this thread come to their ends. */
async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => { setImmediate(resolve); });
}

describe('a host whose actor saves something', () => {
  it('tells the authority once a turn, the last of it', async () => {
    const { saver, saved } = await hostWithSaver();

    await saver.ask.save(1, 2, 3);
    await saver.ask.save(4);

    expect(saved()).toEqual([3, 4]);
  });

  it('tells that before the end that followed', async () => {
    const { host, saver, saved } = await hostWithSaver();

    saver.tell.saveAndCrash(1);
    await settled();

    expect(host.doings).toEqual(['saved', 'ended']);
    expect(saved()).toEqual([1]);
  });

  it('tells that before anything leaves that came after it, also in the midst of a turn', async () => {
    const { host, saver, saved } = await hostWithSaver();
    const far = host.ref(Noting, FAR_SLOT);
    host.obey({ type: 'slot', slot: FAR_SLOT, notice: { status: 'up', host: FAR_HOST, incarnation: 1, isDaemon: false } });

    await saver.ask.saveAndTell(1, far);

    expect(host.doings.filter((doing) => doing === 'saved' || doing === FAR_HOST)).toEqual(['saved', FAR_HOST, 'saved']);
    expect(saved()).toEqual([1, 2]);
  });

  it('tells nothing of one that has ended, nor of one that no supervisor starts again', async () => {
    const { host, saver, saved } = await hostWithSaver();
    saver.tell.saveWhenEnded(1);
    await settled();
    host.obey({ type: 'kill', slot: SLOT, incarnation: 1 });
    await settled();
    const bare = await hostWithSaver(false);

    await bare.saver.ask.save(1);

    expect(host.lives).toEqual(['1 started', '1 killed']);
    expect([...saved(), ...bare.saved()]).toEqual([]);
  });
});

describe('the authority', () => {
  const stored = (n: number): StoredValue => ({ bytes: Uint8Array.of(n), shapes: [], shared: [] });

  it('has a life begin with what the one before has saved last, at first with what it was spawned with', () => {
    const books = new Books();
    const first = books.spawn({ isHeld: true, saved: stored(1) });
    books.started(first);
    books.ended(first);
    const second = books.restart(first.slot);
    books.started(second);
    for (const n of [2, 3]) books.says(books.shared, { type: 'saved', slot: second.slot, incarnation: 2, saved: stored(n) });
    books.ended(second);

    const third = books.restart(first.slot);

    expect([first, second, third].map(({ saved }) => saved)).toEqual([stored(1), stored(1), stored(3)]);
  });

  it('takes nothing of an earlier life, nor of another host', () => {
    const books = new Books();
    const first = books.spawn({ isHeld: true });
    books.started(first);
    books.ended(first);
    const { slot } = books.restart(first.slot);
    books.started({ slot, incarnation: 2 });

    books.says(books.shared, { type: 'saved', slot, incarnation: 1, saved: stored(1) });
    books.says(books.main, { type: 'saved', slot, incarnation: 2, saved: stored(2) });
    books.ended({ slot, incarnation: 2 });

    expect(books.restart(slot).saved).toBe(undefined);
  });
});
