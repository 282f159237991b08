import { invalidOption } from './errors.ts';

/**
 * A size: a whole number of bytes, or a number with a unit (`'512KB'`, `'64MB'`, `'1GB'`). KB, MB and GB are powers
 * of 1,024. The type lets some odd texts pass (`'-1MB'`), so sizes are checked again when used.
 */
export type ByteSize = number | `${number}${'KB' | 'MB' | 'GB'}`;

const UNITS: Readonly<Record<string, number>> = { KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };
const TEXT = /^(\d+(?:\.\d+)?)(KB|MB|GB)$/;

/**
 * The size in bytes: a whole number `> 0`; parts of a byte are cut off.
 *
 * @param option The option's name, for the error text.
 * @throws {TypeError} Not a size. Its `code` is `TROUPE_INVALID_OPTION`.
 */
export function toBytes(size: ByteSize, option: string): number {
  const bytes = typeof size === 'string' ? bytesOf(size) : size;
  if (Number.isSafeInteger(bytes) && bytes > 0) return bytes;
  throw invalidOption(option, size, 'a whole number of bytes > 0 or a text like "512KB", "64MB", "1GB"');
}

function bytesOf(text: string): number {
  const match = TEXT.exec(text);
  return match === null ? Number.NaN : Math.floor(Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN));
}
