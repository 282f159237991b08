/** What a promise says once the wait for it is over. */
const LATE = Symbol('late');
const MACHINE_SLACK = 5;

/**
 * What `promise` resolves with, which must be within five times `expectedMs`; fault tests alone use it. It fails the
 * test instead of hanging it.
 */
export async function deadline<T>(promise: Promise<T>, what: string, expectedMs = 1_000): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<typeof LATE>((resolve) => {
    timer = setTimeout(resolve, expectedMs * MACHINE_SLACK, LATE);
  });
  try {
    const outcome = await Promise.race([promise, late]);
    if (outcome === LATE) throw new Error(`not within ${expectedMs * MACHINE_SLACK} ms: ${what}`);
    return outcome;
  } finally {
    clearTimeout(timer);
  }
}
