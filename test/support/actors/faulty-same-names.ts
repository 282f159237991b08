import { actor } from '../../../index.ts';

/** Its module has another of the same name. */
export const First = actor(import.meta, { name: 'same', init: () => ({}), handlers: { ping: () => 'pong' as const } });
export const Second = actor(import.meta, { name: 'same', init: () => ({}), handlers: { pong: () => 'ping' as const } });
