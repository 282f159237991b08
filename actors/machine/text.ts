/** How deep it goes. */
const DEPTH = 10;

/** JSON of whatever it is, as `@statelyai/inspect` shows it. */
export function text(value: unknown): string {
  return JSON.stringify(readable({ '': value }, '', [])) ?? 'null';
}

/** What JSON has a form for; a short text stands for what it has none for, and for what can't be read. */
function readable(holder: object, key: string, above: readonly object[]): unknown {
  try {
    return formOf((holder as Readonly<Record<string, unknown>>)[key], key, above);
  } catch {
    return '[Unreadable]';
  }
}

function formOf(given: unknown, key: string, above: readonly object[]): unknown {
  const value = hasToJSON(given) ? given.toJSON(key) : given;
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  const item = typeof value === 'function' ? { type: value.name } : value;
  if (typeof item !== 'object' || item === null) return item;
  if (above.includes(item)) return '[Circular]';
  const keys = Array.isArray(item) ? Array.from({ length: item.length }, (_none, index) => String(index)) : Object.keys(item);
  if (keys.length > 0 && above.length === DEPTH) return Array.isArray(item) ? '[Array]' : '[Object]';
  const below = [...above, item];
  if (Array.isArray(item)) return keys.map((index) => readable(item, index, below));
  return Object.fromEntries(keys.map((name) => [name, readable(item, name, below)]));
}

function hasToJSON(value: unknown): value is { toJSON(key: string): unknown } {
  return typeof value === 'object' && value !== null && 'toJSON' in value && typeof value.toJSON === 'function';
}
