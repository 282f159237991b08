import { createActor, setup } from 'xstate';
import type { Cancel, Clock } from '../../core/clock.ts';

/** What one incarnation of a host is doing. Drawn in ARCHITECTURE.md from the chart below. */
export type HostStatus = 'starting' | 'ready' | 'draining' | 'stopping' | 'stopped' | 'lost';

export type HostEvent =
  /** Its kernel has reported. */
  | { type: 'READY' }
  /** It is no longer wanted: what it has still to say is waited for. */
  | { type: 'STOP' }
  /** It has said all. */
  | { type: 'DRAINED' }
  /** It must end now. */
  | { type: 'TERMINATE' }
  /** The thread or process is gone. */
  | { type: 'EXITED' };

/** What the chart has done. */
export interface HostActions {
  askToDrain(): void;
  terminate(): void;
}

/** How long a host may take to say what it has to say, and then to end once terminated. */
const DRAIN_MS = 2_000;
const TERMINATE_MS = 5_000;

/** The chart itself, for the drawing. */
export const hostMachine = setup({
  types: { events: {} as HostEvent, context: {} as HostActions, input: {} as HostActions },
  actions: {
    askToDrain: ({ context }) => context.askToDrain(),
    terminate: ({ context }) => context.terminate(),
  },
  delays: { drainLimit: DRAIN_MS, terminateLimit: TERMINATE_MS },
}).createMachine({
  id: 'host',
  initial: 'starting',
  context: ({ input }) => input,
  states: {
    starting: { on: { READY: 'ready', STOP: 'stopping', TERMINATE: 'stopping', EXITED: 'lost' } },
    ready: { on: { STOP: 'draining', TERMINATE: 'stopping', EXITED: 'lost' } },
    draining: {
      entry: 'askToDrain',
      after: { drainLimit: 'stopping' },
      on: { DRAINED: 'stopping', TERMINATE: 'stopping', EXITED: 'stopped' },
    },
    // A native call that doesn't return keeps a thread from ending: it is given up as lost then.
    stopping: { entry: 'terminate', after: { terminateLimit: 'lost' }, on: { EXITED: 'stopped' } },
    stopped: { type: 'final' },
    lost: { type: 'final' },
  },
});

/** One run of the chart. */
export class HostLifecycle {
  readonly #actor;

  constructor(clock: Clock, actions: HostActions, changed: (status: HostStatus) => void) {
    const timers = {
      setTimeout: (run: () => void, ms: number): Cancel => clock.after(ms, run),
      clearTimeout: (cancel: Cancel | undefined): void => cancel?.(),
    };
    this.#actor = createActor(hostMachine, { input: actions, clock: timers });
    let last: HostStatus = 'starting';
    this.#actor.subscribe(({ value }) => {
      if (value === last) return;
      last = value;
      changed(value);
    });
    this.#actor.start();
  }

  /** Nothing moves it any more once it has ended. */
  send(event: HostEvent): void {
    if (this.#actor.getSnapshot().status === 'active') this.#actor.send(event);
  }
}
