import { afterEach, describe, expect, it } from 'vitest';
import { LoneKernel } from '../support/lone-kernel.ts';
import { actor } from '../../index.ts';

const SLOT = 10;
const begun: number[] = [];

const Eager = actor(import.meta, {
  name: 'eager',
  init(_input: undefined, ctx) {
    begun.push(ctx.incarnation);
    return null;
  },
  handlers: {},
});

afterEach(() => { begun.length = 0; });

/** A host on which the first incarnation's module is being loaded, and what ends that. */
function loading(): { host: LoneKernel; loaded: () => Promise<void> } {
  const host = new LoneKernel();
  let finish = (): void => undefined;
  host.load = () => new Promise<void>((resolve) => { finish = resolve; });
  host.start(Eager, SLOT, 1);
  const loaded = async (): Promise<void> => {
    finish();
    await settled();
  };
  return { host, loaded };
}

/** Lets the turns and promises of this thread come to their ends. */
async function settled(): Promise<void> {
  for (let i = 0; i < 4; i++) await new Promise((resolve) => { setImmediate(resolve); });
}

describe('a start that is given up while its module is being loaded', () => {
  it('comes to nothing, and leaves nothing behind, when the module is there', async () => {
    const { host, loaded } = loading();

    host.obey({ type: 'kill', slot: SLOT, incarnation: 1 });
    await loaded();

    expect(begun).toEqual([]);
    expect(host.lives).toEqual(['1 killed']);
    expect(host.kernel.localSlots.size).toBe(0);
  });

  it('does not come back with the next one: one incarnation lives at a time', async () => {
    const { host, loaded } = loading();
    host.obey({ type: 'shutdown', slot: SLOT, incarnation: 1 });
    host.load = () => Promise.resolve();

    host.start(Eager, SLOT, 2);
    await settled();
    await loaded();

    expect(begun).toEqual([2]);
    expect(host.lives).toEqual(['1 shutdown', '2 started']);
  });
});

describe('a host that has been told to end', () => {
  it('starts no actor whose module it was loading, and waits for those alone that it had', async () => {
    const { host, loaded } = loading();
    let isOver = false;
    host.kernel.stopAll(1_000, () => { isOver = true; });

    await loaded();

    expect(isOver).toBe(true);
    expect(begun).toEqual([]);
    expect(host.lives).toEqual(['1 error']);
  });
});
