import { actor } from '../../../index.ts';

/** Doesn't start, in one of these ways. */
export const FaultyInit = actor(import.meta, {
  name: 'faulty-init',
  async init(how: 'throws' | 'never ends' | 'blocks' | 'exits'): Promise<object> {
    switch (how) {
      case 'throws': throw new RangeError('no such region');
      case 'never ends': return new Promise<object>(() => {});
      case 'blocks': for (;;);
      case 'exits': process.exit(3);
    }
  },
  handlers: { ping: () => 'pong' as const },
});
