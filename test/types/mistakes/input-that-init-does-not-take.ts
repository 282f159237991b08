// expect: Type 'number' is not assignable to type 'undefined'.
import { actor, spawn } from '../../../index.ts';

const Ping = actor(import.meta, { init: () => ({}), handlers: { ping: () => 'pong' } });
await spawn(Ping, { input: 5 });
