import { types } from 'node:util';
import { ERROR_FIELDS } from '../../core/check-sendable.ts';
import { classOfPrototype } from '../../core/sendable-class.ts';
import { isMovable } from '../../core/sendable.ts';

/**
 * About how many bytes a sendable value takes; no more than a little over the limit is counted. Infinite when it may
 * be another value the next time: it has getters, or is a proxy. Never throws.
 */
export function roughSize(value: unknown, limit: number): number {
  try {
    return count(value, limit);
  } catch {
    return Infinity; // a proxy among the prototypes
  }
}

function count(value: unknown, limit: number): number {
  const seen = new Set<unknown>();
  const open: unknown[] = [value];
  let size = 0;
  while (open.length > 0 && size <= limit) {
    const next = open.pop();
    size += typeof next === 'string' ? next.length : 8;
    if (typeof next === 'bigint') size += next.toString(16).length;
    if (typeof next !== 'object' || next === null || isMovable(next) || seen.has(next)) continue;
    seen.add(next);
    if (types.isProxy(next)) return Infinity;
    const hooks = classOfPrototype(Object.getPrototypeOf(next) as object)?.hooks;
    if (hooks !== undefined) {
      open.push(hooks.toData(next));
      continue;
    }
    if (types.isAnyArrayBuffer(next) || ArrayBuffer.isView(next)) {
      size += next.byteLength;
      continue;
    }
    // Each item takes some bytes: what has too many needn't be walked over.
    if (lengthOf(next) > limit) return Infinity;
    if (types.isMap(next)) for (const [key, item] of next) open.push(key, item);
    if (types.isSet(next)) for (const item of next) open.push(item);
    for (const key of Object.keys(next)) {
      const descriptor = Object.getOwnPropertyDescriptor(next, key);
      if (descriptor?.get !== undefined) return Infinity;
      size += key.length;
      open.push(descriptor?.value);
    }
    if (next instanceof Error && !addHidden(next, open)) return Infinity;
  }
  return size;
}

function lengthOf(value: object): number {
  if (Array.isArray(value)) return value.length;
  return types.isMap(value) || types.isSet(value) ? value.size : 0;
}

/** The fields of an error that aren't enumerable; false when there is a getter among them, but for the engine's own. */
function addHidden(error: Error, open: unknown[]): boolean {
  for (const key of ERROR_FIELDS) {
    const descriptor = Object.getOwnPropertyDescriptor(error, key);
    if (descriptor?.get !== undefined && key !== 'stack') return false;
    if (descriptor?.value !== undefined) open.push(descriptor.value);
  }
  return true;
}
