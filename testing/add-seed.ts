/** All that it takes to have a run again. */
export interface RunNote {
  readonly seed: number;
  /** The step before which something was made to fail. */
  readonly faultStep: number | undefined;
  /** How many lines its trace has. */
  readonly lines: number;
}

const NOTE = /\n\(seed \d+.*, after \d+ lines of its trace\)$/;

/** Has an error say how to have it again, once, in its stack as well: some runners show that alone. */
export function addSeed(error: unknown, { seed, faultStep, lines }: RunNote): unknown {
  if (!(error instanceof Error) || NOTE.test(error.message)) return error;
  const { message, stack } = error;
  const fault = faultStep === undefined ? '' : ` with the fault at step ${faultStep}`;
  error.message = `${message}\n(seed ${seed}${fault}, after ${lines} lines of its trace)`;
  if (stack !== undefined) error.stack = stack.replace(message, () => error.message);
  return error;
}
