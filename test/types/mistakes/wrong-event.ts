// expect: Argument of type '"crash"' is not assignable to parameter of type 'keyof SystemEvents'.
import { createSystem } from '../../../index.ts';

createSystem().events.on('crash', () => undefined);
