import { actor } from 'troupe';

export const Shouter = actor(import.meta, {
  name: 'shouter',
  init: () => null,
  handlers: { shout: (_ctx, text: string) => text.toUpperCase() },
});
