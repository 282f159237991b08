// expect: This expression is not callable.
// expect:   Type '{ 'a streaming handler is asked, not told': never; }' has no call signatures.
import { spawn } from '../../../index.ts';
import { Counter } from '../counter.ts';

const counter = await spawn(Counter, { input: { start: 0 } });
counter.tell.watch(100);
