// expect: Argument of type '"level"' is not assignable to parameter of type '"size"'.
// expect: Argument of type '"colour"' is not assignable to parameter of type '"level" | "size"'.
import { state } from '../../../index.ts';

const settings = await state.namespace({ initial: { level: 'info', size: 4 } });
await settings.increment('level');
await settings.get('colour');
