import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  readonly folder: string;
  /** Where to serve; undefined: nowhere. */
  readonly port: number | undefined;
  /** End after indexing. */
  readonly isOnce: boolean;
  /** Compare with the plain, single-threaded index. */
  readonly isVerified: boolean;
  /** How long the plain one is at work at least, so that its time says something. */
  readonly verifySeconds: number;
  /** Kill threads and processes while they work. */
  readonly isChaotic: boolean;
  /** From one kill to the next. */
  readonly chaosSeconds: number;
  /** Whom chaos kills, and how. */
  readonly seed: number;
  /** Say what the options are, and do nothing. */
  readonly isHelp: boolean;
}

const DEFAULT_FOLDER = fileURLToPath(new URL('../../node_modules', import.meta.url));
const DEFAULT_PORT = 8_047;
const DEFAULT_VERIFY_SECONDS = 5;
const DEFAULT_CHAOS_SECONDS = 1;
/** More often than this, and the tree gives up. */
const MIN_CHAOS_SECONDS = 0.5;

export const USAGE = `Usage: npm start -- [folder] [--port 0-65535] [--once] [--verify] [--seconds N]
                   [--chaos] [--every N] [--seed N] [--help]`;

export const HELP = `${USAGE}

Indexes the text files in a folder, then answers /search?q=WORDS, /stats and /tree on 127.0.0.1.

  folder      what to index; default: this project's node_modules
  --port N    where to listen, 0 takes a port that is free; default ${DEFAULT_PORT}, with --once none
  --once      end when everything is indexed
  --verify    compare the index with one that a single thread makes, and the times of both
  --seconds N with --verify: how long the single thread works at least; default ${DEFAULT_VERIFY_SECONDS}
  --chaos     kill threads and processes, and index again and again until enough kills have hit work
  --every N   with --chaos: seconds from one kill to the next, ${MIN_CHAOS_SECONDS} or more; default ${DEFAULT_CHAOS_SECONDS}
  --seed N    with --chaos: seeds who is killed, and how; default: by the time of day
  --help      print this`;

/** @throws {TypeError | RangeError} The arguments aren't what {@link USAGE} says. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      once: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      seconds: { type: 'string', default: String(DEFAULT_VERIFY_SECONDS) },
      chaos: { type: 'boolean', default: false },
      every: { type: 'string', default: String(DEFAULT_CHAOS_SECONDS) },
      help: { type: 'boolean', short: 'h', default: false },
      seed: { type: 'string', default: String(Date.now() % 1e6) },
    },
  });
  if (positionals.length > 1) throw new RangeError(`one folder at most, got ${positionals.join(' ')}`);
  const chaosSeconds = numberOf('every', values.every);
  if (chaosSeconds < MIN_CHAOS_SECONDS) throw new RangeError(`--every is at least ${MIN_CHAOS_SECONDS}, got ${values.every}`);
  return {
    folder: positionals[0] ?? DEFAULT_FOLDER,
    // Who wants one run, and no port, wants no server.
    port: values.port !== undefined ? wholeNumberOf('port', values.port, 65_535) : values.once ? undefined : DEFAULT_PORT,
    isOnce: values.once,
    isVerified: values.verify,
    verifySeconds: numberOf('seconds', values.seconds),
    isChaotic: values.chaos,
    chaosSeconds,
    seed: wholeNumberOf('seed', values.seed, 2 ** 32 - 1),
    isHelp: values.help,
  };
}

function wholeNumberOf(name: string, text: string, max: number): number {
  const number = numberOf(name, text);
  if (Number.isInteger(number) && number <= max) return number;
  throw new RangeError(`--${name} is a whole number up to ${max}, got ${text}`);
}

function numberOf(name: string, text: string): number {
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new RangeError(`--${name} is a number, got "${text}"`);
  return Number(text);
}
