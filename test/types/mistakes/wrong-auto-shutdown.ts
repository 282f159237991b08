// expect: Type '"always"' is not assignable to type 'AutoShutdown'.
import { supervisor } from '../../../index.ts';

export const tree = supervisor({ autoShutdown: 'always', children: {} });
