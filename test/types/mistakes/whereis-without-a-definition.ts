// expect: Expected 2 arguments, but got 1.
import { createSystem } from '../../../index.ts';

export const found = createSystem().whereis('visits');
