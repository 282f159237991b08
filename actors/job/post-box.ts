import { Belt } from './belt.ts';
import type { RefOf } from '../../core/actor-ref.ts';
import { actor } from '../../core/actor.ts';
import { ownMeta } from '../../core/own-meta.ts';

/** How far a job has come. */
export interface JobProgress {
  readonly done: number;
  readonly total?: number | undefined;
  readonly note?: string | undefined;
}

/** What is heard of a job while it runs. */
export type JobNews =
  | { readonly kind: 'progress'; readonly progress: JobProgress }
  | { readonly kind: 'output'; readonly stream: 'stdout' | 'stderr'; readonly text: string | undefined };

/** What a job and its host tell, whatever its starter is doing: it lives beside the starter. */
export const PostBox = actor(ownMeta(import.meta), {
  name: 'troupe.post-box',
  title: 'post-box',
  init: () => ({ news: new Belt<JobNews>(Infinity) }),
  handlers: {
    open(): void {},
    progress({ state }, progress: JobProgress): void { void state.news.put({ kind: 'progress', progress }); },
    output({ state }, stream: 'stdout' | 'stderr', text: string | undefined): void { void state.news.put({ kind: 'output', stream, text }); },
    close({ state }): void { state.news.end(); },
    async *news({ state, signal }): AsyncGenerator<JobNews, void, undefined> {
      signal.addEventListener('abort', () => state.news.leave());
      yield* state.news;
    },
  },
});

export type PostBoxRef = RefOf<typeof PostBox>;
