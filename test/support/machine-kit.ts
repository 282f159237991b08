import { fromCallback, fromPromise } from 'xstate';
import type { AnyActorLogic, AnyEventObject, CallbackActorLogic } from 'xstate';
import { machine, type MachineOptions, type RefOf } from '../../index.ts';
import { testKit, type TestKit, type TestKitOptions } from '../../testing/index.ts';

let lastName = 0;

/** A machine in a simulation of its own, as tests of faults need it. */
export class MachineKit<L extends AnyActorLogic> implements AsyncDisposable {
  readonly kit: TestKit;
  readonly ref: RefOf<ReturnType<typeof machine<L>>>;

  private constructor(kit: TestKit, ref: never) {
    this.kit = kit;
    this.ref = ref;
  }

  static async of<L extends AnyActorLogic>(logic: L, options: MachineOptions = {}, kitOptions: TestKitOptions = {}): Promise<MachineKit<L>> {
    const kit = await testKit(kitOptions);
    const name = `logic-${++lastName}`;
    const definition = machine(import.meta, logic, { name, ...options });
    const spawn = kit.spawn as (definition: never, options: object) => Promise<never>;
    const ref = await spawn(definition as never, { name: 'machine' }).catch(async (error: unknown) => {
      await kit[Symbol.asyncDispose]();
      throw error;
    });
    return new MachineKit<L>(kit, ref);
  }

  /** What a promise settles with. */
  until<T>(promise: PromiseLike<T>): Promise<T> {
    return this.kit.clock.until(promise);
  }

  /** All that follows at once has happened then. */
  async send(event: AnyEventObject): Promise<void> {
    this.ref.tell.send(event as never);
    await this.kit.idle();
  }

  async value(): Promise<unknown> {
    return (await this.until(this.ref.ask.snapshot())).value;
  }

  async context(): Promise<unknown> {
    return (await this.until(this.ref.ask.snapshot())).context;
  }

  /** What the machine's actor has failed with; undefined if it hasn't. */
  get failure(): Error | undefined {
    const report = this.kit.crashReports.find(({ actor }) => actor === 'machine');
    return report?.reason.kind === 'error' ? report.reason.error : undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kit[Symbol.asyncDispose]();
  }
}

/** Notes what becomes of it, and does what it is told: `fail` throws. */
export function noting(notes: string[], label: string): CallbackActorLogic<{ type: 'fail' | 'hear' }> {
  return fromCallback<{ type: 'fail' | 'hear' }>(({ receive }) => {
    notes.push(`${label} began`);
    receive(({ type }) => {
      if (type === 'fail') throw new Error(`${label} failed`);
      notes.push(`${label} heard`);
    });
    return () => { notes.push(`${label} ended`); };
  });
}

/** A promise that somebody else settles, each time that it is invoked. */
export class Promised {
  readonly resolves: ((value: string) => void)[] = [];
  readonly rejects: ((error: Error) => void)[] = [];
  readonly aborted: number[] = [];
  readonly logic = fromPromise<string>(({ signal }) => new Promise((resolve, reject) => {
    const index = this.resolves.push(resolve) - 1;
    this.rejects.push(reject);
    signal.addEventListener('abort', () => this.aborted.push(index));
  }));
}
