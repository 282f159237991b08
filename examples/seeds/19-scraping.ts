// 19. Python fetches many pages at a time with threads or `asyncio`, and a semaphore of one's own limits them.
// Here it is a number.

import { actor, isMain, spawn } from '../../index.ts';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

const Scraper = actor(import.meta, {
  name: 'scraper',
  init: () => ({}),
  concurrency: 3,
  handlers: {
    async title(ctx, url: string): Promise<string> {
      const page = await fetch(url, { signal: ctx.signal });
      if (!page.ok) throw ctx.refuse('no_page', `${page.status} ${page.statusText}`);
      return /<title>(.*)<\/title>/.exec(await page.text())?.[1] ?? '';
    },
  },
});

export async function main(): Promise<void> {
  await using site = await serveSite();
  await using scraper = await spawn(Scraper);

  const paths = ['/news', '/sport', '/nowhere', '/travel', '/food'];
  const titles = await Promise.allSettled(paths.map((path) => scraper.ask.title(site.url + path)));
  for (const [i, title] of titles.entries()) console.log(paths[i], title.status === 'fulfilled' ? title.value : String(title.reason));
}

/** A site of this machine, for the program's sake. */
async function serveSite() {
  const server = createServer(({ url = '' }, response) => {
    if (url === '/nowhere') response.writeHead(404).end();
    else response.end(`<title>All about ${url.slice(1)}</title>`);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose](): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

if (isMain(import.meta)) await main();
