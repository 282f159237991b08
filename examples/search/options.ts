import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export interface Options {
  readonly folder: string;
  readonly port: number;
  /** End after indexing. */
  readonly isOnce: boolean;
  /** Compare with the plain, single-threaded index. */
  readonly isVerified: boolean;
  /** How long the plain one is at work at least, so that its time says something. */
  readonly verifySeconds: number;
}

export const USAGE = 'Usage: npm start -- [folder] [--port 0-65535] [--once] [--verify] [--seconds N]';

const DEFAULT_FOLDER = fileURLToPath(new URL('../../node_modules', import.meta.url));
const DEFAULT_PORT = 8_047;
const DEFAULT_VERIFY_SECONDS = 5;

/** @throws {TypeError | RangeError} The arguments aren't what {@link USAGE} says. */
export function parseOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      port: { type: 'string', default: String(DEFAULT_PORT) },
      once: { type: 'boolean', default: false },
      verify: { type: 'boolean', default: false },
      seconds: { type: 'string', default: String(DEFAULT_VERIFY_SECONDS) },
    },
  });
  if (positionals.length > 1) throw new RangeError(`one folder at most, got ${positionals.join(' ')}`);
  const port = numberOf('port', values.port);
  if (!Number.isInteger(port) || port > 65_535) {
    throw new RangeError(`--port is a whole number up to 65535, got ${values.port}`);
  }
  return {
    folder: positionals[0] ?? DEFAULT_FOLDER,
    port,
    isOnce: values.once,
    isVerified: values.verify,
    verifySeconds: numberOf('seconds', values.seconds),
  };
}

function numberOf(name: string, text: string): number {
  if (!/^\d+(?:\.\d+)?$/.test(text)) throw new RangeError(`--${name} is a number, got "${text}"`);
  return Number(text);
}
