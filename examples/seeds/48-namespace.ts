// 48. Python's `Namespace` has no attribute until one is set, which is an error for who looks too early.
// Here the type says that it may be missing.

import { event, isMain, start, state, tasks, type EventFlag, type StateNamespace } from '../../index.ts';

interface Shared { readonly value: string | undefined }

const { produce, consume } = tasks(import.meta, {
  async produce(shared: StateNamespace<Shared>, isAwaited: EventFlag): Promise<void> {
    await isAwaited.wait();
    await shared.set('value', 'This is the value');
  },
  async consume(shared: StateNamespace<Shared>, isAwaited: EventFlag): Promise<void> {
    for await (const value of shared.watch('value')) {
      console.log(value === undefined ? 'Before: nothing is there' : `After: ${value}`);
      if (value !== undefined) break;
      await isAwaited.set();
    }
  },
});

export async function main(): Promise<void> {
  await using shared = await state.namespace<Shared>({ initial: { value: undefined } });
  await using isAwaited = await event();
  await Promise.all([start(produce, { args: [shared, isAwaited] }), start(consume, { args: [shared, isAwaited] })]);
}

if (isMain(import.meta)) await main();
