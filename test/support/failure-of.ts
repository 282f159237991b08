/** What every error of the library looks like to a caller. */
export interface Failure extends Error {
  readonly code: string;
}

/** What a promise rejects with, or an action throws or rejects with; it must. */
export async function failureOf(action: Promise<unknown> | (() => unknown)): Promise<Failure> {
  let result: unknown;
  try {
    result = await (typeof action === 'function' ? action() : action);
  } catch (error) {
    return error as Failure;
  }
  throw new Error(`it did not fail: ${String(result)}`);
}
