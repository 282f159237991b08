/*
 * What may leave its thread, as the compiler sees it; check-sendable.ts is the run's view. `Unsendable` and
 * `checkSendable` say the same of the same value, except that only the run sees an `unknown` and what lies
 * deeper than 5 levels, and that the compiler can't tell a class instance from a plain object.
 *
 * What must not be "cleaned up", because inference or a readable error hangs on it:
 *  - `CheckHandlers<NoInfer<H>>` where it is used: without `NoInfer`, one handler that takes no `ctx` turns
 *    every `ctx` of the same literal into an implicit any.
 *  - The sentences stand inline or in an alias of a string; an interface would show its name instead.
 *  - In `Unsendable`, Map and Set are tested before WeakMap and WeakSet: a Map is assignable to a WeakMap.
 *  - The `any`s are there for inference: `unknown` in their place would match no function and no generator.
 */

declare const brand: unique symbol;

type Primitive = string | number | boolean | bigint | null | undefined | void;
type BuiltIn = Date | RegExp | Error | ArrayBuffer | SharedArrayBuffer | ArrayBufferView;

/** Not plain data, and yet it may travel: a ref, `ctx.self`. */
export interface Movable { readonly [brand]: 'movable' }

/** The key of {@link Sendable}. Only the compiler sees it: at run time the registration alone counts. */
export const SENDABLE: unique symbol = Symbol.for('troupe.sendable');

/**
 * Says to the compiler that a class is registered with `sendable()`, as `class Money implements Sendable` with the field
 * `declare readonly [SENDABLE]: true`. Without it the compiler takes methods for functions that can't be sent.
 */
export interface Sendable { readonly [SENDABLE]: true }

/** The key of {@link ThreadBound}, for the compiler alone. */
export const THREAD_BOUND: unique symbol = Symbol.for('troupe.thread-bound');

/** Travels between the threads of a program, but to no process: it has shared memory. */
export interface ThreadBound extends Sendable { readonly [THREAD_BOUND]: true }

export type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * `never` when a `T` may leave its thread, else a sentence that names the place. Looks 5 levels deep; the run
 * does the rest.
 */
export type Unsendable<T, Path extends string, Depth extends 0[] = []> =
  IsAny<T> extends true ? never
  : unknown extends T ? never
  : Depth['length'] extends 5 ? never
  : T extends Primitive | BuiltIn | Movable | Sendable ? never
  : T extends (...args: never[]) => unknown ? `${Path}: a function cannot leave its thread`
  : T extends abstract new (...args: never[]) => unknown ? `${Path}: a class cannot leave its thread`
  : T extends symbol ? `${Path}: a symbol cannot leave its thread`
  : T extends PromiseLike<unknown> ? `${Path}: a promise cannot leave its thread (await it first)`
  : T extends ReadonlyMap<infer K, infer V>
    ? Unsendable<K, `${Path}.key`, [...Depth, 0]> | Unsendable<V, `${Path}.value`, [...Depth, 0]>
  : T extends ReadonlySet<infer V> ? Unsendable<V, `${Path}.value`, [...Depth, 0]>
  : T extends WeakMap<any, any> | WeakSet<any> | WeakRef<any>
    ? `${Path}: a weak collection cannot leave its thread`
  : T extends readonly (infer E)[] ? Unsendable<E, `${Path}[]`, [...Depth, 0]>
  : T extends object
    ? { [K in keyof T & string]: Unsendable<T[K], `${Path}.${K}`, [...Depth, 0]> }[keyof T & string]
  : never;

/** `true` when a `T` surely has shared memory in it, which no process gets, else `never`. Looks 5 levels deep, as {@link Unsendable}. */
export type HasShared<T, Depth extends 0[] = []> =
  IsAny<T> extends true ? never
  : [T] extends [never] ? never
  : Depth['length'] extends 5 ? never
  : [T] extends [ThreadBound | SharedArrayBuffer] ? true
  : [T] extends [Primitive | BuiltIn | Movable | Sendable] ? never
  : [T] extends [ReadonlyMap<infer K, infer V>] ? HasShared<K, [...Depth, 0]> | HasShared<V, [...Depth, 0]>
  : [T] extends [ReadonlySet<infer V> | readonly (infer V)[]] ? HasShared<V, [...Depth, 0]>
  : [T] extends [object] ? { [K in keyof T & string]: HasShared<T[K], [...Depth, 0]> }[keyof T & string]
  : never;

/** What one reply of a handler is: an item of its stream, or the awaited result. */
export type Reply<R> =
  R extends AsyncGenerator<infer Y> | Generator<infer Y> ? Y : Awaited<R>;

type Fault<A extends unknown[], R, Name extends string> =
  | Unsendable<A[number], `argument of '${Name}'`>
  | Unsendable<Reply<R>, `result of '${Name}'`>;

/** `unknown` changes nothing in an intersection; a sentence makes it fail, and the compiler prints it. */
type Verdict<F> = [F] extends [never] ? unknown : F;

type Reserved = 'then' | 'constructor' | '__proto__' | 'prototype' | 'toJSON';

/**
 * Intersected with a literal of handlers: `unknown` for each that is fine, else the sentence that says why.
 */
export type CheckHandlers<H> = {
  [K in keyof H]: K extends Reserved ? `'${K}' is reserved: it can't be a handler's name`
    : H[K] extends (first: any, ...args: infer A) => infer R ? Verdict<Fault<A, R, K & string>> : unknown;
};

/** The same for functions that aren't handlers: tasks. */
export type CheckTasks<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => infer R ? Verdict<Fault<A, R, K & string>> : unknown;
};

/** The same for one value: the input of `init`. */
export type CheckItem<T, Name extends string> = Verdict<Unsendable<T, Name>>;

/**
 * The key that marks a movable at run time, the same for all copies of the library in one thread. It belongs
 * on the prototype of a class: the fast walk takes what looks like a plain object for plain data.
 */
export const MOVABLE: unique symbol = Symbol.for('troupe.movable');

/** Whether `value` is movable: `value[MOVABLE]` is true. */
export function isMovable(value: unknown): value is Movable {
  return typeof value === 'object' && value !== null && (value as { [MOVABLE]?: unknown })[MOVABLE] === true;
}
