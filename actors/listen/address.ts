import type { Server, Socket } from 'node:net';
import { chmodSync, lstatSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import { AddressError, invalidOption } from '../../core/errors.ts';
import { checkLiteral } from '../../core/options.ts';

/** Where programs of one machine meet: the path of a socket, on Windows of a named pipe; or a port. */
export type Address =
  | { readonly path: string }
  | { readonly port: number; readonly host?: typeof LOOPBACKS[number] | undefined };

const LOOPBACKS = ['127.0.0.1', '::1', 'localhost'] as const;

/** @throws {TypeError} It is none. */
export function checkAddress({ path, port, host }: { path?: unknown; port?: unknown; host?: unknown }): Address {
  if (path === undefined) {
    if (!(Number.isInteger(port) && (port as number) >= 0 && (port as number) < 2 ** 16)) throw invalidOption('port', port, 'a port, or a path instead');
    return { port: port as number, host: host === undefined ? '127.0.0.1' : checkLiteral(host, 'host', LOOPBACKS) };
  }
  if (port !== undefined || host !== undefined) throw invalidOption('path', path, 'a path alone, without port and host');
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return { path };
  throw invalidOption('path', path, 'the path of a socket');
}

export function addressText(address: Address): string {
  return 'path' in address ? address.path : `${address.host ?? '127.0.0.1'}:${address.port}`;
}

/**
 * Listens there, for this user alone if it is a path. The file of a program that has died is replaced.
 *
 * @throws {AddressError} `TROUPE_ADDRESS_IN_USE`, `TROUPE_ADDRESS_UNUSABLE`.
 */
export async function openServer(address: Address, connected: (socket: Socket) => void): Promise<Server> {
  try {
    return await bind(address, connected);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw unusable(address, error);
    if (!('path' in address) || !await isLeftOver(address.path)) {
      const text = 'somebody else listens there';
      throw new AddressError('TROUPE_ADDRESS_IN_USE', addressText(address), 'listen at', text, { cause: error });
    }
    rmSync(address.path, { force: true });
    return await bind(address, connected).catch((cause: unknown) => { throw unusable(address, cause); });
  }
}

/**
 * A connection to whoever listens there. It is ended with `signal`.
 *
 * @throws {AddressError} `TROUPE_UNREACHABLE`.
 */
export async function dial(address: Address, signal: AbortSignal): Promise<Socket> {
  const socket = createConnection({ ...address, noDelay: true }).unref();
  // What it fails with is told as its end, too.
  socket.on('error', () => undefined);
  signal.addEventListener('abort', () => socket.destroy());
  try {
    await once(socket, 'connect', { signal });
    return socket;
  } catch (error) {
    socket.destroy();
    throw new AddressError('TROUPE_UNREACHABLE', addressText(address), 'connect to', `nobody can be reached there (${codeOf(error)})`, { cause: error });
  }
}

async function bind(address: Address, connected: (socket: Socket) => void): Promise<Server> {
  const server = createServer({ noDelay: true }, (socket) => {
    socket.unref();
    socket.on('error', () => undefined);
    connected(socket);
  });
  server.listen(address);
  // The path is there by now, or never: nobody else shall come in.
  const opened = once(server, 'listening');
  if ('path' in address && process.platform !== 'win32' && server.listening) chmodSync(address.path, 0o600);
  await opened;
  return server.unref();
}

/** Whether nobody listens at the socket that is there. */
async function isLeftOver(path: string): Promise<boolean> {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket() !== true) return false;
  const socket = createConnection({ path });
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return codeOf(error) === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

function unusable(address: Address, cause: unknown): AddressError {
  return new AddressError('TROUPE_ADDRESS_UNUSABLE', addressText(address), 'listen at', (cause as Error).message, { cause });
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
