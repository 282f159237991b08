import { Worker } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/umd/node-adapter.js';
import * as comlink from 'comlink/dist/umd/comlink.js';

/** A counter in this thread, and workers that call it through comlink. */
export class ComlinkCounter {
  #count = 0;
  #workers;
  #apis;

  constructor(size) {
    this.#workers = Array.from({ length: size }, () => new Worker(new URL('comlink-worker.mjs', import.meta.url)));
    this.#apis = this.#workers.map((worker) => comlink.wrap(nodeEndpoint(worker)));
  }

  /** Each worker increments so many times, one call after the other. */
  async increment(times) {
    const before = this.#count;
    const counter = () => comlink.proxy({ increment: () => ++this.#count });
    await Promise.all(this.#apis.map((api) => api.increment(counter(), times)));
    if (this.#count - before !== times * this.#apis.length) throw new Error('some were lost');
  }

  async end() {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
