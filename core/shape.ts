import type { CallSettings, Recipient } from './actor-ref.ts';
import { ActorError } from './errors.ts';
import { nearest } from './nearest.ts';

/** Calls on `ref.ask` or `ref.tell`: one class per shape, with the handlers as methods on its prototype. */
export type CallsClass = new (recipient: Recipient, settings: CallSettings | undefined) => object;

const MARK = '*';
/** `'watch'`; `'*watch'` is a stream; `'*60000*open'` has a time limit of its own, in milliseconds, as the stream `'*60000**watch'`. */
const HANDLER = /^(?:\*(\d[\d.e+-]*|Infinity)\*)?(\*?)(.*)$/s;

/** A shape as it travels. */
export interface ShapeData {
  /** How the definition is called, for texts. */
  readonly title: string;
  /** In order, by their texts: see {@link Shape.handlerText}. */
  readonly handlers: readonly string[];
  /** Above how many unhandled messages `tell` returns false. */
  readonly highWater: number;
}

/** Whether those who send to actors of the one may send to actors of the other. */
export function areSameShapes(one: ShapeData, other: ShapeData): boolean {
  if (one === other) return true;
  return one.title === other.title && one.highWater === other.highWater && one.handlers.join() === other.handlers.join();
}

/** What a handler's callers must know of it. */
export interface HandlerShape {
  readonly name: string;
  readonly isStream: boolean;
  readonly timeoutMs: number | undefined;
}

function parsed(text: string): HandlerShape {
  const [, timeout, mark, name = ''] = HANDLER.exec(text) ?? [];
  return { name, isStream: mark === MARK, timeoutMs: timeout === undefined ? undefined : Number(timeout) };
}

/**
 * The handlers of a definition by name and kind, and what else its senders must know: all that a ref needs.
 * Equal ones have the same `id` on every host.
 */
export class Shape implements ShapeData {
  readonly title: string;
  readonly handlers: readonly string[];
  readonly highWater: number;
  readonly id: number;
  readonly #parsed: readonly HandlerShape[];
  #ask: CallsClass | undefined;
  #tell: CallsClass | undefined;

  constructor({ title, handlers, highWater }: ShapeData) {
    this.title = title;
    this.handlers = handlers;
    this.highWater = highWater;
    this.#parsed = handlers.map(parsed);
    this.id = hash(`${title}(${handlers.join()})${highWater}`);
  }

  get data(): ShapeData {
    const { title, handlers, highWater } = this;
    return { title, handlers, highWater };
  }

  /** How a handler is written in a shape. */
  static handlerText({ name, isStream, timeoutMs }: HandlerShape): string {
    return `${timeoutMs === undefined ? '' : `${MARK}${timeoutMs}${MARK}`}${isStream ? MARK : ''}${name}`;
  }

  /** The name in such a text. */
  static nameIn(text: string): string {
    return parsed(text).name;
  }

  isStream(handler: number): boolean {
    return this.#parsed[handler]?.isStream === true;
  }

  /** How long an ask of it waits if its asker says nothing; undefined for as long as any. */
  timeoutMsOf(handler: number): number | undefined {
    return this.#parsed[handler]?.timeoutMs;
  }

  nameOf(handler: number): string {
    return this.#parsed[handler]?.name ?? `handler ${handler}`;
  }

  get askClass(): CallsClass {
    return this.#ask ??= this.#makeCalls('ask');
  }

  get tellClass(): CallsClass {
    return this.#tell ??= this.#makeCalls('tell');
  }

  #makeCalls(way: 'ask' | 'tell'): CallsClass {
    class Calls {
      readonly #recipient: Recipient;
      readonly #settings: CallSettings | undefined;

      constructor(recipient: Recipient, settings: CallSettings | undefined) {
        this.#recipient = recipient;
        this.#settings = settings;
      }

      static method(handler: number, isStream: boolean): (this: Calls, ...args: unknown[]) => unknown {
        if (isStream) return function (...args) { return this.#recipient.stream(handler, args, this.#settings); };
        if (way === 'ask') return function (...args) { return this.#recipient.ask(handler, args, this.#settings); };
        return function (...args) { return this.#recipient.tell(handler, args, this.#settings); };
      }
    }
    this.handlers.forEach((_, handler) => {
      if (way === 'tell' && this.isStream(handler)) return;
      const value = Calls.method(handler, this.isStream(handler));
      Object.defineProperty(value, 'name', { value: this.nameOf(handler) });
      Object.defineProperty(Calls.prototype, this.nameOf(handler), { value, enumerable: true });
    });
    Object.defineProperty(Calls, 'name', { value: `${this.title} ${way}` });
    Object.defineProperty(Calls.prototype, Symbol.for('nodejs.util.inspect.custom'), { value: () => this.#show(way) });
    Object.setPrototypeOf(Calls.prototype, this.#missing(way));
    return Calls;
  }

  #show(way: 'ask' | 'tell'): string {
    return `${this.title}.${way} { ${this.handlers.map((_, handler) => this.nameOf(handler)).join(', ')} }`;
  }

  /**
   * What stands behind the class: only a name that isn't a handler gets here, so a call costs nothing for it.
   * Names that tools look for (`then`, `toJSON`, …) and symbols are simply absent.
   */
  #missing(way: 'ask' | 'tell'): object {
    return new Proxy(Object.create(null) as object, {
      get: (_, name) => {
        if (typeof name === 'symbol' || PROBES.has(name)) return undefined;
        throw unknownHandler(this, name, way);
      },
    });
  }
}

const PROBES: ReadonlySet<string> = new Set([
  'then', 'catch', 'toJSON', 'toString', 'valueOf', 'constructor', 'prototype', '__proto__', 'inspect', 'length', 'name',
  'asymmetricMatch', 'nodeType', 'tagName', '$$typeof', '@@__IMMUTABLE_ITERABLE__@@', '@@__IMMUTABLE_RECORD__@@',
  'hasAttribute', 'isSymbol', 'href', 'protocol', 'cause', 'message', 'stack',
]);

function unknownHandler(shape: Shape, name: string, way: string): ActorError {
  const names = shape.handlers.map((_, handler) => shape.nameOf(handler));
  const near = nearest(name, names);
  const isStream = way === 'tell' && names.includes(name);
  const hint = isStream ? 'a streaming handler is asked, not told'
    : near === undefined ? `it has ${names.join(', ')}` : `did you mean "${near}"?`;
  return new ActorError('TROUPE_UNKNOWN_HANDLER', `Cannot ${way} "${name}" of "${shape.title}": no such handler, ${hint}`);
}

/** A 53-bit hash of `text` (cyrb53, by bryc, public domain): the same on every host, no need of being secret. */
function hash(text: string): number {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
