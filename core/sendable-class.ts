import type { ModuleMeta } from './definition.ts';
import { ActorError, invalidOption } from './errors.ts';
import { checkFields } from './options.ts';
import { checkMeta } from './definition.ts';
import { isMovable } from './sendable.ts';

/** How a class is registered, and what it does with its instances itself: one whose state isn't in public fields. */
export interface SendableOptions<T extends object, D> {
  /** Identifies the class within its module. Default: its own name, which a minifier may give to several. */
  name?: string;
  /** What an instance is made of, as plain data. It shares nothing with the rest of the message but instances like this one. */
  toData(instance: T): D;
  /** An instance made of that. */
  fromData(data: D): T;
}

/** {@link SendableOptions} with what a class does itself. */
export interface SendableHooks {
  toData(instance: object): unknown;
  fromData(data: unknown): object;
}

/** A registered class, as the codec knows it. */
export interface SendableClass {
  /** The same on every host. */
  readonly key: string;
  readonly name: string;
  readonly prototype: object;
  readonly isError: boolean;
  readonly hooks: SendableHooks | undefined;
}

/**
 * Lets instances of `Class` travel: as an instance they arrive wherever this module has been loaded. Call it at the top
 * level of the module that has the class. Own enumerable fields travel, the constructor isn't called; a class with
 * private fields, or one that extends a built-in class, says itself what it is made of. Errors revive as themselves.
 *
 * Where the module wasn't loaded, an instance is a `ProtocolError`, and an error a plain one with its name.
 *
 * A class with methods says so to the compiler: see {@link Sendable}.
 *
 * @param options `toData` and `fromData`, both or none, and not for errors; a `name`.
 * @returns `Class`.
 * @throws {TypeError} `meta` is no `import.meta`; `Class` is no class, has no name, or needs `toData`. Its `code` is `TROUPE_INVALID_OPTION`.
 * @throws {ActorError} `TROUPE_DUPLICATE_DEFINITION`: the module has registered another class with this name.
 * @example
 * class Money implements Sendable {
 *   declare readonly [SENDABLE]: true;
 *   readonly cents: number;
 *   constructor(cents: number) { this.cents = cents; }
 *   plus(other: Money): Money { return new Money(this.cents + other.cents); }
 * }
 * sendable(import.meta, Money);
 */
export function sendable<C extends abstract new (...args: never[]) => object, D = unknown>(
  meta: ModuleMeta, Class: C, options?: SendableOptions<InstanceType<C>, D> | { readonly name: string },
): C {
  checkMeta(meta, 'sendable()');
  if (typeof Class !== 'function' || typeof Class.prototype !== 'object' || Class.name === '') {
    throw invalidOption('the class of sendable()', Class, 'a class with a name');
  }
  const prototype = Class.prototype as object;
  const isError = prototype instanceof Error;
  const { name = Class.name, hooks } = checkOptions(options ?? {});
  if (isError && hooks !== undefined) throw invalidOption('the options of sendable()', options, 'none for an error');
  if (hooks === undefined && !isError && hasBuiltInBase(prototype)) {
    throw invalidOption(`the class ${name} of sendable()`, Class, 'toData and fromData, as it extends a built-in class');
  }
  if (isMovable(prototype)) throw invalidOption('the class of sendable()', Class, 'a class that cannot travel anyway');
  register(meta, { key: `${meta.url}#${name}`, name, prototype, isError, hooks });
  return Class;
}

/** The registered class that `prototype` is of. */
export function classOfPrototype(prototype: object): SendableClass | undefined {
  return registry().byPrototype.get(prototype);
}

/** The class with this key, if its module was loaded here. */
export function classOfKey(key: string): SendableClass | undefined {
  return registry().byKey.get(key)?.found;
}

function checkOptions(options: object): { name: string | undefined; hooks: SendableHooks | undefined } {
  const { name, ...hooks } = checkFields(options, 'the options of sendable()', new Set(['name', 'toData', 'fromData']));
  if (name !== undefined && (typeof name !== 'string' || name === '')) throw invalidOption('name of sendable()', name, 'a text that is not empty');
  if (Object.keys(hooks).length === 0) return { name, hooks: undefined };
  for (const each of ['toData', 'fromData']) {
    if (typeof hooks[each] !== 'function') throw invalidOption(`${each} of sendable()`, hooks[each], 'a function');
  }
  return { name, hooks: options as SendableHooks };
}

/** What a built-in class keeps isn't in fields. */
function hasBuiltInBase(prototype: object): boolean {
  for (let base: object | null = prototype; base !== null; base = Object.getPrototypeOf(base) as object | null) {
    const maker: unknown = Object.getOwnPropertyDescriptor(base, 'constructor')?.value;
    if (maker === Object || typeof maker !== 'function') continue;
    if (Function.prototype.toString.call(maker).endsWith('{ [native code] }')) return true;
  }
  return false;
}

interface Registry {
  readonly byKey: Map<string, { readonly meta: ModuleMeta; readonly found: SendableClass }>;
  readonly byPrototype: WeakMap<object, SendableClass>;
}

const REGISTRY = Symbol.for('troupe.sendable-classes');

/** One per thread, found by every copy of the library in it. */
function registry(): Registry {
  const global = globalThis as { [REGISTRY]?: Registry };
  return global[REGISTRY] ??= { byKey: new Map(), byPrototype: new WeakMap() };
}

/** A module that is evaluated again brings a new `meta` object, and its classes take the place of the old ones. */
function register(meta: ModuleMeta, found: SendableClass): void {
  const { byKey, byPrototype } = registry();
  const known = byKey.get(found.key);
  if (known !== undefined && known.meta === meta && known.found.prototype !== found.prototype) {
    const text = `Cannot register the class "${found.name}": ${meta.url} has another one with this name`;
    throw new ActorError('TROUPE_DUPLICATE_DEFINITION', text);
  }
  byKey.set(found.key, { meta, found });
  byPrototype.set(found.prototype, found);
}
