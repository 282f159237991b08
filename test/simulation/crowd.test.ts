import { describe, expect, it } from 'vitest';
import type { RefOf } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { Member } from './crowd.ts';
import { child, supervisor } from '../../index.ts';
import { simulate } from '../../testing/index.ts';

const BOUNDLESS = { restarts: 10_000, within: '1h' } as const;

/** Of every abnormal end, and of each restart that failed. */
function expectOneReportOfEach({ events, crashReports }: TestKit): void {
  const lives = (list: readonly { readonly actor: string; readonly incarnation: number }[]): string[] => (
    list.map(({ actor, incarnation }) => `${actor} ${incarnation}`).toSorted()
  );
  const crashed = events.flatMap(({ name, event }) => name === 'crashed' ? [event] : []);
  expect(lives(crashReports.filter(({ hadStarted }) => hadStarted))).toEqual(lives(crashed));
}

type Ref = RefOf<typeof Member>;

/** A number in [0, below) that the seed decides. */
function drawn(kit: TestKit): (below: number) => number {
  let state = kit.seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

/** Members on all kinds of hosts do to each other whatever can be done, while things fail. */
async function crowd(kit: TestKit): Promise<void> {
  await using set = await kit.clock.until(kit.system.hosts({ kind: 'thread', size: 2, intensity: BOUNDLESS }));
  const app = await kit.run(supervisor({
    name: 'app',
    intensity: BOUNDLESS,
    children: {
      a: child(Member), b: child(Member, { host: 'thread' }), c: child(Member, { host: 'process' }), d: child(Member, { host: set }),
      e: child(Member, { host: set }),
      inner: supervisor({
        intensity: BOUNDLESS, strategy: 'rest_for_one', host: 'thread',
        children: { f: child(Member, { host: 'process' }), g: child(Member), h: child(Member, { restart: 'transient' }) },
      }),
    },
  }));
  const { a, b, c, d, e, inner: { children: { f, g, h } } } = app.children;
  const refs: Ref[] = [a, b, c, d, e, f, g, h];
  const draw = drawn(kit);
  const pick = (): Ref => refs[draw(refs.length)] as Ref;
  const settled: Promise<unknown>[] = [];
  const note = (ask: Promise<unknown>): void => { settled.push(ask.catch((error: Error) => error.name)); };
  kit.inject({ crashes: 0.004, losses: 0.002 });
  for (let i = 0; i < 40; i++) {
    switch (draw(18)) {
      case 0: case 1: pick().tell.tellOther(pick(), draw(5)); break;
      case 2: case 3: note(pick().ask.askOther(pick())); break;
      case 4: note(pick().ask.count(draw(4)).toArray()); break;
      case 5: pick().tell.watch(pick()); break;
      case 6: pick().tell.crash(); break;
      case 7: note(pick().ask.beget(draw(2) === 0 ? 'local' : 'thread')); break;
      case 8: pick().kill(); break;
      case 9: note(pick().stop()); break;
      case 10: pick().tell.link(pick()); break;
      case 11: pick().tell.unlink(pick()); break;
      case 12: pick().tell.wind(); break;
      case 13: pick().tell.close(); break;
      case 14: note(pick().ask.enter(i)); break;
      case 15: note(pick().ask.join()); break;
      case 16: note(pick().ask.publish()); break;
      case 17: {
        const actor = pick();
        note(kit.system.suspend(actor));
        if (draw(2) === 0) note(kit.system.inspect(actor));
        note(kit.system.resume(actor));
        break;
      }
    }
    if (draw(3) === 0) await kit.clock.advance(draw(20));
  }
  kit.inject({});
  const outcomes = await kit.clock.until(Promise.all(settled));
  expect(outcomes.filter((outcome) => String(outcome).startsWith('wrong'))).toEqual([]);
  await kit.clock.until(app.stop());
  expectOneReportOfEach(kit);
  expect(kit.running.filter((path) => path.startsWith('app'))).toEqual([]);
}

describe('a crowd of actors on all kinds of hosts, while things fail', { timeout: 60_000 }, () => {
  it('keeps what is promised of every run, order and one report of each end, and ends', async () => {
    await simulate({ seed: Number(process.env['SEED'] ?? 1), runs: Number(process.env['RUNS'] ?? 60), delay: '3ms' }, crowd);
  });
});
