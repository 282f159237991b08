import { actor } from '../../../index.ts';

/** A child of supervisors on any host. */
export const TreeChild = actor(import.meta, {
  name: 'tree child',
  init: (input: { label: string; numbers?: Map<string, number> }) => input,
  handlers: {
    label: (ctx): string => ctx.state.label,
    count: (ctx): number => ctx.state.numbers?.size ?? 0,
    incarnation: (ctx): number => ctx.incarnation,
    pid: (): number => process.pid,
    crash(): never { throw new Error('crash on request'); },
    leave() { process.exit(3); },
    end(ctx) { ctx.stop(); },
  },
});

/** Starts once in each host, and never again there. */
export const OneShot = actor(import.meta, {
  name: 'one shot',
  init: (_input: undefined, ctx) => {
    if (ctx.incarnation > 1) return ctx.ignore();
    return {};
  },
  handlers: { crash(): never { throw new Error('crash on request'); } },
});
