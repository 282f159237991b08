import type { ActorRef, Recipient } from '../core/actor-ref.ts';
import type { Definition } from '../core/definition.ts';
import type { Group, Publish } from '../core/group.ts';
import type { Kernel } from './kernel.ts';
import type { Registry } from './registry.ts';
import { DefinitionMismatchError, NotSendableError } from '../core/errors.ts';
import { RemoteSlot } from './slots/remote-slot.ts';
import { hasTransfer } from './wire/parcel.ts';

type AnyApi = Record<string, (...args: unknown[]) => unknown>;

/** A group as its users see it, on any host. */
export class ActorGroup implements Group<AnyApi> {
  readonly name: string;
  readonly publish: Publish<AnyApi>;
  readonly #definition: Definition;
  readonly #kernel: Kernel;
  readonly #registry: Registry;

  constructor(kernel: Kernel, registry: Registry, definition: Definition, name: string) {
    this.name = name;
    this.#definition = definition;
    this.#kernel = kernel;
    this.#registry = registry;
    const calls = { tell: async (handler: number, args: unknown[]) => this.#publish(handler, args) };
    // The calls of `tell` do no more than pass on what it returns.
    this.publish = new definition.shape.tellClass(calls as unknown as Recipient, undefined) as unknown as Publish<AnyApi>;
  }

  async join(ref: ActorRef<AnyApi>): Promise<void> {
    const { title, shape } = this.#definition;
    const slot = this.#kernel.slotOf(ref);
    if (slot.shape.id !== shape.id) throw new DefinitionMismatchError(title, `"${slot.path}" runs ${slot.shape.title}`);
    await this.#registry.join(this.name, slot.id);
  }

  async leave(ref: ActorRef<AnyApi>): Promise<void> {
    await this.#registry.leave(this.name, this.#kernel.slotOf(ref).id);
  }

  members(): Promise<readonly ActorRef<AnyApi>[]> {
    return this.#registry.members(this.#definition, this.name) as Promise<readonly ActorRef<never>[]>;
  }

  async #publish(handler: number, args: unknown[]): Promise<number> {
    const { shape, where } = this.#definition;
    const what = shape.nameOf(handler);
    if (hasTransfer(args)) throw new NotSendableError(`arguments of ${what}`, 'a transfer(), which one receiver alone can have');
    const slots = (await this.members()).map((ref) => this.#kernel.slotOf(ref));
    const [here, elsewhere] = [slots.filter((slot) => !(slot instanceof RemoteSlot)), slots.filter((slot) => slot instanceof RemoteSlot)];
    const shares = elsewhere.every(({ id }) => this.#kernel.sharesMemoryWith(id));
    if (where === 'anywhere') this.#kernel.values.checkArguments(args, what, shares);
    // What is too long for another host is refused by the first one there, before anybody is told.
    for (const slot of [...elsewhere, ...here]) slot.tell(handler, args, undefined);
    return slots.length;
  }
}
