// expect: The 'this' context of type 'StateDict<string>' is not assignable to method's 'this' of type 'StateDict<number>'.
// expect:   Types of property 'item' are incompatible.
// expect:     Type '(value: string) => string' is not assignable to type '(value: number) => number'.
// expect:       Types of parameters 'value' and 'value' are incompatible.
// expect:         Type 'number' is not assignable to type 'string'.
import { state } from '../../../index.ts';

const names = await state.dict<string>();
await names.increment('a');
