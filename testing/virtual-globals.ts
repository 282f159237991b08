import { SimulatedClock } from './simulated-clock.ts';
import { threadCurrent } from '../runtime/node-ports.ts';

/*
 * Real timers, clocks and chance can't be replayed. While a kit lives, those that are global refuse to work for handlers that run
 * in a simulation; for all others they are what they were.
 */

/** The globals as they were, and how many kits live. */
interface Replaced {
  kits: number;
  readonly restore: () => void;
}

const REPLACED = Symbol.for('troupe.virtual-globals');

type Owner = Record<string, unknown>;

/** Which functions, and what stands for each on `ctx`. */
const REAL: readonly (readonly [owner: () => object, name: string, instead: string])[] = [
  [() => globalThis, 'setTimeout', 'ctx.sleep() or ctx.after()'],
  [() => globalThis, 'setInterval', 'ctx.every()'],
  [() => globalThis, 'setImmediate', 'ctx.sleep(0)'],
  [() => Date, 'now', 'ctx.now()'],
  [() => performance, 'now', 'ctx.now()'],
  [() => Math, 'random', 'ctx.random()'],
  [() => AbortSignal, 'timeout', 'ctx.with({ timeout })'],
  [() => crypto, 'randomUUID', 'ctx.id()'],
  [() => crypto, 'getRandomValues', 'ctx.random()'],
];

/** Has the globals refuse to work in simulations, until what is returned is called. */
export function replaceGlobals(): () => void {
  const global = globalThis as { [REPLACED]?: Replaced | undefined };
  const replaced = global[REPLACED] ??= { kits: 0, restore: replaceAll() };
  replaced.kits++;
  return () => {
    if (--replaced.kits > 0) return;
    replaced.restore();
    global[REPLACED] = undefined;
  };
}

function replaceAll(): () => void {
  const restores = REAL.map(([owner, name, instead]) => replace(owner() as Owner, name, instead));
  restores.push(replaceDate());
  return () => { for (const restore of restores.toReversed()) restore(); };
}

function replace(owner: Owner, name: string, instead: string): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  const real = owner[name] as (...args: unknown[]) => unknown;
  const title = owner === globalThis ? name : `${titleOf(owner)}.${name}`;
  const refusing = function (this: unknown, ...args: unknown[]): unknown {
    refuse(`${title}()`, instead);
    return real.apply(this, args);
  };
  Object.defineProperty(owner, name, { value: Object.assign(refusing, real), configurable: true, writable: true, enumerable: before?.enumerable ?? false });
  return () => {
    if (before === undefined) delete owner[name];
    else Object.defineProperty(owner, name, before);
  };
}

function titleOf(owner: object): string {
  if (typeof owner === 'function') return owner.name;
  return owner === performance ? 'performance' : owner === crypto ? 'crypto' : 'Math';
}

/** `new Date()` asks the clock, `new Date(0)` doesn't. */
function replaceDate(): () => void {
  const RealDate = Date;
  const construct = (target: typeof Date, args: unknown[], self: unknown): object => {
    if (args.length === 0) refuse('new Date()', 'new Date(ctx.now())');
    return Reflect.construct(target, args, self as typeof Date) as object;
  };
  globalThis.Date = new Proxy(RealDate, { construct });
  return () => { globalThis.Date = RealDate; };
}

/** @throws {NotVirtualError} A handler runs in a simulation. */
function refuse(what: string, instead: string): void {
  const invocation = threadCurrent().invocation;
  if (invocation?.clock instanceof SimulatedClock) invocation.clock.refuse(invocation.name, what, instead);
}
