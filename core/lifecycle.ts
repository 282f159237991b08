/** What one incarnation of an actor is doing. */
export type Status = 'starting' | 'running' | 'stopping' | 'stopped';

/** Every legal move. The state diagram in ARCHITECTURE.md is drawn from this table. */
export const MOVES: Readonly<Record<Status, readonly Status[]>> = {
  starting: ['running', 'stopped'],
  running: ['stopping', 'stopped'],
  stopping: ['stopped'],
  stopped: [],
};

export function canMove(from: Status, to: Status): boolean {
  return MOVES[from].includes(to);
}
