import type { ActorDefinition, RefOf } from '../../index.ts';
import type { ActorSeed, Order, Request } from '../../runtime/control.ts';
import { Definition } from '../../core/definition.ts';
import { Kernel } from '../../runtime/kernel.ts';
import { ManualClock } from '../../testing/index.ts';
import { COPIED } from '../../runtime/wire/parcel.ts';
import { nodeRandom, nodeTurns, threadCurrent } from '../../runtime/node-ports.ts';

type Anywhere = ActorDefinition<undefined, unknown, 'anywhere'>;

export const HOST = 6;

/** The kernel of a thread whose authority, and main thread, are played by the test. */
export class LoneKernel {
  readonly kernel: Kernel;
  readonly requests: Request[] = [];
  /** The hosts that its frames were for. */
  readonly sentTo: number[] = [];
  /** Both in order: what it has requested, and the hosts that its frames were for. */
  readonly doings: (Request['type'] | number)[] = [];
  /** How its modules are loaded. */
  load: () => Promise<unknown> = () => Promise.resolve();

  constructor() {
    this.kernel = new Kernel(HOST, {
      host: { kind: 'thread', pid: 1, threadId: HOST },
      clock: new ManualClock(),
      random: nodeRandom,
      turns: nodeTurns(),
      current: threadCurrent(),
      // The main thread passes on what a host sends to itself.
      transmit: (peer, frame) => {
        this.sentTo.push(peer);
        this.doings.push(peer);
        if (peer === HOST) setImmediate(() => this.kernel.receive(frame));
      },
      hasRoomTo: () => true,
      toAuthority: (request) => {
        this.requests.push(request);
        this.doings.push(request.type);
      },
      control: () => undefined,
      load: () => this.load(),
      isLoading: () => false,
      keepAlive: () => undefined,
    });
  }

  start(definition: Anywhere, slot: number, incarnation: number, isHeld = true): void {
    const { id, shape: { data: shape } } = Definition.of(definition);
    const seed: ActorSeed = { id, shape, input: this.kernel.values.store(undefined, 'input', COPIED) };
    this.obey({ type: 'start', request: undefined, slot, path: `slot-${slot}`, incarnation, seed, saved: undefined, isHeld, isDaemon: false, parent: undefined });
  }

  /** A ref as a message brings it. */
  ref<D extends Anywhere>(definition: D, slot: number): RefOf<D> {
    return this.kernel.refTo(this.kernel.slotFor(slot, `slot-${slot}`, Definition.of(definition).shape)) as never;
  }

  obey(order: Order): void { this.kernel.obey(order); }

  /** What it has said of the lives of its actors. */
  get lives(): string[] {
    return this.requests.flatMap((request) => {
      if (request.type === 'started') return [`${request.incarnation} started`];
      return request.type === 'ended' ? [`${request.incarnation} ${request.reason.kind}`] : [];
    });
  }
}
