import type { Attachments } from '../runtime/wire/parcel.ts';
import type { EndSignal, HostBoot, HostEvents, HostTransport } from '../runtime/hosts/host-transport.ts';
import type { KernelObserver } from '../runtime/kernel-observer.ts';
import type { HostEnd } from '../runtime/hosts/host.ts';
import type { Random } from '../core/clock.ts';
import type { Request } from '../runtime/control.ts';
import type { World } from './world.ts';
import { Definition } from '../core/definition.ts';
import { FrameReader, RECORD } from '../runtime/wire/record.ts';
import { Kernel } from '../runtime/kernel.ts';
import { MAIN_HOST } from '../runtime/control.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedScheduler } from './simulated-scheduler.ts';
import { StartedTable } from '../runtime/started-numbers.ts';
import { Wire } from './wire.ts';
import { endWithCode, endWithSignal } from '../runtime/hosts/host.ts';
import { isShared } from '../runtime/wire/parcel.ts';
import { nodeTurns, threadCurrent } from '../runtime/node-ports.ts';
import { orderOf } from '../runtime/protocol.ts';
import { toError } from '../core/errors.ts';

/** What a simulated host is made of. */
export interface SimulatedHostParts {
  readonly boot: HostBoot;
  readonly events: HostEvents;
  /** Where its actors' chance comes from. */
  readonly random: Random;
  /** How long what it says and hears may take. */
  readonly maxDelayMs: number;
  readonly observer: KernelObserver;
  /** It is gone, whatever is said of it later. */
  readonly ended: () => void;
}

/** A thread or process that is neither: its kernel runs in this thread, and what it says and hears travels as it would. */
export class SimulatedHost implements HostTransport {
  readonly id: number;
  readonly #world: World;
  readonly #parts: SimulatedHostParts;
  readonly #boot: HostBoot;
  readonly #events: HostEvents;
  readonly #toHost: Wire;
  readonly #toMain: Wire;
  readonly #started = new StartedTable();
  #kernel: Kernel | undefined;
  #isAlive = true;

  constructor(world: World, parts: SimulatedHostParts) {
    const { boot, events, maxDelayMs } = parts;
    this.id = boot.hostId;
    this.#world = world;
    this.#parts = parts;
    this.#boot = boot;
    this.#events = events;
    this.#toHost = new Wire(world, maxDelayMs);
    this.#toMain = new Wire(world, maxDelayMs);
    this.#toMain.open();
    world.offer({ label: `host ${this.id} boots`, run: () => this.#run() });
  }

  /** Absent until it has booted, and once it is gone. */
  get kernel(): Kernel | undefined { return this.#isAlive ? this.#kernel : undefined; }

  get isAlive(): boolean { return this.#isAlive; }

  send(frame: Buffer, attachments: Attachments | undefined): void {
    const moved = move(attachments);
    this.#toHost.send({ label: labelOf(frame), run: () => this.#receive(frame, moved) });
  }

  hasRoom(): boolean { return true; }

  terminate(signal: EndSignal): void { this.end(endWithSignal(signal)); }

  /** It is gone from now on; of what it has said last, some may never arrive. */
  end(end: HostEnd): void {
    if (!this.#isAlive) return;
    this.#isAlive = false;
    this.#parts.ended();
    this.#kernel?.close();
    this.#toHost.close();
    this.#toMain.cut();
    const started = this.#boot.kind === 'thread' ? { started: (sender: number) => this.#started.read(sender) } : {};
    this.#toMain.send({ label: `host ${this.id} has ended`, run: () => this.#events.ended({ ...end, ...started }) });
  }

  #run(): void {
    if (!this.#isAlive) return;
    const isAlive = (): boolean => this.#isAlive;
    const { kind, rules, logLevel, modules } = this.#boot;
    const turns = nodeTurns();
    const kernel: Kernel = this.#kernel = new Kernel(this.id, {
      host: { kind, pid: this.id, threadId: this.id },
      clock: new SimulatedClock(this.#world, isAlive),
      random: this.#parts.random,
      logLevel,
      observer: this.#parts.observer,
      turns: { ...turns, later: (run) => this.#world.offer({ label: `host ${this.id}`, run }) },
      current: threadCurrent(),
      makeScheduler: (of) => new SimulatedScheduler(this.#world, of, isAlive),
      followsAll: true,
      keepsSlots: true,
      transmit: (_peer, frame, attachments) => this.#transmit(frame, attachments),
      hasRoomTo: () => true,
      toAuthority: (request) => this.#say(request),
      control: (_from, message) => kernel.obey(orderOf(message)),
      load: (url) => loadIn(this.#world, url),
      isLoading: () => false,
      ...kind === 'thread' ? { started: this.#started } : {},
      keepAlive: (isBusy) => this.#say({ type: 'busy', isBusy }),
    }, rules);
    this.#toHost.open();
    void this.#loadAll(modules);
  }

  async #loadAll(modules: readonly string[]): Promise<void> {
    try {
      for (const url of modules) await loadIn(this.#world, url);
      this.#say({ type: 'ready' });
    } catch (error) {
      this.#fail(error);
    }
  }

  #receive(frame: Buffer, attachments: Attachments | undefined): void {
    try {
      this.#kernel?.receive(frame, undefined, attachments);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!this.#isAlive || this.#kernel === undefined) return;
    this.#say({ type: 'failing', error: this.#kernel.values.sendableError(toError(error)) });
    this.#kernel.flush();
    this.end(endWithCode(1));
  }

  #say(request: Request): void {
    this.#kernel?.sendControl(MAIN_HOST, request);
  }

  #transmit(frame: Buffer, attachments: Attachments | undefined): void {
    if (!this.#isAlive) return;
    const moved = move(attachments);
    this.#toMain.send({ label: labelOf(frame), run: () => this.#events.frame(frame, moved) });
  }
}

/** All definitions of this thread are at hand: only a module that was never loaded is imported. */
export async function loadIn(world: World, url: string): Promise<unknown> {
  return Definition.hasModule(url) ? undefined : world.awaitOutside(import(url));
}

/** As a port would: buffers are moved, all else is copied. */
function move(attachments: Attachments | undefined): Attachments | undefined {
  if (attachments === undefined) return undefined;
  return structuredClone(attachments, { transfer: attachments.flatMap(([, buffers]) => buffers.filter((buffer) => !isShared(buffer))) });
}

const KINDS = Object.keys(RECORD);

function labelOf(frame: Buffer): string {
  const reader = new FrameReader(frame);
  const kinds: string[] = [];
  while (reader.next()) kinds.push(KINDS[reader.kind] ?? '?');
  return `${reader.from} > ${reader.to}: ${kinds.join(' ')}`;
}
