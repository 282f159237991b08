// expect: The initializer of an 'await using' declaration must be either an object with a '[Symbol.asyncDispose]()' or '[Symbol.dispose]()' method, or be 'null' or 'undefined'.
import { child, run, supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

const app = await run(supervisor({ children: { hits: child(Counter, { input: { start: 0 } }) } }));
await using hits = app.children.hits;
