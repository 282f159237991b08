import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActorSystem, RefOf } from '../../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../../index.ts';
import { Catalogue } from '../../../examples/search/catalogue-actor.ts';
import { Index } from '../../../examples/search/index-actor.ts';
import { countFile } from '../../../examples/search/file-counts.ts';
import { feed } from '../../../examples/search/feeder.ts';
import { folderOfTexts } from '../../support/search-program.ts';
import { mortal } from '../../../examples/search/mortal.ts';
import { pack } from '../../../examples/search/packed-counts.ts';
import { rm } from 'node:fs/promises';

const FILES = 300;

let folder: string;
let system: ActorSystem;
/** How often each file was tokenised. */
let tokenised: Map<string, number>;
/** The tokeniser crashes before it has done the batch that comes then. */
let crashAt: number;
/** The file that the tokeniser can't read. */
let unreadable: string | undefined;

/** As the real one, and tells what it does. */
const Tokeniser = actor({
  name: 'RecordingTokeniser',
  init: () => ({}),
  handlers: {
    ...mortal,
    count(_ctx, within: string, files: readonly string[]) {
      if (--crashAt === 0) throw new Error('crashed');
      if (unreadable !== undefined) files = files.filter((file) => file !== unreadable);
      for (const file of files) tokenised.set(file, (tokenised.get(file) ?? 0) + 1);
      return pack(files.flatMap((file) => countFile(within, file) ?? []));
    },
  },
});

beforeAll(async () => {
  folder = await folderOfTexts(FILES);
  system = createSystem();
});
afterAll(async () => {
  await system.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Feeds all files, again and again until `isEnough`; `each` is told how many batches there were. */
async function feedAll(isEnough: () => boolean, each: (batches: number, index: RefOf<typeof Index>) => void) {
  tokenised = new Map();
  const tree = supervisor({
    name: 'fed',
    children: { index: child(Index, { host: 'thread' }), catalogue: child(Catalogue), tokeniser: child(Tokeniser) },
  });
  await using app = await run(tree, { system, signals: false, log: false });
  const { index, catalogue, tokeniser } = app.children;
  await catalogue.ask.fill(index);
  let passes = 0;
  let batches = 0;
  let held = 0;
  const skipped: string[] = [];
  let lost = 0;
  await feed({
    folder,
    catalogue,
    tokenisers: { tokeniser },
    signal: new AbortController().signal,
    isEnough: (done) => {
      passes = done;
      return isEnough();
    },
    added: () => each(++batches, index),
    skipped: (files) => { skipped.push(...files); },
    held: (_name, change) => { held += change; },
    lost: (_name, files) => { lost += files; },
  });
  expect(held).toBe(0);
  const figures = await catalogue.with({ timeout: '30s' }).ask.filled();
  return { passes, lost, skipped, figures, losses: await catalogue.ask.losses(), stats: await index.ask.stats() };
}

describe('feed', () => {
  it('tokenises no file again when the index dies, and the next index has all of them', async () => {
    crashAt = Infinity;
    let hasDied = false;
    system.events.on('crashed', (event) => { hasDied ||= event.actor === 'fed/index'; });

    const { passes, figures, losses, stats } = await feedAll(() => hasDied, (batches, index) => {
      if (batches === 5) void index.ask.die('exit');
    });

    expect(losses.length).toBe(1);
    expect(new Set(tokenised.values())).toEqual(new Set([passes]));
    expect(figures).toMatchObject({ tokenised: passes * FILES, indexed: FILES, sent: 0 });
    expect(stats.files).toBe(FILES);
  });

  it('tells of files that can not be read', async () => {
    crashAt = Infinity;
    unreadable = 'file4.md';

    const { skipped, stats } = await feedAll(() => true, () => undefined);
    unreadable = undefined;

    expect(skipped).toEqual(['file4.md']);
    expect(stats.files).toBe(FILES - 1);
  });

  it('feeds again what a tokeniser had not answered for when it died, once', async () => {
    crashAt = 5;

    const { passes, lost, figures, stats } = await feedAll(() => true, () => undefined);

    expect(lost).toBe(32);
    expect(new Set(tokenised.values())).toEqual(new Set([passes]));
    expect(figures).toMatchObject({ tokenised: passes * FILES, indexed: FILES });
    expect(stats.files).toBe(FILES);
  });
});
