import type { ActorContext, Later } from '../../core/context.ts';
import { firstNumber } from '../tickets.ts';

/** A part of a content: a text is a key, a number a place in a list, undefined the whole. */
export type Part = string | number | undefined;

/** A part as it is, and a number that it has had never before. */
export interface Version {
  readonly version: number;
  readonly value: unknown;
}

/** What an actor of shared state keeps: frozen parts, the number of each one's version, and who waits for the next one. */
export abstract class Content {
  #version: number;
  readonly #waiting = new Map<Part, Set<Later<Version>>>();

  constructor(incarnation: number) {
    this.#version = firstNumber(incarnation);
  }

  /** Undefined when there is no such part. */
  abstract get(part: Part): unknown;

  /** There must be a place for it. */
  abstract set(part: Part, value: unknown): void;

  /** Whether there is a place for it. */
  accepts(_part: Part): boolean { return true; }

  /** Another one for each change of the part. */
  versionOf(_part: Part): number { return this.#version; }

  read(part: Part): Version {
    return { version: this.versionOf(part), value: this.get(part) };
  }

  /** The next version of a part. */
  next(ctx: ActorContext<Content>, part: Part): Promise<Version> {
    const waiting = this.#waiting.get(part) ?? new Set();
    this.#waiting.set(part, waiting);
    const later = ctx.later<Version>(() => {
      waiting.delete(later);
      if (waiting.size === 0 && this.#waiting.get(part) === waiting) this.#waiting.delete(part);
    });
    waiting.add(later);
    return later.promise;
  }

  /** A number for what changes. */
  protected advance(): number { return ++this.#version; }

  /** What has changed is told to those who wait for it, or for the whole. */
  protected tell(parts: Iterable<Part>): void {
    if (this.#waiting.size === 0) return;
    for (const part of new Set([...parts, undefined])) {
      const waiting = this.#waiting.get(part);
      if (waiting === undefined) continue;
      this.#waiting.delete(part);
      const version = this.read(part);
      for (const later of waiting) later.resolve(version);
    }
  }
}
