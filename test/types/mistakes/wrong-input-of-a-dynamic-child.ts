// expect: Type 'string' is not assignable to type 'number'.
import { dynamicSupervisor, run, supervisor } from '../../../index.ts';
import { Counter } from '../counter.ts';

const app = await run(supervisor({ children: { counters: dynamicSupervisor({ child: Counter }) } }));
await app.children.counters.startChild({ start: 'zero' });
