import { createHash } from 'node:crypto';
import { child, supervisor } from '../../../index.ts';
import { Member } from '../../simulation/crowd.ts';
import { testKit } from '../../../testing/index.ts';

// Prints a digest of a simulation's trace, and its length: for comparing one process with another.
const kit = await testKit({ seed: Number(process.argv[2]), delay: '5ms' });
const { children: { a, b, c } } = await kit.run(supervisor({
  intensity: { restarts: 1_000, within: '1h' },
  children: { a: child(Member), b: child(Member, { host: 'thread' }), c: child(Member, { host: 'process' }) },
}));
kit.inject({ crashes: 0.01, losses: 0.005 });
for (let round = 0; round < 20; round++) {
  a.tell.tellOther(b, 3);
  b.tell.tellOther(c, 3);
  void c.ask.askOther(a).catch(() => undefined);
  await kit.clock.advance('10ms');
}
kit.inject({});
await kit[Symbol.asyncDispose]();
console.log(kit.trace.length, createHash('sha256').update(kit.trace.join('\n')).digest('hex'));
