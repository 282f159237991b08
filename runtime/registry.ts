import type { ActorRef } from '../core/actor-ref.ts';
import type { Kernel } from './kernel.ts';
import type { OpenGroup } from '../core/group.ts';
import type { Order } from './control.ts';
import type { Whereis } from '../core/registry.ts';
import { ActorGroup } from './actor-group.ts';
import { Definition } from '../core/definition.ts';
import { DistantDefinition } from '../core/distant-definition.ts';
import { DefinitionMismatchError } from '../core/errors.ts';
import { checkGroupName } from '../core/group.ts';
import { checkName } from '../core/registry.ts';

type FoundOrder = Extract<Order, { type: 'found' }>;

/** Finds actors by what they are called: asks the authority, and makes refs of its answers. */
export class Registry {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  readonly group: OpenGroup = ((definition: unknown, name: unknown) => {
    return new ActorGroup(this.#kernel, this, Definition.of(definition), checkGroupName(name));
  }) as unknown as OpenGroup;

  readonly whereis: Whereis = (async (definition: unknown, name: unknown) => {
    const wanted = DistantDefinition.of(definition);
    const checked = checkName(name);
    const found = await this.#kernel.requests.ask<FoundOrder>((request) => ({ type: 'whereis', request, name: checked }));
    return this.#refsIn(found, wanted, `"${checked}"`)[0];
  }) as Whereis;

  async join(group: string, slot: number): Promise<void> {
    const name = checkGroupName(group);
    await this.#kernel.requests.ask((request) => ({ type: 'join', request, group: name, slot }));
  }

  async leave(group: string, slot: number): Promise<void> {
    const name = checkGroupName(group);
    await this.#kernel.requests.ask((request) => ({ type: 'leave', request, group: name, slot }));
  }

  async members(definition: Definition, group: string): Promise<readonly ActorRef<object>[]> {
    const found = await this.#kernel.requests.ask<FoundOrder>((request) => ({ type: 'members', request, group }));
    return this.#refsIn(found, definition, `group "${group}"`);
  }

  /** @throws {DefinitionMismatchError} What was found runs another definition. */
  #refsIn({ shape: data, actors }: FoundOrder, { shape: wanted }: Pick<Definition, 'shape'>, what: string): ActorRef<object>[] {
    if (data === undefined) return [];
    const kernel = this.#kernel;
    const shape = kernel.refs.shape(data);
    if (shape.id !== wanted.id) throw new DefinitionMismatchError(wanted.title, `${what} runs ${shape.title}`);
    return actors.map(({ slot, path }) => kernel.refAbout({ slot, path, shape }));
  }
}
