import type { MovableCodec } from './wire/codec.ts';
import type { Parcel } from './wire/parcel.ts';
import type { Slot } from './slots/slot.ts';
import { NotSendableError, ProtocolError } from '../core/errors.ts';
import { LocalSlot } from './slots/local-slot.ts';
import { NamedSlot } from './slots/named-slot.ts';
import { Ref } from '../core/actor-ref.ts';
import type { ShapeData } from '../core/shape.ts';
import { Shape } from '../core/shape.ts';
import { isNumber32 } from './protocol.ts';

/** Where a ref's slot is found; room for other machines. */
const THIS_PROGRAM = 0;
const NO_SHAPES: readonly Shape[] = [];

/** What the refs need of their kernel. */
export interface RefsPort {
  owns(slot: object): boolean;
  slotFor(id: number, path: string, shape: Shape): Slot;
}

/** This host's refs: one object per slot, and how it travels, as a slot's address and the shape of its definition. */
export class Refs implements MovableCodec {
  readonly #port: RefsPort;
  readonly #bySlot = new Map<number, WeakRef<Ref>>();
  readonly #shapes = new Map<number, Shape>();
  readonly #collected: FinalizationRegistry<number>;
  #encodedShapes = NO_SHAPES;
  #hasNames = false;

  constructor(port: RefsPort) {
    this.#port = port;
    this.#collected = new FinalizationRegistry((id) => this.#forget(id));
  }

  /** The slot that a ref addresses; behind a name, whoever has it now. @throws {DefinitionMismatchError} */
  static slotOf(ref: object): Slot | undefined {
    const recipient = Ref.recipientOf(ref);
    return recipient instanceof NamedSlot ? recipient.current : recipient as Slot | undefined;
  }

  /** The one ref to `slot` in this host. */
  to(slot: Slot): Ref {
    const known = this.#bySlot.get(slot.id)?.deref();
    if (known !== undefined) return known;
    const ref = new Ref(slot);
    this.#bySlot.set(slot.id, new WeakRef(ref));
    this.#collected.register(ref, slot.id);
    return ref;
  }

  /** The shape with this data; equal ones are one object. */
  shape(data: ShapeData): Shape {
    const shape = new Shape(data);
    const known = this.#shapes.get(shape.id);
    if (known !== undefined) return known;
    this.#shapes.set(shape.id, shape);
    return shape;
  }

  /** The shapes of the refs in what was encoded last: they must be known where the bytes go. */
  takeEncodedShapes(): readonly Shape[] {
    const shapes = this.#encodedShapes;
    this.#encodedShapes = NO_SHAPES;
    return shapes;
  }

  /** Why a ref can't be in a message of this system; undefined when it can. */
  refusal(movable: object): string | undefined {
    const slot = Ref.recipientOf(movable);
    if (slot === undefined) return 'an object that only looks like a ref';
    if (this.#port.owns(slot)) return undefined;
    if (!(slot instanceof NamedSlot) || !slot.isOf(this.#port)) return 'a ref of another system';
    this.#hasNames = true;
    return slot.refusal;
  }

  /** Whether what was looked at since the last call holds names: where they arrive they are the refs of who has them. */
  takeNames(): boolean {
    const hasNames = this.#hasNames;
    if (hasNames) this.#hasNames = false;
    return hasNames;
  }

  /** Why a ref can't leave this thread; undefined when it can. */
  departureRefusal(movable: object): string | undefined {
    const refusal = this.refusal(movable);
    if (refusal !== undefined) return refusal;
    const slot = Refs.slotOf(movable);
    return slot instanceof LocalSlot && slot.isLocalOnly ? 'a ref to an actor defined without import.meta' : undefined;
  }

  encode(movable: object, { way, shapes }: Parcel): unknown {
    const refusal = way.stays ? this.refusal(movable) : this.departureRefusal(movable);
    if (refusal !== undefined) throw new NotSendableError('a message with a ref', refusal);
    const slot = Refs.slotOf(movable) as Slot;
    this.#shapes.set(slot.shape.id, slot.shape);
    shapes.push(slot.shape);
    return [THIS_PROGRAM, slot.id, slot.shape.id, slot.path];
  }

  encoded({ shapes }: Parcel): void {
    this.#encodedShapes = shapes;
  }

  decode(data: unknown): object {
    const [node, id, shapeId, path] = Array.isArray(data) ? data as unknown[] : [];
    const shape = this.#shapes.get(shapeId as number);
    if (node !== THIS_PROGRAM || !isNumber32(id) || typeof path !== 'string' || shape === undefined) {
      throw new ProtocolError('Cannot read a ref: unknown address or definition');
    }
    return this.#bySlot.get(id)?.deref() ?? this.to(this.#port.slotFor(id, path, shape));
  }

  #forget(id: number): void {
    if (this.#bySlot.get(id)?.deref() === undefined) this.#bySlot.delete(id);
  }
}
