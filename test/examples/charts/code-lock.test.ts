import { expect, it } from 'vitest';
import { CodeLock } from '../../../examples/charts/code-lock.ts';
import type { RefOf } from '../../../index.ts';
import type { TestKit } from '../../../testing/index.ts';
import { testKit } from '../../../testing/index.ts';

const input = { code: [1, 2, 3], openTime: 10_000, pause: 30_000 };

function press(lock: RefOf<typeof CodeLock>, ...digits: readonly number[]): void {
  for (const digit of digits) lock.tell.send({ type: 'button', digit });
}

async function shown(kit: TestKit, lock: RefOf<typeof CodeLock>): Promise<string> {
  const { value, context } = await kit.clock.until(lock.ask.snapshot());
  return [value, ...context.pressed].join(' ');
}

it('opens with its code, whatever was pressed before it', async () => {
  await using kit = await testKit();
  const lock = await kit.spawn(CodeLock, { input });

  press(lock, 1, 2, 4);
  expect(await shown(kit, lock)).toBe('locked 1 2 4');
  press(lock, 1, 2, 3);
  expect(await shown(kit, lock)).toBe('open 1 2 3');
});

it('is locked again after 10 s, whatever is pressed meanwhile (state timeout)', async () => {
  await using kit = await testKit();
  const lock = await kit.spawn(CodeLock, { input });
  press(lock, 1, 2, 3);

  await kit.clock.advance(5_000);
  press(lock, 9);
  await kit.clock.advance(4_999);
  expect(await shown(kit, lock)).toBe('open 1 2 3');
  await kit.clock.advance(1);
  expect(await shown(kit, lock)).toBe('locked 9');
});

it('forgets what was pressed once nothing was for 30 s (event timeout)', async () => {
  await using kit = await testKit();
  const lock = await kit.spawn(CodeLock, { input });

  press(lock, 1);
  await kit.clock.advance(29_999);
  press(lock, 2);
  await kit.clock.advance(29_999);
  expect(await shown(kit, lock)).toBe('locked 1 2');
  await kit.clock.advance(1);
  expect(await shown(kit, lock)).toBe('locked');
});

it('takes what was pressed while it was open when it is locked, in order and first (postponed events)', async () => {
  await using kit = await testKit();
  const lock = await kit.spawn(CodeLock, { input });
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { value, context } of lock.ask.changes()) {
      if (seen.push([value, ...context.pressed].join(' ')) === 9) return;
    }
  })();
  await kit.idle();

  press(lock, 1, 2, 3, 1, 2, 3, 4);
  await kit.clock.until(watching);

  expect(seen).toEqual([
    'locked', 'locked 1', 'locked 1 2', 'open 1 2 3', 'locked', 'locked 1', 'locked 1 2', 'open 1 2 3', 'locked',
  ]);
  expect(await shown(kit, lock)).toBe('locked 4');
  expect(kit.clock.now()).toBe(20_000);
});

it('is taken along, with what is postponed and with the time that is left', async () => {
  await using kit = await testKit();
  const first = await kit.spawn(CodeLock, { input, host: 'thread' });
  press(first, 1, 2, 3, 1, 2);
  await kit.clock.advance(4_000);
  const snapshot = await kit.clock.until(first.ask.snapshot({ full: true }));
  first.kill();

  const second = await kit.spawn(CodeLock, { snapshot, host: 'process' });
  await kit.clock.advance(5_999);
  expect(await shown(kit, second)).toBe('open 1 2 3');
  await kit.clock.advance(1);
  expect(await shown(kit, second)).toBe('locked 1 2');
});
