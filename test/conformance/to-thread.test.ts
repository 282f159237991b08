import { conformanceTo } from './pair.ts';

conformanceTo('thread');
