import { actor, spawn } from '../../../index.ts';

/** Its module leaves something behind that starts actors. */
export const Late = actor(import.meta, {
  name: 'late',
  init: () => ({}),
  handlers: { code: async (): Promise<string> => (await refusal).code },
});

const refusal = new Promise<{ code: string }>((resolve) => {
  setTimeout(() => void spawn(Late, { host: 'thread' }).catch(resolve), 5);
});
