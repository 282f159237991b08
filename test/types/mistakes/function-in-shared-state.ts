// expect: Property 'set' does not exist on type 'Record<"shared state.done: a function cannot leave its thread", never>'.
import { state } from '../../../index.ts';

const callbacks = await state.dict<{ done: () => void }>();
await callbacks.set('a', { done: () => undefined });
