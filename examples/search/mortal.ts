/** How a host can be made to die from inside: `process.exit`, a throw that nobody catches, a loop that never ends. */
export type Death = 'exit' | 'throw' | 'loop';

const MOMENT_MS = 20;

/** Handlers for an actor whose host chaos shall be able to kill. */
export const mortal = {
  /** The process that the actor lives in. */
  pid: (): number => process.pid,

  /**
   * Ends its host, or has it hang until whoever asked terminates it. The end comes a moment later: amid other work, and
   * outside of this handler, in which a throw would be the actor's end alone.
   */
  die(_ctx: object, death: Death): void {
    switch (death) {
      case 'exit':
        setTimeout(() => process.exit(1), MOMENT_MS);
        return;
      case 'throw':
        setTimeout(() => { throw new Error('chaos'); }, MOMENT_MS);
        return;
      case 'loop': for (;;);
    }
  },
};
