// 45. Python's `notify_all()` is lost on whoever doesn't wait yet, who then waits for ever; `waitFor` looks first whether it has to.

import { condition, isMain, start, state, tasks, type Condition, type StateValue } from '../../index.ts';

const { stage1, stage2 } = tasks(import.meta, {
  async stage1(changed: Condition, isDone: StateValue<boolean>): Promise<void> {
    console.log('Starting stage 1');
    await changed.use(async (held) => {
      console.log('stage 1 done and ready for stage 2');
      await isDone.set(true);
      await changed.notifyAll(held);
    });
  },
  async stage2(changed: Condition, isDone: StateValue<boolean>, i: number): Promise<void> {
    console.log(`Starting stage 2[${i}]`);
    await changed.use((held) => changed.waitFor(held, () => isDone.get()));
    console.log(`stage 2[${i}] running`);
  },
});

export async function main(): Promise<void> {
  await using changed = await condition();
  await using isDone = await state.value<boolean>({ initial: false });
  const later = [1, 2].map((i) => start(stage2, { args: [changed, isDone, i] }));
  await Promise.all([start(stage1, { args: [changed, isDone] }), ...later]);
}

if (isMain(import.meta)) await main();
