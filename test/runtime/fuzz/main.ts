import { ProtocolError } from '../../../core/errors.ts';
import { FrameReader } from '../../../runtime/wire/record.ts';
import { Chance } from './chance.ts';
import { Frames } from './frames.ts';
import { Prototypes, foreignPrototype } from './prototypes.ts';
import type { Attachments } from '../../../runtime/wire/parcel.ts';
import type { World } from './world.ts';
import { HostWorld, MainWorld } from './world.ts';

// `tsx test/runtime/fuzz/main.ts <frames> [seed] [stacks]`: feeds mutated frames to kernels. Prints its figures as one line of
// JSON, and ends with 1 after the first finding, with the frame; `stacks` shows where it was.

const MAX_FRAME_MS = 50;
const MIN_PAST_HEADER = 0.2;
const FRAMES_PER_WORLD = 2_000;
const FRAMES_PER_BREATH = 50;

const [, , count = '100000', seedText, stacks] = process.argv;
// Most frames end in an error: its stack costs more than all the rest.
Error.stackTraceLimit = stacks === undefined ? 0 : 20;
const seed = seedText === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(seedText);
const chance = new Chance(seed);
const frames = new Frames(chance);
const prototypes = new Prototypes();
const figures = { seed, frames: 0, pastHeader: 0, values: 0, refused: 0, bodies: 0, worstMs: 0, seconds: 0, peakRssMb: 0 };

function found(what: string, frame: Uint8Array, error?: unknown): never {
  console.log(JSON.stringify({ ...figures, found: what, frame: Buffer.from(frame).toString('base64') }));
  if (error !== undefined) console.error(error);
  process.exit(1);
}

let current: Uint8Array = new Uint8Array(0);
process.on('uncaughtException', (error) => found('thrown later', current, error));
process.on('unhandledRejection', (error) => found('rejected later', current, error));

interface Outcome { readonly isRefused: boolean; readonly ms: number }

/** What a world makes of a frame: no more than a value or a ProtocolError. */
function attempt(world: World, frame: Uint8Array, attachments: Attachments | undefined): Outcome {
  let isRefused = false;
  const startedAt = performance.now();
  try {
    world.take(frame, attachments);
  } catch (error) {
    if (!(error instanceof ProtocolError)) found('thrown', frame, error);
    isRefused = true;
  }
  return { isRefused, ms: performance.now() - startedAt };
}

/** The machine and the collector take time as well: what stays long in worlds where nothing has been answered yet is ours. */
async function shortest(ms: number, asks: number, make: () => Promise<World>, again: (world: World) => Outcome): Promise<number> {
  for (let i = 0; i < 3 && ms > MAX_FRAME_MS / 2; i++) {
    await breath();
    const world = await make();
    for (let ask = 0; ask < asks; ask++) world.ask();
    ms = Math.min(ms, again(world).ms);
  }
  return ms;
}

/** What handlers promised comes now, and what nobody needs any more goes. */
function breath(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}

/** Told of each value that a kernel has decoded. */
function decoded(value: unknown): void {
  figures.bodies++;
  const foreign = foreignPrototype(value);
  if (foreign !== undefined) found(`an object of ${foreign}`, current);
}

function isPastHeader(world: World, frame: Uint8Array): boolean {
  try {
    const reader = new FrameReader(frame);
    return reader.to === world.hostId && reader.number === 0 && reader.next();
  } catch {
    return false;
  }
}

const startedAt = performance.now();
for (let done = 0; done < Number(count);) {
  const make = chance.oneIn(2) ? () => HostWorld.make(decoded) : () => MainWorld.make(decoded);
  const world = await make();
  let asks = 0;
  for (let i = 0; i < FRAMES_PER_WORLD && done < Number(count); i++, done++) {
    if (i % 8 === 0) {
      world.ask();
      asks++;
    }
    const frame = current = frames.next(world);
    const attachments = frames.attachments();
    figures.frames++;
    if (isPastHeader(world, frame)) figures.pastHeader++;
    const { isRefused, ms } = attempt(world, frame, attachments);
    if (isRefused) figures.refused++;
    else figures.values++;
    const oursMs = await shortest(ms, asks, make, (fresh) => attempt(fresh, frame, attachments));
    figures.worstMs = Math.max(figures.worstMs, oursMs);
    if (oursMs > MAX_FRAME_MS) found(`it took ${oursMs} ms`, frame);
    if (i % FRAMES_PER_BREATH > 0) continue;
    if (prototypes.haveGrown()) found('a prototype has grown', frame);
    await breath();
  }
  const changed = prototypes.changed();
  if (changed !== undefined) found(`the prototype of ${changed} has changed`, current);
  await world.check().catch((error: unknown) => found('the world came to harm', current, error));
  figures.peakRssMb = Math.max(figures.peakRssMb, Math.round(process.memoryUsage.rss() / 2 ** 20));
}
figures.seconds = Math.round(performance.now() - startedAt) / 1_000;
if (figures.pastHeader < figures.frames * MIN_PAST_HEADER) found('too few frames came past the header', current);
console.log(JSON.stringify(figures));
process.exit(0);
