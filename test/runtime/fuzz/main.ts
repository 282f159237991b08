import { ProtocolError } from '../../../core/errors.ts';
import { FrameReader } from '../../../runtime/wire/record.ts';
import { Chance } from './chance.ts';
import { Frames } from './frames.ts';
import { Prototypes, foreignPrototype } from './prototypes.ts';
import type { World } from './world.ts';
import { HostWorld, MainWorld } from './world.ts';

// `tsx test/runtime/fuzz/main.ts <frames> [seed] [stacks]`: feeds mutated frames to kernels. Prints its figures as one line of
// JSON, and ends with 1 after the first finding, with the frame; `stacks` shows where it was.

const MAX_FRAME_MS = 50;
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

/** Whether it gives no more than a value or a ProtocolError; the time it took. */
function attempt(frame: Uint8Array, run: () => void): boolean {
  let isRefused = false;
  const startedAt = performance.now();
  try {
    run();
  } catch (error) {
    if (!(error instanceof ProtocolError)) found('thrown', frame, error);
    isRefused = true;
  }
  let ms = performance.now() - startedAt;
  // The machine and the collector take time as well: what stays long is ours.
  for (let i = 0; i < 3 && ms > MAX_FRAME_MS / 10; i++) ms = Math.min(ms, timeOf(run));
  figures.worstMs = Math.max(figures.worstMs, ms);
  if (ms > MAX_FRAME_MS) found(`it took ${ms} ms`, frame);
  return !isRefused;
}

function timeOf(run: () => void): number {
  const startedAt = performance.now();
  try {
    run();
  } catch {
    // Said already.
  }
  return performance.now() - startedAt;
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
  const world = chance.oneIn(2) ? await HostWorld.make(decoded) : await MainWorld.make(decoded);
  for (let i = 0; i < FRAMES_PER_WORLD && done < Number(count); i++, done++) {
    if (i % 8 === 0) world.ask();
    const frame = current = frames.next(world);
    const attachments = frames.attachments();
    figures.frames++;
    if (isPastHeader(world, frame)) figures.pastHeader++;
    if (attempt(frame, () => world.take(frame, attachments))) figures.values++;
    else figures.refused++;
    if (i % FRAMES_PER_BREATH > 0) continue;
    if (prototypes.haveGrown()) found('a prototype has grown', frame);
    // What handlers promised comes now.
    await new Promise((resolve) => { setImmediate(resolve); });
  }
  const changed = prototypes.changed();
  if (changed !== undefined) found(`the prototype of ${changed} has changed`, current);
  await world.check().catch((error: unknown) => found('the world came to harm', current, error));
  figures.peakRssMb = Math.max(figures.peakRssMb, Math.round(process.memoryUsage.rss() / 2 ** 20));
}
figures.seconds = Math.round(performance.now() - startedAt) / 1_000;
console.log(JSON.stringify(figures));
process.exit(0);
