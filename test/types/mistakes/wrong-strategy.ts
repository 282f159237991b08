// expect: Type '"one-for-one"' is not assignable to type 'Strategy'. Did you mean '"one_for_one"'?
import { child, supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

export const tree = supervisor({
  strategy: 'one-for-one',
  children: { hits: child(Counter, { input: { start: 0 } }) },
});
