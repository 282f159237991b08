// expect: Property 'send' does not exist on type 'Record<"value of a pipe.done: a function cannot leave its thread", never>'.
import { connect } from '../../../index.ts';

const end = await connect<{ done: () => void }>({ port: 8047, key: 'as long as a key has to be' });
await end.send({ done: () => undefined });
