/**
 * What `items` makes, whose `return()` ends a `next()` that waits, too: both are done at once.
 *
 * @param signal Ends it otherwise.
 * @param items Waits with its first signal, and is done when the second one is aborted, which is part of the first.
 */
export function leavable<T>(
  signal: AbortSignal | undefined, items: (signal: AbortSignal, left: AbortSignal) => AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  const left = new AbortController();
  const made = items(signal === undefined ? left.signal : AbortSignal.any([signal, left.signal]), left.signal);
  const end = made.return.bind(made);
  made.return = (value) => {
    left.abort();
    return end(value);
  };
  return made;
}
