// Runs programs one after the other, each below a line with its name: `node run.mjs folder --second 20 01-one-process 03-pipe-both-ways`.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [, , folder, , , ...names] = process.argv;
for (const name of names) {
  console.log(`== ${name}`);
  const { main } = await import(pathToFileURL(join(folder, `${name}.js`)).href);
  await main();
}
