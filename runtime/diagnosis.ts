import type { ActorRef, WaitOptions } from '../core/actor-ref.ts';
import type { ActorSnapshot } from '../core/actor-snapshot.ts';
import type { Kernel } from './kernel.ts';
import type { Order } from './control.ts';
import { ActorStoppedError, AskTimeoutError } from '../core/errors.ts';
import { DEFAULT_TIMEOUT_MS } from '../core/actor-ref.ts';
import { checkWait } from '../core/within.ts';

type Answer = Extract<Order, { type: 'done' | 'snapshot' }>;

/** Looks at live actors, and holds them still meanwhile: none of it goes by their mailboxes. */
export class Diagnosis {
  readonly #kernel: Kernel;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  async suspend(ref: ActorRef<object>, options: WaitOptions): Promise<void> {
    await this.#ask('suspend', ref, options);
  }

  async resume(ref: ActorRef<object>, options: WaitOptions): Promise<void> {
    await this.#ask('resume', ref, options);
  }

  async inspect(ref: ActorRef<object>, options: WaitOptions): Promise<ActorSnapshot> {
    const answer = await this.#ask('inspect', ref, options);
    if (answer.type === 'snapshot') return answer.snapshot;
    throw new ActorStoppedError(this.#kernel.pathOf(ref), 'inspect');
  }

  async #ask(type: 'suspend' | 'resume' | 'inspect', ref: ActorRef<object>, options: WaitOptions): Promise<Answer> {
    const kernel = this.#kernel;
    const wait = checkWait(options, `the options of ${type}()`, DEFAULT_TIMEOUT_MS);
    const slot = kernel.slotIdOf(ref);
    const path = kernel.pathOf(ref);
    wait.signal?.throwIfAborted();
    const late = (): Error => new AskTimeoutError(path, type, wait.timeoutMs, { where: 'unknown' });
    const answer = await kernel.requests.askWithin<Answer>((request) => ({ type, request, slot }), wait, late);
    if (answer.type === 'done' && answer.reason !== undefined) throw new ActorStoppedError(path, type);
    return answer;
  }
}
