import { fileURLToPath } from 'node:url';

/**
 * The frames that people look for, of lines of a stack: not those of this library, nor those of Node below the last one of the
 * user. Empty when none is the user's.
 */
export function userFrames(frames: readonly string[]): string[] {
  const library = libraryFrames();
  const others = frames.filter((frame) => library?.test(frame) !== true);
  return others.slice(0, others.findLastIndex((frame) => !/[( ]node:/.test(frame)) + 1);
}

/** Frames in files of this library; undefined in a bundle, where nobody can tell. */
function libraryFrames(): RegExp | undefined {
  const [, folder] = /^(.*)\/runtime\/user-frames\.[jt]s$/.exec(import.meta.url) ?? [];
  if (folder === undefined) return undefined;
  // A source map leads from `dist` to the sources beside it.
  const root = fileURLToPath(folder).replace(/[\\/]dist$/, '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`${root}(?:[\\\\/]dist)?[\\\\/](?:core|runtime|supervisors|testing)[\\\\/]`);
}
