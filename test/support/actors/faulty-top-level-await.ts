import { actor } from '../../../index.ts';

await new Promise(() => {});

/** Its module is never loaded to the end. */
export const Waiting = actor(import.meta, { name: 'waiting', init: () => ({}), handlers: { ping: () => 'pong' as const } });
