import { actor, spawn } from '../../../index.ts';

/** Its module is a program that forgot `if (isMain(import.meta))`. */
export const Eager = actor(import.meta, { name: 'eager', init: () => ({}), handlers: { ping: () => 'pong' as const } });

await spawn(Eager);
