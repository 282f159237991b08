import type { EnvelopeKind } from '../core/envelope.ts';
import type { IncomingRecord, Link } from './wire/link.ts';
import type { Kernel } from './kernel.ts';
import { ActorStoppedError, ProtocolError } from '../core/errors.ts';
import { Envelope } from '../core/envelope.ts';
import { Inbound } from './slots/inbound.ts';
import type { LocalSlot } from './slots/local-slot.ts';
import { RECORD } from './wire/link.ts';
import { RemoteAnswer } from './remote-answer.ts';
import type { RemoteSlot } from './slots/remote-slot.ts';
import { toError } from '../core/actor-cell.ts';

/** What arrives from other hosts, record by record, to where it belongs. */
export class Inbox {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @throws {ProtocolError} The record isn't one. */
  take(link: Link, record: IncomingRecord): void {
    const { head, body } = record;
    const kernel = this.#kernel;
    switch (record.kind) {
      case RECORD.tell:
        this.#message('tell', link, head, body);
        break;
      case RECORD.ask:
        this.#message('ask', link, head, body);
        break;
      case RECORD.stream:
        this.#message('stream', link, head, body);
        break;
      case RECORD.stop:
        this.#message('stop', link, head, body);
        break;
      case RECORD.reply:
        kernel.replied(number(head, 1), (answer) => this.#settle(answer, body));
        break;
      case RECORD.failure:
        kernel.replied(number(head, 1), (answer) => answer.reject(toError(this.#decodeReply(body))));
        break;
      case RECORD.item:
        kernel.replied(number(head, 1), (answer) => answer.item(this.#decodeReply(body)));
        break;
      case RECORD.credit:
        link.asked.get(number(head, 1))?.producer?.credit(number(head, 2));
        break;
      case RECORD.cancel:
        this.#cancel(link, number(head, 1));
        break;
      case RECORD.acknowledge:
        this.#remoteSlot(head)?.acknowledged(number(head, 2));
        break;
      case RECORD.fate:
        this.#remoteSlot(head)?.fateOf(number(head, 2), fate(head), text(head, 4));
        break;
      case RECORD.forget:
        link.inbounds.delete(number(head, 1));
        break;
      case RECORD.shape:
        kernel.refs.shape({ title: text(head, 1), handlers: texts(head, 2), highWater: number(head, 3) });
        break;
      case RECORD.control:
        kernel.ports.control(link.peer, kernel.decode(body));
        break;
      default: throw new ProtocolError(`Cannot read a record of host ${link.peer}: unknown kind ${record.kind}`);
    }
  }

  #message(kind: EnvelopeKind, link: Link, head: readonly unknown[], body: Uint8Array): void {
    const kernel = this.#kernel;
    const slotId = number(head, 1);
    const seq = number(head, 3);
    let inbound = link.inbounds.get(slotId);
    if (inbound === undefined) link.inbounds.set(slotId, inbound = new Inbound(kernel, link, slotId, seq));
    inbound.arrived(seq);

    const handler = kind === 'stop' ? 0 : number(head, 4);
    const askId = kind === 'ask' || kind === 'stream' ? number(head, 5) : undefined;
    const slot = kernel.localSlots.get(slotId);
    const name = slot?.shape.nameOf(handler) ?? 'a handler';
    const answer = askId === undefined ? undefined : new RemoteAnswer(kernel, link, askId, name);
    if (slot === undefined) {
      inbound.settle(seq, answer === undefined ? 'dead_letter' : 'rejected', 'stopped');
      answer?.reject(new ActorStoppedError(`slot ${slotId}`, 'ask'));
      return;
    }
    let args: unknown = [];
    try {
      if (kind !== 'stop') args = this.#arguments(slot, kind, handler, body);
    } catch (error) {
      inbound.settle(seq, answer === undefined ? 'dead_letter' : 'rejected', 'stopped');
      answer?.reject(toError(error));
      return;
    }
    const chain = kind === 'tell' || kind === 'stop' ? [] : numbers(head, 7);
    const envelope = new Envelope(kind, slot, handler, args as unknown[], answer, inbound, seq, chain, number(head, 2));
    if (askId !== undefined) {
      link.asked.set(askId, envelope);
      this.#setDeadline(envelope, number(head, 6));
    }
    slot.receive(envelope);
  }

  #arguments(slot: LocalSlot, kind: EnvelopeKind, handler: number, body: Uint8Array): unknown[] {
    if (slot.shape.handlers[handler] === undefined || slot.shape.isStream(handler) !== (kind === 'stream')) {
      throw new ProtocolError(`Cannot ${kind} handler ${handler} of "${slot.path}": it has no such handler`);
    }
    const args = this.#kernel.decode(body);
    if (Array.isArray(args)) return args as unknown[];
    throw new ProtocolError(`Cannot read the arguments for "${slot.path}": they are no list`);
  }

  /** A stream's deadline is watched by its consumer alone: it changes with the first item. */
  #setDeadline(envelope: Envelope, leftMs: number): void {
    envelope.receivedAt = this.#kernel.clock.now();
    if (leftMs < 0 || envelope.kind === 'stream') return;
    envelope.timeoutMs = leftMs;
    this.#kernel.deadlines.add(envelope, envelope.receivedAt + leftMs);
  }

  #cancel(link: Link, askId: number): void {
    const envelope = link.asked.get(askId);
    if (envelope === undefined) return;
    if (envelope.answer instanceof RemoteAnswer) envelope.answer.abandon();
    envelope.cancel(undefined);
  }

  #settle(answer: { resolve(value: unknown): void; reject(error: Error): void }, body: Uint8Array): void {
    let value: unknown;
    try {
      value = this.#kernel.decode(body);
    } catch (error) {
      answer.reject(toError(error));
      return;
    }
    answer.resolve(value);
  }

  #decodeReply(body: Uint8Array): unknown {
    try {
      return this.#kernel.decode(body);
    } catch (error) {
      return error;
    }
  }

  #remoteSlot(head: readonly unknown[]): RemoteSlot | undefined {
    return this.#kernel.remoteSlots.get(number(head, 1));
  }
}

function number(head: readonly unknown[], at: number): number {
  const field = head[at];
  if (typeof field === 'number') return field;
  throw new ProtocolError(`Cannot read field ${at} of a record: expected a number`);
}

function text(head: readonly unknown[], at: number): string {
  const field = head[at];
  if (typeof field === 'string') return field;
  throw new ProtocolError(`Cannot read field ${at} of a record: expected a text`);
}

function numbers(head: readonly unknown[], at: number): number[] {
  const field = head[at];
  if (Array.isArray(field) && field.every((each) => typeof each === 'number')) return field as number[];
  throw new ProtocolError(`Cannot read field ${at} of a record: expected numbers`);
}

function texts(head: readonly unknown[], at: number): string[] {
  const field = head[at];
  if (Array.isArray(field) && field.every((each) => typeof each === 'string')) return field as string[];
  throw new ProtocolError(`Cannot read field ${at} of a record: expected texts`);
}

function fate(head: readonly unknown[]): 'rejected' | 'dead_letter' {
  const field = head[3];
  if (field === 'rejected' || field === 'dead_letter') return field;
  throw new ProtocolError('Cannot read the fate of a message');
}
