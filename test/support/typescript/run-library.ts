import { createRequire } from 'node:module';
import { Script, constants } from 'node:vm';

/** What running the library as one script gives. */
interface Run {
  readonly library: object;
  /** What V8 has made of its text; with it, another one needs not read that again. */
  makeCache(): Buffer;
}

/**
 * @param url Where it seems to be.
 * @param text A function of CommonJS.
 */
export function runLibrary(url: string, text: string, cache?: Buffer): Run {
  const script = new Script(text, {
    filename: url, importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER, ...cache === undefined ? {} : { cachedData: cache },
  });
  const module = { exports: {} };
  (script.runInThisContext() as (of: typeof module, require: NodeJS.Require) => void)(module, createRequire(url));
  return { library: module.exports, makeCache: () => script.createCachedData() };
}
