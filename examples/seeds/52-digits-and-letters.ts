// 52. Python prints ten digits and ten letters, one a second each, in two processes: in ten seconds, not in twenty.

import { actor, isMain, spawn } from '../../index.ts';
import { seconds } from './seconds.ts';

const Speller = actor(import.meta, {
  name: 'speller',
  init(input: { signs: string; pause: number }, ctx) {
    ctx.every(input.pause, () => ctx.self.as(Speller).tell.next());
    return { left: input.signs.split('') };
  },
  handlers: {
    next(ctx): void {
      console.log(ctx.state.left.shift());
      if (ctx.state.left.length === 0) ctx.stop();
    },
  },
});

export async function main(): Promise<void> {
  const spellers = await Promise.all(['0123456789', 'abcdefghij'].map((signs) => (
    spawn(Speller, { input: { signs, pause: seconds(1) }, host: 'thread' })
  )));
  await Promise.all(spellers.map(({ closed }) => closed));
}

if (isMain(import.meta)) await main();
