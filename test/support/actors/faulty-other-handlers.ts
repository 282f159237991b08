import { actor } from '../../../index.ts';

/** Has other handlers than whoever spawns it believes. */
export const Other = actor(import.meta, { name: 'other', init: () => ({}), handlers: { pong: () => 'ping' as const } });
