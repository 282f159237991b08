// 7. Python starts four processes in a loop, keeps them in a list, and joins each; one has no argument, and takes the default.

import { isMain, start, tasks } from '../../index.ts';

const { print } = tasks(import.meta, {
  print(continent: string = 'Asia'): void {
    console.log('The name of continent is : ', continent);
  },
});

export async function main(): Promise<void> {
  const named = ['America', 'Europe', 'Africa'].map((name) => start(print, { args: [name] }));
  await Promise.all([start(print), ...named]);
}

if (isMain(import.meta)) await main();
