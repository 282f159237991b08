// expect: Property 'put' does not exist on type 'Record<"queue item.done: a function cannot leave its thread", never>'.
import { queue } from '../../../index.ts';

const callbacks = await queue<{ done: () => void }>();
await callbacks.put({ done: () => undefined });
