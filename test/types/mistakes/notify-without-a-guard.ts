// expect: Expected 1-2 arguments, but got 0.
import { condition } from '../../../index.ts';

const changed = await condition();
await changed.notify();
