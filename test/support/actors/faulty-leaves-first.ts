import { writeFileSync } from 'node:fs';

/** The first host that loads this leaves as soon as it is ready; for all others loading it comes to no end. */
function isFirst(): boolean {
  try {
    writeFileSync(process.env['TROUPE_TEST_FIRST'] ?? '', '', { flag: 'wx' });
    return true;
  } catch {
    return false;
  }
}

if (isFirst()) setTimeout(() => process.exit(3), 20);
else await new Promise((resolve) => setTimeout(resolve, 60_000));
