import { isPrimitive } from '../../core/check-sendable.ts';

/**
 * Whether two values are made of the same parts; what is sent is a copy, so identity says nothing. The order of an object's keys doesn't matter,
 * that of a map's or a set's does. Refs, and instances of registered classes, are asked themselves: `equals(other)`.
 */
export function isSame(one: unknown, other: unknown): boolean {
  const pairs = new Map<object, Set<object>>();
  const open: [unknown, unknown][] = [[one, other]];
  // No recursion: values may be deep, and have cycles.
  for (const [a, b] of open) {
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!isObject(a) || !isObject(b) || Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    const known = pairs.get(a) ?? new Set();
    if (known.has(b)) continue;
    pairs.set(a, known.add(b));
    const [parts, others] = [partsOf(a), partsOf(b)];
    if (parts === undefined || others === undefined) {
      if (!saysItIs(a, b)) return false;
      continue;
    }
    if (parts.length !== others.length) return false;
    for (let i = 0; i < parts.length; i++) if (parts[i] !== others[i]) open.push([parts[i], others[i]]);
  }
  return true;
}

function isObject(value: unknown): value is object {
  return !isPrimitive(value);
}

/** Undefined for what hides them. */
function partsOf(value: object): ArrayLike<unknown> | undefined {
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype: case null: {
      const keys = Object.keys(value).toSorted();
      return [...keys, ...keys.map((key) => (value as Record<string, unknown>)[key])];
    }
    case Array.prototype: return value as unknown[];
    case Map.prototype: return [...(value as Map<unknown, unknown>).keys(), ...(value as Map<unknown, unknown>).values()];
    case Set.prototype: return [...value as Set<unknown>];
    case Date.prototype: return [(value as Date).getTime()];
    case RegExp.prototype: return [(value as RegExp).source, (value as RegExp).flags];
    case ArrayBuffer.prototype: return new Uint8Array(value as ArrayBuffer);
    default: return ArrayBuffer.isView(value) ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : undefined;
  }
}

function saysItIs(value: { equals?: unknown }, other: object): boolean {
  return typeof value.equals === 'function' && value.equals(other) === true;
}
