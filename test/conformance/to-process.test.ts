import { conformanceTo } from './pair.ts';

conformanceTo('process');
