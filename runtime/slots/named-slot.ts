import type { CallSettings, Recipient, Stream } from '../../core/actor-ref.ts';
import type { ExitReason } from '../../core/exit-reason.ts';
import type { Kernel } from '../kernel.ts';
import type { Shape } from '../../core/shape.ts';
import type { Slot } from './slot.ts';
import type { SlotIdentity } from '../control.ts';
import type { Wait } from '../../core/within.ts';
import { DefinitionMismatchError, toError } from '../../core/errors.ts';
import { NO_SLOT } from '../control.ts';
import { PendingStream } from '../pending-ask.ts';
import { RemoteSlot } from './remote-slot.ts';

/** Stands for whoever has a name: looked up anew for each message. Only the main thread has such ones. */
export class NamedSlot implements Recipient {
  readonly path: string;
  readonly shape: Shape;
  readonly #kernel: Kernel;
  readonly #find: (name: string) => SlotIdentity | undefined;
  readonly #nobody: RemoteSlot;

  constructor(kernel: Kernel, name: string, shape: Shape, find: (name: string) => SlotIdentity | undefined) {
    this.path = name;
    this.shape = shape;
    this.#kernel = kernel;
    this.#find = find;
    this.#nobody = new RemoteSlot(kernel, { id: NO_SLOT, lastSeq: 0, lastHost: -1, isDead: true }, name, shape);
    this.#nobody.notice({ status: 'dead', reason: { kind: 'normal' } });
  }

  isOf(kernel: object): boolean { return this.#kernel === kernel; }

  /**
   * The slot that has the name now; a dead one when nobody has it.
   *
   * @throws {DefinitionMismatchError} Its actor runs another definition.
   * @throws {ActorError} `TROUPE_LOCAL_ONLY`
   */
  get current(): Slot {
    const found = this.#find(this.path);
    if (found === undefined) return this.#nobody;
    const slot = this.#kernel.slotFor(found.slot, found.path, this.#kernel.refs.shape(found.shape));
    if (slot.shape.id === this.shape.id) return slot;
    throw new DefinitionMismatchError(this.shape.title, `"${this.path}" runs ${slot.shape.title}`);
  }

  /** Why a ref to the name can't be in a message: there it is a ref to who has it. Undefined when it can. */
  get refusal(): string | undefined {
    try {
      return this.current === this.#nobody ? `a ref to the name "${this.path}", which nobody has` : undefined;
    } catch (error) {
      return `a ref to a name: ${toError(error).message}`;
    }
  }

  get closed(): Promise<ExitReason> { return this.current.closed; }

  tell(handler: number, args: unknown[], settings: CallSettings | undefined): boolean {
    return this.current.tell(handler, args, settings);
  }

  async ask(handler: number, args: unknown[], settings: CallSettings | undefined): Promise<unknown> {
    return this.current.ask(handler, args, settings);
  }

  stream(handler: number, args: unknown[], settings: CallSettings | undefined): Stream<unknown> {
    try {
      return this.current.stream(handler, args, settings);
    } catch (error) {
      const stream = new PendingStream(this.#kernel, this.#nobody, handler, settings);
      stream.fail(toError(error));
      return stream;
    }
  }

  async drained(wait: Wait): Promise<void> { return this.current.drained(wait); }

  async stop(graceMs: number): Promise<void> { return this.current.stop(graceMs); }

  kill(): void { this.current.kill(); }
}
