import { invalidOption } from './errors.ts';
import { nearest } from './nearest.ts';

/**
 * `value` as an object that has no other fields than `names`: a misspelt option is an error, not a default.
 *
 * @param what Names the object in the error, e.g. `the options of spawn()`.
 * @throws {TypeError} Its `code` is `TROUPE_INVALID_OPTION`.
 */
export function checkFields(value: unknown, what: string, names: ReadonlySet<string>): Record<string, unknown> {
  const fields = checkObject(value, what);
  for (const name of Object.keys(fields)) {
    if (!names.has(name)) throw invalidOption(what, name, `only ${[...names].join(', ')}`, didYouMean(name, [...names]));
  }
  return fields;
}

/** @throws {TypeError} `value` isn't an object, or is a list. */
export function checkObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw invalidOption(what, value, 'an object');
}

/** @throws {TypeError} `value` is none of `literals`. */
export function checkLiteral<T extends string>(value: unknown, what: string, literals: readonly T[]): T {
  if (literals.includes(value as T)) return value as T;
  throw invalidOption(what, value, literals.map((each) => `"${each}"`).join(' or '), didYouMean(value, literals));
}

function didYouMean(value: unknown, names: readonly string[]): string | undefined {
  const near = typeof value === 'string' ? nearest(value, names) : undefined;
  return near === undefined ? undefined : `did you mean "${near}"?`;
}

/** @throws {TypeError} `value` is neither a function nor absent. */
export function checkOptionalFunction<F>(value: F, what: string): F {
  if (value === undefined || typeof value === 'function') return value;
  throw invalidOption(what, value, 'a function');
}

/** @throws {TypeError} `value` is neither an AbortSignal nor absent. */
export function checkSignal(value: unknown): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value;
  throw invalidOption('signal', value, 'an AbortSignal');
}

/** @throws {TypeError} `value` is no limit on how many there may be. */
export function checkLimit(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= 1 && (Number.isInteger(value) || value === Infinity)) return value;
  throw invalidOption(what, value, 'a whole number >= 1, or Infinity');
}
