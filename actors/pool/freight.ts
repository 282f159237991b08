import { transferOf } from '../../core/transfer.ts';

/** Items as they go to a worker: what `transfer()` had wrapped among them is out of its wrap, and its buffers move with all of them. */
export interface Freight {
  readonly items: readonly unknown[];
  readonly buffers: readonly ArrayBuffer[];
}

/** @param spreads Whether each item is a list of arguments. */
export function freightOf(items: readonly unknown[], spreads: boolean): Freight {
  if (!items.some(spreads ? hasWrapped : isWrapped)) return { items, buffers: NONE };
  const buffers: ArrayBuffer[] = [];
  const unwrap = (value: unknown): unknown => {
    const wrapped = transferOf(value);
    if (wrapped === undefined) return value;
    buffers.push(...wrapped.buffers);
    return wrapped.value;
  };
  return { items: items.map((item) => spreads && Array.isArray(item) ? item.map(unwrap) : unwrap(item)), buffers };
}

const NONE: readonly ArrayBuffer[] = [];

function isWrapped(value: unknown): boolean { return transferOf(value) !== undefined; }

function hasWrapped(args: unknown): boolean { return Array.isArray(args) && args.some(isWrapped); }
