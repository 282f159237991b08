// expect: Type '"thread"' is not assignable to type '"local"'.
import { actor, spawn } from '../../../index.ts';

const Here = actor({ init: () => ({ n: 0 }), handlers: { value: (ctx) => ctx.state.n } });
await spawn(Here, { host: 'thread' });
