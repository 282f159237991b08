import type { Assignment } from './assignment.ts';
import type { EachOptions } from './pool-handlers.ts';
import type { TaskAddress } from '../task.ts';

/** Items of one task that go to a worker together. */
export interface Batch extends EachOptions {
  readonly task: TaskAddress;
  readonly items: readonly unknown[];
  /** Those of the items' buffers that move with them: such a batch is sent once. */
  readonly buffers: readonly ArrayBuffer[];
  /** How long all of it may run. */
  readonly limitMs: number;
  /** Whether it belongs to a call that has begun: a closed pool takes it all the same. */
  readonly isPart: boolean;
  /** What the pool has made of it. */
  assignment: Assignment | undefined;
}
