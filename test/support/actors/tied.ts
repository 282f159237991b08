import type { ActorRef, ExitReason, HostKind, NameTakenError, RefOf } from '../../../index.ts';
import type { GateRef } from './narrow.ts';
import { actor } from '../../../index.ts';

/** What the runtime has told an actor, as plain facts. */
export interface Told {
  readonly signal: 'exit' | 'down';
  readonly ref: ActorRef<object>;
  readonly reason: ExitReason;
  readonly incarnation?: number | undefined;
  readonly restarting?: boolean;
}

interface Ties {
  /** Told how it has stopped. */
  readonly gate?: GateRef;
  readonly traps?: boolean;
  /** The group that its `init` joins. */
  readonly group?: string;
  /** Whom its `init` links, and waits then. */
  readonly linkInInit?: ActorRef<object>;
}

/** Lives where it was started, and nowhere else. */
export const Homebody = actor({ name: 'homebody', init: () => null, handlers: { echo: (_ctx, text: string): string => text } });

/** Ties itself to others, and takes down what it is told of them. */
export const Tied = actor(import.meta, {
  name: 'tied',
  async init(input: Ties | undefined, ctx) {
    if (input?.traps === true) ctx.trapExit(true);
    if (input?.group !== undefined) await ctx.join(input.group);
    if (input?.linkInInit !== undefined) {
      ctx.link(input.linkInInit);
      input.gate?.tell.note(ctx.self);
      await ctx.sleep('1h');
    }
    return { gate: input?.gate, told: [] as Told[], noted: [] as unknown[] };
  },
  handlers: {
    /** Another one, on this host or one of its own. */
    async add(ctx, input?: Ties, host: HostKind = 'local'): Promise<unknown> { return ctx.spawn(Tied, { input, host }); },
    join: (ctx, group: string): Promise<void> => ctx.join(group),
    leaveGroup: (ctx, group: string): Promise<void> => ctx.leave(group),
    async members(ctx, group: string): Promise<readonly unknown[]> { return ctx.group(Tied, group).members(); },
    async publish(ctx, group: string, ...items: unknown[]): Promise<readonly number[]> {
      const { publish } = ctx.group(Tied, group);
      return Promise.all(items.map((item) => publish.note(item)));
    },
    note(ctx, item: unknown) { ctx.state.noted.push(item); },
    noted: (ctx): unknown[] => ctx.state.noted,
    async find(ctx, name: string): Promise<unknown> { return ctx.whereis(Tied, name); },
    /** Starts one with a name; or who has it. */
    async addNamed(ctx, name: string): Promise<unknown> {
      try {
        return await ctx.spawn(Tied, { name });
      } catch (error) {
        return { code: (error as NameTakenError).code, ref: (error as NameTakenError).ref };
      }
    },
    async addHomebody(ctx, name: string): Promise<void> { await ctx.spawn(Homebody, { name }); },
    link(ctx, ...refs: ActorRef<object>[]) { for (const ref of refs) ctx.link(ref); },
    unlink(ctx, ref: ActorRef<object>) { ctx.unlink(ref); },
    /** Its end may be on its way by the time that the link is gone. */
    killAndUnlink(ctx, ref: ActorRef<object>) {
      ref.kill();
      ctx.unlink(ref);
    },
    killAndLinkAnew(ctx, ref: ActorRef<object>) {
      ref.kill();
      ctx.unlink(ref);
      ctx.link(ref);
    },
    async linkAndLinger(ctx, gate: GateRef, ref: ActorRef<object>): Promise<void> {
      ctx.link(ref);
      gate.tell.pass();
      await ctx.sleep('1h');
    },
    /** All in one go: nobody is told of anything in between. */
    linkAndGoOn(ctx, ref: ActorRef<object>): string {
      ctx.link(ref);
      return 'the handler went on';
    },
    linkMyself(ctx) { ctx.link(ctx.self as unknown as ActorRef<object>); },
    trap(ctx, trap: boolean) { ctx.trapExit(trap); },
    monitor(ctx, ...refs: ActorRef<object>[]) { for (const ref of refs) ctx.monitor(ref); },
    monitorLife(ctx, ref: ActorRef<object>, incarnation: number) { ctx.monitor(ref, { incarnation }); },
    demonitor(ctx, ref: ActorRef<object>) { ctx.demonitor(ref); },
    told: (ctx): Told[] => ctx.state.told,
    incarnation: (ctx) => ctx.incarnation,
    async linger(ctx, gate: GateRef): Promise<void> {
      gate.tell.pass();
      await ctx.sleep('1h');
    },
    echo: (_ctx, text: string): string => text,
    back: (_ctx, value: unknown): unknown => value,
    crash(_ctx, message: string): never { throw new RangeError(message); },
    end(ctx) { ctx.stop(); },
    leave(): never { process.exit(7); },
  },
  signals: {
    exit({ state }, { ref, reason }) { state.told.push({ signal: 'exit', ref, reason }); },
    down({ state }, { ref, reason, incarnation, restarting }) { state.told.push({ signal: 'down', ref, reason, incarnation, restarting }); },
  },
  stop({ state }, reason) { state.gate?.tell.note(reason); },
});

export type TiedRef = RefOf<typeof Tied>;
