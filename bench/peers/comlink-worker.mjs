import { parentPort } from 'node:worker_threads';
import nodeEndpoint from 'comlink/dist/umd/node-adapter.js';
import * as comlink from 'comlink/dist/umd/comlink.js';

comlink.expose({
  async increment(counter, times) {
    for (let i = 0; i < times; i++) await counter.increment();
  },
}, nodeEndpoint(parentPort));
