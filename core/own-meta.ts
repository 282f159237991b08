import type { ModuleMeta } from './definition.ts';

/**
 * The `import.meta` of one of the library's own modules. In a bundle of CommonJS it is empty: what is made with it is of use in this
 * thread alone.
 */
export function ownMeta(meta: Partial<ModuleMeta>): ModuleMeta {
  return meta.url === undefined ? { url: 'commonjs-bundle:troupe' } : meta as ModuleMeta;
}
