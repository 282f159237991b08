// 31. Python imports the target from a module whose own program stands behind `if __name__ == '__main__'`; so does this one, with `isMain`.

import { isMain, pool } from '../../index.ts';
import { worker } from './29-workers.ts';

export async function main(): Promise<void> {
  await using workers = await pool();
  await Promise.all(Array.from({ length: 5 }, () => workers.run(worker)));
}

if (isMain(import.meta)) await main();
