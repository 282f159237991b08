import type { ActorContext, ActorError, ActorRef, Later } from '../../index.ts';
import type { Batch, Figures, Loss } from './kept-counts.ts';
import type { PackedCounts } from './packed-counts.ts';
import { KeptCounts } from './kept-counts.ts';
import { actor } from '../../index.ts';
import { isLostWork } from './lost-work.ts';

/** What the catalogue needs of an index. */
export type IndexRef = ActorRef<{ add(counted: PackedCounts): void }>;

interface State {
  readonly counts: KeptCounts;
  index: IndexRef | undefined;
  /** One for each index that has died. */
  readonly losses: Loss[];
  /** Why the index can't be filled any more. */
  failure: Error | undefined;
  waiters: Waiter[];
}

/** Whoever added while too much waited, or wants to know when the index has everything. */
interface Waiter {
  readonly maxUnsettled: number;
  readonly later: Later<Figures>;
}

/** What is under way to the index: it takes one batch while the next ones arrive. */
const MAX_SENT = 4;
/** Room for what comes while the index restarts. Beyond this, whoever adds is answered when it has caught up. */
const MAX_UNSETTLED = 100;
const TIMEOUT = '60s';

/**
 * Keeps the counts of all files on the main thread, where it outlives every index, and gives them to the index. When
 * that dies, its successor is given all of them again: no file has to be read twice.
 */
export const Catalogue = actor({
  name: 'Catalogue',
  init: (): State => ({ counts: new KeptCounts(), index: undefined, losses: [], failure: undefined, waiters: [] }),
  handlers: {
    /** Says which index to fill. Once, before anything is added. */
    fill(ctx, index: IndexRef): void {
      ctx.state.index = index.with({ timeout: TIMEOUT });
      ctx.monitor(index);
    },

    /** Takes the counts of `files` files; some may have been unreadable. Answers at once, unless the index is far behind. */
    add(ctx, counted: PackedCounts, files: number): Figures | Promise<Figures> {
      ctx.state.counts.add(counted, files);
      ship(ctx);
      return settled(ctx, MAX_UNSETTLED);
    },

    /** Answers when the index has everything. */
    filled: (ctx): Figures | Promise<Figures> => settled(ctx, 0),

    figures: ({ state }): Figures => state.counts.figures,
    losses: ({ state }): readonly Loss[] => state.losses,

    /** Told to itself. An ask made here has nobody's deadline but its own. */
    send(ctx): void {
      const { counts, index, losses } = ctx.state;
      const self = ctx.self.as(Catalogue).tell;
      if (index === undefined) return;
      while (counts.sent < MAX_SENT) {
        const batch = counts.next();
        if (batch === undefined) break;
        const life = losses.length;
        index.ask.add(batch.counted).then(() => self.taken(batch, life), (error: ActorError) => self.failed(error));
      }
    },

    /** Told to itself. `life` says which index has it: an answer may come when that has died. */
    taken(ctx, batch: Batch, life: number): void {
      const { counts, losses } = ctx.state;
      if (life !== losses.length) return;
      counts.taken(batch);
      ship(ctx);
      answerWaiters(ctx.state);
    },

    /** Told to itself. When the index has died, `down` comes as well, and sees to it that everything is sent again. */
    failed({ state }, error: ActorError): void {
      if (isLostWork(error)) return;
      state.failure = error;
      for (const { later } of state.waiters) later.reject(error);
      state.waiters = [];
    },
  },
  signals: {
    down(ctx) {
      ctx.state.losses.push(ctx.state.counts.lost());
      ship(ctx);
    },
  },
});

function ship(ctx: ActorContext<State>): void {
  ctx.self.as(Catalogue).tell.send();
}

/** The figures, once no more than `maxUnsettled` batches wait or are sent. */
function settled(ctx: ActorContext<State>, maxUnsettled: number): Figures | Promise<Figures> {
  const { state } = ctx;
  if (state.failure !== undefined) throw ctx.refuse('index_failed', state.failure.message);
  const later = ctx.later<Figures>();
  state.waiters.push({ maxUnsettled, later });
  answerWaiters(state);
  return later.promise;
}

function answerWaiters(state: State): void {
  const { counts } = state;
  state.waiters = state.waiters.filter(({ maxUnsettled, later }) => {
    if (counts.waiting + counts.sent > maxUnsettled) return true;
    later.resolve(counts.figures);
    return false;
  });
}
