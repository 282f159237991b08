import type { ActorRef } from '../../core/actor-ref.ts';
import type { OutputApi } from '../../core/host-options.ts';

/** What a host prints, as text, for the actor that is told. */
export class CapturedOutput {
  readonly #to: ActorRef<OutputApi>;
  readonly #decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };

  constructor(to: ActorRef<OutputApi>) {
    this.#to = to;
  }

  add(stream: 'stdout' | 'stderr', bytes: Uint8Array): void {
    // A character may come in two pieces.
    this.#tell(stream, this.#decoders[stream].decode(bytes, { stream: true }));
  }

  /** The host is gone. */
  end(): void {
    for (const stream of ['stdout', 'stderr'] as const) this.#tell(stream, this.#decoders[stream].decode());
    this.#to.tell.output('stdout', undefined);
  }

  #tell(stream: 'stdout' | 'stderr', text: string): void {
    if (text !== '') this.#to.tell.output(stream, text);
  }
}
