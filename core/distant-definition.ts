import type { DefinitionAddress, DefinitionId } from './definition.ts';
import { Definition } from './definition.ts';
import { Shape } from './shape.ts';
import { checkMovable } from './place.ts';
import { sendable } from './sendable-class.ts';
import { ownMeta } from './own-meta.ts';

/** A definition as it came in a message, whose module wasn't loaded here: its actors can be started, on any host. */
export class DistantDefinition {
  readonly id: DefinitionId;
  readonly shape: Shape;

  constructor({ id, shape }: DefinitionAddress) {
    this.id = id;
    this.shape = new Shape(shape);
  }

  /** @throws {TypeError} `value` wasn't made by `actor()`. */
  static of(value: unknown): Definition | DistantDefinition {
    return value instanceof DistantDefinition ? value : Definition.of(value);
  }

  toString(): string { return `ActorDefinition(${this.shape.title})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }
}

const travel = {
  toData(definition: Definition | DistantDefinition): DefinitionAddress {
    return { id: checkMovable(definition, 'on another host'), shape: definition.shape.data };
  },
  // Which of the two it is, depends on the host, not on what was sent.
  fromData(address: DefinitionAddress): never {
    return (Definition.find(address.id) ?? new DistantDefinition(address)) as never;
  },
};

sendable(ownMeta(import.meta), Definition, { name: 'troupe.definition', ...travel });
sendable(ownMeta(import.meta), DistantDefinition, { name: 'troupe.distant-definition', ...travel });
