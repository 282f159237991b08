import type { ActorContext } from '../../core/context.ts';
import type { ActorRef, ApiOf } from '../../core/actor-ref.ts';
import type { Content, Part, Version } from './content.ts';
import { isSame } from './equality.ts';

type Ctx = ActorContext<Content>;

/** What all actors of shared state are asked. */
export const contentHandlers = {
  get: ({ state }: Ctx, part: Part): unknown => state.get(part),
  set(ctx: Ctx, part: Part, value: unknown): void {
    write(ctx, part, value);
  },
  compareAndSet(ctx: Ctx, part: Part, expected: unknown, next: unknown): boolean {
    if (!isSame(ctx.state.get(part), expected)) return false;
    write(ctx, part, next);
    return true;
  },
  /** What isn't there counts as 0. */
  increment(ctx: Ctx, part: Part, by: number): number {
    const value = ctx.state.get(part) ?? 0;
    if (typeof value !== 'number') throw ctx.refuse('not_a_number', `${nameOf(part)} is no number`);
    write(ctx, part, value + by);
    return value + by;
  },
  read: ({ state }: Ctx, part: Part): Version => state.read(part),
  /** Sets a part if it still has this version; else nothing happens, and the answer is what it is now. */
  replace(ctx: Ctx, part: Part, version: number, next: unknown): Version | undefined {
    if (ctx.state.versionOf(part) !== version) return ctx.state.read(part);
    write(ctx, part, next);
    return undefined;
  },
  /** The part as soon as it has another version. */
  after(ctx: Ctx, part: Part, version: number): Promise<Version> | Version {
    return ctx.state.versionOf(part) === version ? ctx.state.next(ctx, part) : ctx.state.read(part);
  },
};

/** An actor of shared state, whatever else it can be asked. */
export type ContentRef = ActorRef<ApiOf<typeof contentHandlers>>;

function write(ctx: Ctx, part: Part, value: unknown): void {
  if (!ctx.state.accepts(part)) throw ctx.refuse('out_of_range', `there is no ${nameOf(part)}`);
  ctx.state.set(part, value);
}

function nameOf(part: Part): string {
  switch (typeof part) {
    case 'string': return `"${part}"`;
    case 'number': return `item ${part}`;
    case 'undefined': return 'it';
  }
}
