import type { ActorRef, Ref } from '../core/actor-ref.ts';
import type { ActorSeed, Order, PlaceData, StoredValue } from './control.ts';
import type { ChildSlots, ChildStart, StartedChild } from '../core/child-slots.ts';
import type { DefinitionAddress } from '../core/definition.ts';
import type { HostOptions } from '../core/host-options.ts';
import type { Place } from '../core/place.ts';
import type { Supervision } from '../core/restart.ts';
import type { Way } from './wire/parcel.ts';
import type { Spawn } from '../core/spawn-options.ts';
import type { Kernel } from './kernel.ts';
import type { LocalSeed } from './slots/local-slot.ts';
import { ActorError, DefinitionMismatchError, StartFailedError, invalidOption } from '../core/errors.ts';
import { Definition, refuseReservedName } from '../core/definition.ts';
import { DistantDefinition } from '../core/distant-definition.ts';
import { SPAWN_OPTIONS } from '../core/spawn-options.ts';
import { SharedHosts } from './hosts/shared-hosts.ts';
import { checkFields, checkSignal } from '../core/options.ts';
import { checkName } from '../core/registry.ts';
import { placed } from '../core/place.ts';
import { refuseTransfer } from './wire/parcel.ts';
import { isThreadNumber } from './control.ts';
import { LocalSlot } from './slots/local-slot.ts';
import { RemoteSlot } from './slots/remote-slot.ts';
import { Shape } from '../core/shape.ts';
import { toPositiveMs } from '../core/duration.ts';

type StartOrder = Extract<Order, { type: 'start' }>;
type SpawnedOrder = Extract<Order, { type: 'spawned' }>;
type DoneOrder = Extract<Order, { type: 'done' }>;

interface SpawnCall {
  readonly parent: number;
  readonly parentIncarnation: number;
  readonly key: string | undefined;
  readonly name: string | undefined;
  readonly definition: Definition | DefinitionAddress;
  readonly input: unknown;
  readonly snapshot: unknown;
  readonly place: Place;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly supervision: Supervision | undefined;
  readonly isDaemon: boolean;
}

const DEFAULT_START_MS = 30_000;
const OPTIONS: ReadonlySet<string> = new Set(['input', 'snapshot', ...SPAWN_OPTIONS]);

/** Starts of actors: asks the authority for them, and carries out those that belong here. */
export class Spawner {
  readonly #kernel: Kernel;
  /** Definitions at hand, by the request that was made with them: needed when the actor starts right here. */
  readonly #offers = new Map<number, LocalSeed>();
  /** Imports of modules that haven't failed. */
  readonly #imports = new Map<string, Promise<unknown>>();
  /** The incarnations that begin once their modules are loaded, by slot. */
  readonly #loading = new Map<number, number>();

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** `spawn` with this incarnation of `parent` as the new actors' parent. */
  spawnUnder(parent: number, parentIncarnation: number): Spawn {
    const spawn = async (definition: unknown, options: unknown = {}): Promise<Ref> => {
      const call = { ...this.#checkCall(definition, options), parent, parentIncarnation };
      const { ref } = await this.#spawn(call);
      return ref;
    };
    return spawn as unknown as Spawn;
  }

  /** What a supervisor does with its children. */
  childrenOf(parent: number, parentIncarnation: number): ChildSlots {
    const kernel = this.#kernel;
    return {
      start: async (key, start: ChildStart, signal): Promise<StartedChild> => {
        if (key !== undefined) refuseReservedName(key, 'a child');
        const { ref, isUp } = await this.#spawn({ ...start, snapshot: undefined, parent, parentIncarnation, key, signal, isDaemon: false });
        return { ref: ref as unknown as ActorRef<object>, isUp };
      },
      restart: async (child) => {
        const slot = kernel.slotIdOf(child);
        const { reason } = await kernel.requests.ask<DoneOrder>((request) => ({ type: 'restart', request, slot }));
        return reason === undefined;
      },
      shutdown: async (child, graceMs, comesBack) => {
        const slot = kernel.slotIdOf(child);
        const back = typeof comesBack === 'boolean' ? comesBack : kernel.values.sendableReason(comesBack);
        await kernel.requests.ask((request) => ({ type: 'shutdown', request, slot, graceMs, comesBack: back }));
        // What it had told before it was asked is no news any more.
        kernel.localSlots.get(parent)?.dropExits(child);
      },
      rest: (child) => kernel.toAuthority({ type: 'rest', slot: kernel.slotIdOf(child) }),
      remove: (child) => kernel.toAuthority({ type: 'remove', slot: kernel.slotIdOf(child) }),
    };
  }

  /** Carries out a start in this host. */
  start(order: StartOrder): void {
    if (this.#isRefused(order)) return;
    const known = this.#kernel.localSlots.get(order.slot);
    if (known !== undefined) {
      known.startIncarnation(order.incarnation, order.saved);
      return;
    }
    const offer = order.request === undefined ? undefined : this.#offers.get(order.request);
    if (offer !== undefined) {
      this.#startHere(order, offer);
      return;
    }
    this.#loading.set(order.slot, order.incarnation);
    void this.#findSeed(order).then(
      (seed) => { if (this.endLoading(order) && !this.#isRefused(order)) this.#startHere(order, seed); },
      (error: unknown) => { if (this.endLoading(order)) this.#failed(order, error); },
    );
  }

  /** Whether this incarnation was waiting for its module; whatever comes of that, it doesn't any more. */
  endLoading({ slot, incarnation }: Pick<StartOrder, 'slot' | 'incarnation'>): boolean {
    return this.#loading.get(slot) === incarnation && this.#loading.delete(slot);
  }

  async #spawn(call: SpawnCall): Promise<{ ref: Ref; isUp: boolean }> {
    const kernel = this.#kernel;
    if (kernel.ports.isLoading()) throw spawnWhileLoading(call.definition.shape.title);
    call.signal?.throwIfAborted();
    const { parent, parentIncarnation, key, name, timeoutMs, supervision, isDaemon } = call;
    const place = this.#asData(call.place);
    const seed = this.#makeSeed(call);
    const saved = this.#snapshotOf(call);
    let offered = 0;
    try {
      const spawned = kernel.requests.ask<SpawnedOrder>((request) => {
        offered = request;
        const offer = this.#localSeed(call, seed);
        if (offer !== undefined) this.#offers.set(request, offer);
        return { type: 'spawn', request, parent, parentIncarnation, key, name, seed, saved, place, timeoutMs, supervision, isDaemon };
      });
      const order = await this.#unlessAborted(spawned, call, offered);
      return { ref: this.#refOf(order, call.definition), isUp: order.notice.status === 'up' };
    } finally {
      this.#offers.delete(offered);
    }
  }

  /** An aborted start rejects when nothing is left of it. */
  async #unlessAborted(spawned: Promise<SpawnedOrder>, { signal, supervision }: SpawnCall, request: number): Promise<SpawnedOrder> {
    if (signal === undefined) return spawned;
    const kernel = this.#kernel;
    const cancel = (): void => kernel.toAuthority({ type: 'cancel', request });
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const order = await spawned;
      if (signal.aborted) await this.#discard(order, supervision !== undefined);
      signal.throwIfAborted();
      return order;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  /** It came too late. */
  async #discard({ slot }: SpawnedOrder, isHeld: boolean): Promise<void> {
    const kernel = this.#kernel;
    if (isHeld) {
      await kernel.requests.ask((request) => ({ type: 'shutdown', request, slot, graceMs: 0, comesBack: false }));
      kernel.toAuthority({ type: 'remove', slot });
    } else {
      kernel.toAuthority({ type: 'kill', slot });
    }
  }

  #refOf(order: SpawnedOrder, { shape }: SpawnCall['definition']): Ref {
    const slot = this.#kernel.slotFor(order.slot, order.path, shape instanceof Shape ? shape : this.#kernel.refs.shape(shape));
    if (slot instanceof RemoteSlot) slot.notice(order.notice);
    return this.#kernel.refTo(slot);
  }

  #asData(place: Place): PlaceData {
    if (!('set' in place)) return place;
    const { kind, set } = place;
    if (set instanceof SharedHosts && set.isOf(this.#kernel)) return { kind, set: set.id };
    throw invalidOption('host', set, 'hosts of this system');
  }

  #makeSeed({ definition, input, place }: SpawnCall): ActorSeed {
    const { shape: { title, handlers, highWater }, id } = definition;
    const shape = { title, handlers, highWater };
    const what = `input of ${title}`;
    if (id !== undefined) return { id, shape, input: this.#kernel.values.store(input, what, this.#wayTo(place)) };
    refuseTransfer(input, what);
    return { id, shape, input: undefined };
  }

  #snapshotOf({ definition, snapshot, place }: SpawnCall): StoredValue | undefined {
    if (snapshot === undefined) return undefined;
    return this.#kernel.values.store(snapshot, `snapshot of ${definition.shape.title}`, this.#wayTo(place));
  }

  #wayTo({ kind }: Place): Omit<Way, 'transfers'> {
    return { shares: kind !== 'process' && isThreadNumber(this.#kernel.hostId), stays: kind === 'local' };
  }

  #localSeed({ definition: given, input }: SpawnCall, { input: stored }: ActorSeed): LocalSeed | undefined {
    const definition = given instanceof Definition ? given : Definition.find(given.id);
    return definition && { definition, makeInput: stored === undefined ? () => input : () => this.#kernel.values.restore(stored) };
  }

  /** Loads the definition's module, as this host's loader does. */
  async #findSeed({ seed }: StartOrder): Promise<LocalSeed> {
    const { id, input, shape: { title, handlers } } = seed;
    if (id === undefined || input === undefined) throw new DefinitionMismatchError(title, 'it is local only');
    await this.#load(id.url);
    const definition = Definition.find(id);
    if (definition === undefined) {
      const hint = 'define it at the top level of its module, not in a function or in a test file';
      throw new DefinitionMismatchError(title, `${id.url} makes no definition "${id.key}" on this host: ${hint}`);
    }
    if (definition.shape.handlers.join() !== handlers.join()) {
      const text = `on this host ${id.url} has handlers ${definition.shape.handlers.join(', ')}`;
      throw new DefinitionMismatchError(title, `${text}, expected ${handlers.join(', ')}`);
    }
    return { definition, makeInput: () => this.#kernel.values.restore(input) };
  }

  /** Once: importing what is loaded costs more than all the rest of a start. Who waits for one import goes on in order. */
  #load(url: string): Promise<unknown> {
    let imported = this.#imports.get(url);
    if (imported === undefined) {
      this.#imports.set(url, imported = this.#kernel.ports.load(url));
      // Another try may find it mended.
      imported.catch(() => this.#imports.delete(url));
    }
    return imported;
  }

  #startHere(order: StartOrder, seed: LocalSeed): void {
    const slot = new LocalSlot(this.#kernel, order, seed);
    this.#kernel.localSlots.set(order.slot, slot);
    slot.startIncarnation(order.incarnation, order.saved);
  }

  #isRefused(order: StartOrder): boolean {
    if (!this.#kernel.isEnding) return false;
    this.#refuse(order, new StartFailedError(order.path, 'its host has been told to end by a signal'));
    return true;
  }

  /** Nothing starts for this order. */
  #refuse({ slot, incarnation }: StartOrder, failure: Error): void {
    const reason = { kind: 'error', error: this.#kernel.values.sendableError(failure) } as const;
    this.#kernel.toAuthority({ type: 'ended', slot, incarnation, reason, wasStarting: true });
  }

  #failed(order: StartOrder, error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    const failure = error instanceof DefinitionMismatchError ? error
      : new StartFailedError(order.path, `its module can't be loaded: ${text}`, { cause: error, canHeal: false });
    this.#refuse(order, failure);
  }

  #checkCall(definition: unknown, options: unknown): Omit<SpawnCall, 'parent' | 'parentIncarnation'> {
    const found = DistantDefinition.of(definition);
    const fields: HostOptions & Record<string, unknown> = checkFields(options, 'the options of spawn()', OPTIONS);
    const { name, host = 'local', input, snapshot, timeout = DEFAULT_START_MS, signal, daemon = false } = fields;
    if (typeof daemon !== 'boolean') throw invalidOption('daemon', daemon, 'true or false');
    return {
      key: undefined, name: name === undefined ? undefined : checkName(name), definition: found,
      ...placed(found, input, host, fields), snapshot, timeoutMs: toPositiveMs(timeout as number, 'timeout'),
      signal: checkSignal(signal), supervision: undefined, isDaemon: daemon,
    };
  }
}

function spawnWhileLoading(title: string): ActorError {
  const hint = 'guard the program with if (isMain(import.meta)), or move its actors into a module of their own';
  const text = `Cannot spawn "${title}": this module is being loaded by a host; ${hint}`;
  return new ActorError('TROUPE_SPAWN_WHILE_LOADING', text);
}
