import type { AddressInfo } from 'node:net';
import type { Catalogue } from './catalogue-actor.ts';
import type { Index } from './index-actor.ts';
import type { Progress } from './progress.ts';
import type { RefOf } from '../../index.ts';
import type { Roster } from './roster.ts';
import { createServer } from 'node:http';

export interface Served {
  readonly index: RefOf<typeof Index>;
  readonly catalogue: RefOf<typeof Catalogue>;
  readonly roster: Roster;
  /** Of the indexing, once it has begun. */
  readonly progress: () => Pick<Progress, 'seconds'> | undefined;
}

/** Where it listens, until it is disposed of. */
export interface Server extends AsyncDisposable {
  readonly url: string;
}

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const HOST = '127.0.0.1';
const MAX_RESULTS = 10;
const RETRY_AFTER_SECONDS = '1';
/** The index isn't there, or not in time: another try may find it. */
const UNAVAILABLE: ReadonlySet<unknown> = new Set([
  'TROUPE_UNAVAILABLE', 'TROUPE_HOST_DOWN', 'TROUPE_ACTOR_STOPPED', 'TROUPE_ASK_TIMEOUT',
]);

/**
 * Answers `/search?q=…`, `/stats` and `/tree` on 127.0.0.1.
 *
 * @param port 0 takes one that is free.
 * @throws {Error} The port is in use, or can't be listened on for another reason.
 */
export async function serve(port: number, served: Served): Promise<Server> {
  const server = createServer((request, response) => {
    void answer(request.method, request.url ?? '', served).then(({ status, body, headers }) => {
      response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
      response.end(`${JSON.stringify(body, null, 2)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'the port is in use' : cause.message;
      reject(new Error(`Cannot listen on ${HOST}:${port}: ${why}`, { cause }));
    });
    server.listen(port, HOST, resolve);
  });
  const { port: actual } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  const close = (): Promise<void> => new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
  return { url: `http://${HOST}:${actual}`, [Symbol.asyncDispose]: close };
}

/** Never rejects. */
export async function answer(method: string | undefined, target: string, served: Served): Promise<Reply> {
  try {
    return await route(method, target, served);
  } catch (error) {
    const { code, message } = error as { code?: unknown; message: string };
    const body = { error: message };
    return UNAVAILABLE.has(code) ? { status: 503, body, headers: { 'retry-after': RETRY_AFTER_SECONDS } }
      : { status: 500, body };
  }
}

async function route(method: string | undefined, target: string, served: Served): Promise<Reply> {
  const { index, catalogue, roster, progress } = served;
  // A client would rather be told to come again than wait for a restart.
  const { ask } = index.with({ timeout: '2s', whenRestarting: 'reject' });
  const [path = '', ...rest] = target.split('?');
  switch (method === 'GET' ? path : undefined) {
    case '/search': {
      const query = new URLSearchParams(rest.join('?')).get('q')?.trim() ?? '';
      if (query === '') return { status: 400, body: { error: 'q is missing: /search?q=promise' } };
      return { status: 200, body: { query, ...await ask.search(query, MAX_RESULTS) } };
    }
    case '/stats': {
      const { files, bytes, words, postings } = await ask.stats();
      const { tokenised, indexed } = await catalogue.ask.figures();
      const { seconds } = progress() ?? { seconds: 0 };
      const speed = { seconds, filesPerSecond: seconds === 0 ? 0 : Math.round(tokenised / seconds) };
      const { deadLetters } = roster;
      return { status: 200, body: { files, megabytes: bytes / 1e6, words, postings, tokenised, indexed, ...speed, deadLetters } };
    }
    case '/tree': return { status: 200, body: roster.roots };
    default: return { status: 404, body: { error: 'there are /search?q=…, /stats and /tree' } };
  }
}
