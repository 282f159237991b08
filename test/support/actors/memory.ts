import type { ActorContext, ActorRef, HostKind } from '../../../index.ts';
import { actor } from '../../../index.ts';

interface MemoryApi { add(counter: Int32Array): number }

interface Input { readonly memory?: ArrayBufferLike }

/** Takes buffers, and counts in shared ones. */
export const Memory = actor(import.meta, {
  name: 'memory',
  init: ({ memory }: Input) => ({ memory }),
  handlers: {
    incarnation: (ctx) => ctx.incarnation,
    saveState(ctx) { ctx.save(ctx.state); },
    exit(): never { process.exit(1); },
    both: (_ctx, a: Uint8Array, b: Uint8Array) => ({ lengths: [a.length, b.length], areOne: a.buffer === b.buffer, overlap: [...b] }),
    count(ctx): number { return Atomics.add(new Int32Array(ctx.state.memory ?? new ArrayBuffer(8)), 0, 1) + 1; },
    /** A resizable buffer has more room than it shows. */
    room: (_ctx, buffer: ArrayBuffer): number => (buffer as { maxByteLength?: number }).maxByteLength ?? buffer.byteLength,
    fail(): never { throw Object.assign(new Error('failed'), { memory: new SharedArrayBuffer(8) }); },
    add: (_ctx, counter: Int32Array): number => Atomics.add(counter, 0, 1) + 1,
    child: (ctx, host: HostKind): Promise<ActorRef<MemoryApi>> => spawnChild(ctx, host),
  },
});

async function spawnChild(ctx: ActorContext<{ memory: ArrayBufferLike | undefined }>, host: HostKind): Promise<ActorRef<MemoryApi>> {
  return ctx.spawn(Memory, { host, input: {} });
}
