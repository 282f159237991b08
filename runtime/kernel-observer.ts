import type { Envelope } from '../core/envelope.ts';
import type { Order, Request } from './control.ts';

/** Where a message of another host comes from. */
export interface Origin {
  readonly peer: number;
  readonly slotId: number;
}

/** Is told what a kernel does, as it does it. A simulation counts with it for itself what is promised; nothing else has one. */
export interface KernelObserver {
  requested(request: Request): void;
  ordered(order: Order): void;
  /** An ask is made that settles by `deadlineAt`, if that is known. What is returned is called when it settles. */
  asked(actor: string, handler: string, deadlineAt: number): () => void;
  /** A message sets out; at its sender `message` stands for it. Local ones are envelopes. */
  sent(message: object, slot: number): void;
  /** A message leaves for another host: its number is the next one from this host to `slot`. */
  departed(message: object, slot: number, seq: number): void;
  /** A message or signal is handled for the first time. @param origin Undefined when it was sent here. */
  began(envelope: Envelope, origin: Origin | undefined): void;
}
