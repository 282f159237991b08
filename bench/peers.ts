/** A pool of another library, of two workers that square numbers. */
export interface Peer {
  readonly name: string;
  run(n: number): Promise<number>;
  end(): unknown;
}

interface Peers {
  peersOf(host: 'thread' | 'process'): Peer[];
}

/** Rounds before they are compared. */
const WARM_UP = 3;

/** The one with the highest rate; the others are ended. */
export async function fastestPeer(host: 'thread' | 'process', rate: (peer: Peer) => Promise<number>): Promise<Peer> {
  const peers = await import(new URL('peers/pools.mjs', import.meta.url).href) as Peers;
  const rated: { peer: Peer; rate: number }[] = [];
  for (const peer of peers.peersOf(host)) {
    for (let round = 0; round < WARM_UP; round++) await rate(peer);
    rated.push({ peer, rate: await rate(peer) });
  }
  const [first, ...others] = rated.toSorted((one, other) => other.rate - one.rate);
  for (const { peer } of others) await peer.end();
  if (first === undefined) throw new Error(`no peer for ${host}`);
  return first.peer;
}
