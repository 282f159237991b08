// expect: Type '() => undefined' is not assignable to type 'TaskOf<[], unknown>'.
// expect:   Type '() => undefined' is not assignable to type '{ readonly [mark]: "a closure cannot leave its thread: make it with tasks(import.meta, { ... })"; }'.
import { barrier } from '../../../index.ts';

await barrier({ parties: 2, action: () => undefined });
