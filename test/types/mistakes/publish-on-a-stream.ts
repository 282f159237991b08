// expect: This expression is not callable.
// expect:   Type '{ 'a streaming handler is asked, not published': never; }' has no call signatures.
import { createSystem } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const published = createSystem().group(Counter, 'counters').publish.watch('1s');
