/** Cancels what it was returned for. Calling it again, or after the fact, does nothing. */
export type Cancel = () => void;

/** Time, as a port: the only way in which the library learns what time it is, or waits. */
export interface Clock {
  /** Milliseconds that only grow; their origin means nothing. */
  now(): number;
  /** Milliseconds since 1970. */
  wallNow(): number;
  /** Calls `run` once, `ms` from now. A timer doesn't keep a program alive. */
  after(ms: number, run: () => void): Cancel;
}

/** Chance, as a port. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** An identifier that nobody else has. */
  id(): string;
}

/** Turns of the thread, as a port: when the scheduler runs next. */
export interface Turns {
  /** As soon as the code that runs now has returned. */
  soon(run: () => void): void;
  /** Now, or `later` where turns have followed each other for long. For input, with no code of the user's below it. */
  now(run: () => void): void;
  /** After timers and input had their turn. */
  later(run: () => void): void;
  /** Runs it now, apart from whatever async context the caller is in. */
  outside<T>(run: () => T): T;
}
