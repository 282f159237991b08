import { describe, expect, it } from 'vitest';
import { barrier, boundedSemaphore, condition, event, mutex, queue, reentrantMutex, semaphore, state } from '../../index.ts';

type Make = (options: never) => Promise<unknown>;

const MAKERS: Readonly<Record<string, Make>> = {
  'state.counter': state.counter,
  'state.value': state.value,
  'state.dict': state.dict,
  'state.list': state.list,
  'state.namespace': state.namespace,
  queue,
  mutex,
  reentrantMutex,
  semaphore: (options) => semaphore(1, options),
  boundedSemaphore: (options) => boundedSemaphore(1, options),
  condition,
  event,
  barrier,
};
const INVALID = { name: 'TypeError', code: 'TROUPE_INVALID_OPTION' };

describe.each(Object.entries(MAKERS))('%s()', (name, make) => {
  it('refuses options that are no object', async () => {
    for (const wrong of [5, null, 'thread', []]) {
      await expect(make(wrong as never)).rejects.toMatchObject({ ...INVALID, message: expect.stringContaining(`the options of ${name}(): expected an object`) as unknown });
    }
  });

  it('refuses an option that it doesn\'t have, and says which one is like it', async () => {
    const message = expect.stringMatching(/^Cannot use the options of .+: did you mean "host"\?$/) as unknown;

    await expect(make({ hots: 'thread' } as never)).rejects.toMatchObject({ ...INVALID, message });
  });
});

it.each(['counter', 'value', 'dict', 'list', 'namespace'] as const)('state.%s() knows its own misspelt option', async (kind) => {
  const make = state[kind] as Make;

  await expect(make({ initail: 1 } as never)).rejects.toThrow(`the options of state.${kind}(): expected only system, `);
  await expect(make({ initail: 1 } as never)).rejects.toThrow('did you mean "initial"?');
});

it('what has no default must be given', async () => {
  for (const make of [state.value, state.namespace, barrier] as readonly Make[]) {
    for (const wrong of [undefined, {}]) await expect(make(wrong as never)).rejects.toMatchObject(INVALID);
  }
});
