import { conformanceTo } from './pair.ts';

conformanceTo('local');
