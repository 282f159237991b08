// 42. Python's consumers of a `JoinableQueue` call `task_done()` for each item, and end by a "poison pill" each.
// One that dies takes its item along; here another one gets it.

import { currentJob, isMain, queue, start, tasks, type Queue } from '../../index.ts';

type Product = [a: number, b: number];

const { consume } = tasks(import.meta, {
  async consume(products: Queue<Product>, results: Queue<string>): Promise<void> {
    const name = currentJob()?.name;
    for await (const [a, b] of products) {
      console.log(`${name}: ${a} * ${b}`);
      await results.put(`${a} * ${b} = ${a * b}`);
    }
    console.log(`${name}: Exiting`);
  },
});

export async function main(): Promise<void> {
  await using products = await queue<Product>();
  await using results = await queue<string>();
  console.log('Creating 4 consumers');
  const consumers = [1, 2, 3, 4].map((i) => start(consume, { args: [products, results], name: `Consumer-${i}` }));

  await products.putAll(Array.from({ length: 10 }, (_, i) => [i, i]));
  await products.close();
  await products.join(); // all is done
  await Promise.all(consumers);

  await results.close();
  for await (const result of results) console.log(`Result: ${result}`);
}

if (isMain(import.meta)) await main();
