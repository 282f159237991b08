// 49. Python's `namespace.my_list.append(…)` changes a copy, and nobody hears of it.
// Here what is read is readonly, and `update` changes what is there.

import { isMain, start, state, tasks, type StateNamespace } from '../../index.ts';

interface Shared { readonly myList: readonly string[] }

const { produce } = tasks(import.meta, {
  async produce(shared: StateNamespace<Shared>): Promise<void> {
    await shared.update(({ myList }) => ({ myList: [...myList, 'This is the value'] }));
  },
});

export async function main(): Promise<void> {
  await using shared = await state.namespace<Shared>({ initial: { myList: [] } });
  console.log('Before:', await shared.get('myList'));
  await start(produce, { args: [shared] });
  console.log('After :', await shared.get('myList'));
}

if (isMain(import.meta)) await main();
