import type { Attached } from './wire/parcel.ts';
import type { Executed } from '../core/errors.ts';
import type { Chain, EnvelopeKind } from '../core/envelope.ts';
import type { FrameReader } from './wire/record.ts';
import type { Link } from './wire/link.ts';
import type { Kernel } from './kernel.ts';
import type { PendingAsk, PendingStream } from './pending-ask.ts';
import { ActorStoppedError, ProtocolError } from '../core/errors.ts';
import { AskDeadline, Envelope, NO_CHAIN } from '../core/envelope.ts';
import { Inbound } from './slots/inbound.ts';
import type { LocalSlot } from './slots/local-slot.ts';
import { NO_LIMIT, RECORD, fateOf } from './wire/record.ts';
import { RemoteAnswer } from './remote-answer.ts';
import { askStackOf, shapeOf } from './protocol.ts';
import { toError } from '../core/errors.ts';

type Pending = PendingAsk | PendingStream;

/** What arrives from other hosts, record by record, to where it belongs. */
export class Inbox {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** @throws {ProtocolError} The record isn't one. */
  take(link: Link, record: FrameReader, attached?: readonly Attached[]): void {
    const kernel = this.#kernel;
    switch (record.kind) {
      case RECORD.tell:
        this.#message('tell', link, record, attached);
        break;
      case RECORD.ask:
        this.#message('ask', link, record, attached);
        break;
      case RECORD.stream:
        this.#message('stream', link, record, attached);
        break;
      case RECORD.stop:
        this.#message('stop', link, record, attached);
        break;
      case RECORD.reply:
        this.#reply(kernel.remoteAsks.pending(record.field(0)), record.body, attached);
        break;
      case RECORD.failure:
        kernel.remoteAsks.pending(record.field(0))?.reject(toError(this.#errorIn(record.body)));
        break;
      case RECORD.item:
        this.#item(kernel.remoteAsks.pending(record.field(0)), record.body, attached);
        break;
      case RECORD.credit:
        link.asked.get(record.field(0))?.producer?.credit(record.field(1));
        break;
      case RECORD.cancel:
        this.#cancel(link, record.field(0));
        break;
      case RECORD.acknowledge:
        kernel.remoteSlots.get(record.field(0))?.acknowledged(record.field(1));
        break;
      case RECORD.fate: {
        const { fate, why } = fateOf(record.field(2), record.field(3));
        kernel.remoteSlots.get(record.field(0))?.fateOf(record.field(1), fate, why, record.field(4) !== 0);
        break;
      }
      case RECORD.forget:
        link.inbounds.get(record.field(0))?.close();
        link.inbounds.delete(record.field(0));
        break;
      case RECORD.shape:
        kernel.refs.shape(shapeOf(kernel.values.decode(record.body)));
        break;
      case RECORD.askStack:
        link.askStack = { askId: record.field(0), text: askStackOf(kernel.values.decode(record.body)) };
        break;
      case RECORD.control:
        kernel.ports.control(link.peer, kernel.values.decode(record.body, attached, true));
        break;
      default: throw new ProtocolError(`Cannot read a record of host ${link.peer}: unknown kind ${record.kind}`);
    }
  }

  #message(kind: EnvelopeKind, link: Link, record: FrameReader, attached: readonly Attached[] | undefined): void {
    const kernel = this.#kernel;
    const slotId = record.field(0);
    const seq = record.field(2);
    let inbound = link.inbounds.get(slotId);
    if (inbound === undefined) link.inbounds.set(slotId, inbound = new Inbound(kernel, link, slotId, seq));
    inbound.arrived(seq);

    const handler = record.field(3);
    const askId = kind === 'ask' || kind === 'stream' ? record.field(4) : undefined;
    const slot = kernel.localSlots.get(slotId);
    const name = slot?.shape.nameOf(handler) ?? 'a handler';
    const answer = askId === undefined ? undefined : new RemoteAnswer(kernel, link, askId, name, link.takeAskStack(askId));
    if (slot === undefined) {
      inbound.settle(seq, answer === undefined ? 'dead_letter' : 'rejected', 'stopped');
      answer?.reject(new ActorStoppedError(`slot ${slotId}`, 'ask'));
      return;
    }
    let args: unknown[] = [];
    try {
      if (kind !== 'stop') args = this.#arguments(slot, kind, handler, record.body, attached);
    } catch (error) {
      inbound.settle(seq, answer === undefined ? 'dead_letter' : 'rejected', 'undecodable');
      answer?.reject(undecodable(error, 'no'));
      return;
    }
    const chain = record.fieldCount > CHAIN_AT ? chainOf(record) : NO_CHAIN;
    const envelope = new Envelope(kind, slot, handler, args, answer, inbound, seq, chain, record.field(1));
    if (askId !== undefined) {
      link.asked.set(askId, envelope);
      this.#setDeadline(envelope, record.field(5));
    }
    slot.receive(envelope);
  }

  #arguments(
    slot: LocalSlot, kind: EnvelopeKind, handler: number, body: Uint8Array, attached: readonly Attached[] | undefined,
  ): unknown[] {
    if (slot.shape.handlers[handler] === undefined || slot.shape.isStream(handler) !== (kind === 'stream')) {
      throw new ProtocolError(`Cannot ${kind} handler ${handler} of "${slot.path}": it has no such handler`);
    }
    const args = this.#kernel.values.decode(body, attached);
    // Each argument took a byte or more: a longer list has nothing but a length.
    if (Array.isArray(args) && args.length <= body.length) return args as unknown[];
    throw new ProtocolError(`Cannot read the arguments for "${slot.path}": they are no list`);
  }

  /** A stream's deadline is watched by its consumer alone: it changes with the first item. */
  #setDeadline(envelope: Envelope, leftMs: number): void {
    if (leftMs === NO_LIMIT || envelope.kind === 'stream') return;
    const now = this.#kernel.clock.now();
    envelope.deadline = new AskDeadline(envelope, leftMs, now);
    this.#kernel.deadlines.add(envelope.deadline, now + leftMs);
  }

  #cancel(link: Link, askId: number): void {
    const envelope = link.asked.get(askId);
    if (envelope === undefined) return;
    if (envelope.answer instanceof RemoteAnswer) envelope.answer.abandon();
    envelope.cancel(undefined);
  }

  #reply(pending: Pending | undefined, body: Uint8Array, attached: readonly Attached[] | undefined): void {
    if (pending === undefined) {
      this.#kernel.tally.lateReply();
      return;
    }
    const value = this.#decode(pending, body, attached);
    if (value !== undefined) pending.resolve(value.value);
  }

  /** What a stream still sends after its consumer has left is no late reply. */
  #item(pending: Pending | undefined, body: Uint8Array, attached: readonly Attached[] | undefined): void {
    if (pending === undefined) return;
    const value = this.#decode(pending, body, attached);
    if (value !== undefined) pending.item(value.value);
  }

  #decode(
    pending: Pending, body: Uint8Array, attached: readonly Attached[] | undefined,
  ): { readonly value: unknown } | undefined {
    try {
      return { value: this.#kernel.values.decode(body, attached) };
    } catch (error) {
      pending.fail(undecodable(error, 'maybe'));
      return undefined;
    }
  }

  #errorIn(body: Uint8Array): unknown {
    try {
      return this.#kernel.values.decode(body, undefined, true);
    } catch (error) {
      return error;
    }
  }
}

function undecodable(error: unknown, executed: Executed): ProtocolError {
  const { message, cause } = toError(error);
  return new ProtocolError(message, cause === undefined ? { executed } : { cause, executed });
}

/** The fields of an ask before its chain. */
const CHAIN_AT = 6;

function chainOf(record: FrameReader): Chain {
  const chain: number[] = [];
  for (let i = CHAIN_AT; i < record.fieldCount; i++) chain.push(record.field(i));
  return chain;
}
