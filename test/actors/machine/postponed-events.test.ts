import { assign, setup } from 'xstate';
import type { AnyStateMachine } from 'xstate';
import { expect, it } from 'vitest';
import { createSystem, machine, postpone } from '../../../index.ts';
import { drawFrom, type Draw } from '../../support/random-machine.ts';

const STATES = ['s0', 's1', 's2', 's3'];
const TYPES = ['a', 'b', 'c', 'd'];

interface Rule {
  readonly goTo?: string;
  readonly isPostponed: boolean;
}

type Rules = Readonly<Record<string, Readonly<Record<string, Rule>>>>;
interface Numbered { readonly type: string; readonly n: number }

function randomRules(draw: Draw): Rules {
  const rule = (): Rule => {
    const isPostponed = draw(3) === 0;
    // One that does both would go round for ever.
    const changes = !isPostponed && draw(2) === 0;
    return { isPostponed, ...changes ? { goTo: STATES[draw(STATES.length)] as string } : {} };
  };
  return Object.fromEntries(STATES.map((state) => [state, Object.fromEntries(TYPES.map((type) => [type, rule()]))]));
}

function machineOf(rules: Rules): AnyStateMachine {
  return setup({
    types: { context: {} as { taken: readonly string[] }, events: {} as Numbered },
    actions: { postpone, take: assign({ taken: ({ context, event, self }) => [...context.taken, `${self.getSnapshot().value as string} ${event.n}`] }) },
  }).createMachine({
    context: { taken: [] }, initial: 's0',
    states: Object.fromEntries(STATES.map((state) => [state, {
      on: Object.fromEntries(Object.entries(rules[state] ?? {}).map(([type, { goTo, isPostponed }]) => [
        type, { ...goTo === undefined ? {} : { target: goTo }, actions: [isPostponed ? 'postpone' as const : 'take' as const] },
      ])),
    }])),
  });
}

/** The rule of Erlang's gen_statem: after a change of the state, all that was postponed comes first, in the order in which it came. */
function expectedOf(rules: Rules, events: readonly Numbered[]): { readonly value: string; readonly taken: readonly string[] } {
  const queue = [...events];
  const taken: string[] = [];
  let postponed: Numbered[] = [];
  let state = 's0';
  for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
    const rule = rules[state]?.[event.type];
    if (rule?.isPostponed === true) postponed.push(event);
    else taken.push(`${state} ${event.n}`);
    if (rule?.goTo === undefined || rule.goTo === state) continue;
    state = rule.goTo;
    queue.unshift(...postponed);
    postponed = [];
  }
  return { value: state, taken };
}

it('500 machines take postponed events in the order in which gen_statem would', async () => {
  await using system = createSystem({ log: false });
  let longest = 0;
  for (let seed = 1; seed <= 500; seed++) {
    const draw = drawFrom(seed);
    const rules = randomRules(draw);
    const events = Array.from({ length: 12 }, (_, n) => ({ type: TYPES[draw(TYPES.length)] as string, n }));
    const expected = expectedOf(rules, events);
    const ref = await system.spawn(machine(import.meta, machineOf(rules), { name: `postponing-${seed}` }), { input: undefined as never });

    for (const event of events) ref.tell.send(event);

    const { value, context } = await ref.ask.snapshot() as never as { value: string; context: { taken: readonly string[] } };
    expect({ value, taken: context.taken }, `seed ${seed}: ${JSON.stringify(rules)}`).toEqual(expected);
    longest = Math.max(longest, expected.taken.length);
    await ref.stop();
  }
  expect(longest).toBe(12);
});
