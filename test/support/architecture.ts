import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/*
 * The rules that the folders stand for, as functions over sources: each returns one line per violation. They read
 * text, not syntax trees: enough for how the code here is written, and each is shown to fail in the test beside.
 */

export type Rule = (files: readonly SourceFile[]) => string[];

/** One import line, or `export … from`, or `import('…')`. */
interface Import {
  readonly specifier: string;
  /** Its path from the root when it is one of the project's files. */
  readonly target: string | undefined;
  /** Gone at run time. */
  readonly isType: boolean;
  readonly isDynamic: boolean;
  /** The imported names, by their names at home; `*` for all. */
  readonly names: readonly string[];
}

interface Statement {
  readonly text: string;
  /** Where it begins in its file. */
  readonly at: number;
}

/** One file, by its path from the root of the project. */
export class SourceFile {
  readonly path: string;
  readonly text: string;
  #scanned: Scanned | undefined;
  #statements: readonly Statement[] | undefined;
  #imports: readonly Import[] | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** Its folder at the root, or its own name when it lies there. */
  get folder(): string { return folderOf(this.path); }

  get isCode(): boolean { return /\.(?:ts|mjs)$/.test(this.path); }

  /** Its text without comments, and with empty strings; the same length and lines. */
  get code(): string { return (this.#scanned ??= scan(this.text)).code; }

  /** Its text without comments. */
  get withStrings(): string { return (this.#scanned ??= scan(this.text)).withStrings; }

  get statements(): readonly Statement[] { return this.#statements ??= statementsOf(this.code); }

  get imports(): readonly Import[] { return this.#imports ??= [...this.#staticImports(), ...this.#dynamicImports()]; }

  /** `path:line`. */
  at(index: number): string {
    return `${this.path}:${this.text.slice(0, index).split('\n').length}`;
  }

  *#staticImports(): Generator<Import> {
    for (const { text, at } of this.statements) {
      if (!/^(?:import|export)\b/.test(text)) continue;
      const match = STATIC.exec(this.withStrings.slice(at, at + text.length));
      if (match === null) continue;
      const [, , type, names = '', specifier = ''] = match;
      const target = this.#resolve(specifier);
      yield { specifier, target, isType: type !== undefined, isDynamic: false, names: namesIn(names) };
    }
  }

  *#dynamicImports(): Generator<Import> {
    for (const { 1: specifier = '' } of this.withStrings.matchAll(DYNAMIC)) {
      yield { specifier, target: this.#resolve(specifier), isType: false, isDynamic: true, names: ['*'] };
    }
  }

  #resolve(specifier: string): string | undefined {
    return specifier.startsWith('.') ? posix.join(posix.dirname(this.path), specifier) : undefined;
  }
}

// Where imports may point

/** From left to right; those in one place don't know each other. */
const ORDER: readonly (readonly string[])[] = [
  ['core'], ['runtime'], ['supervisors'], ['actors'], ['index.ts', 'testing'], ['examples', 'bench'],
];

/** Imports point to the left, or into one's own folder. */
export const importsPointOneWay: Rule = (files) => each(files, (file) => {
  const place = placeOf(file.path);
  if (place === undefined) return [];
  return file.imports.flatMap(({ target }) => {
    if (target === undefined || folderOf(target) === file.folder) return [];
    const there = placeOf(target);
    return there !== undefined && there < place ? [] : [`${file.path}: imports ${target}, which isn't to its left`];
  });
});

/** Policy files know core alone. */
export const onlyRunImportsRuntime: Rule = (files) => each(files, (file) => {
  if (file.folder !== 'supervisors' || file.path === 'supervisors/run.ts') return [];
  return file.imports.flatMap(({ target }) =>
    target !== undefined && folderOf(target) === 'runtime' ? [`${file.path}: imports ${target}; only run.ts may`] : []);
});

/** How every public function checks what it is given, and says what is wrong with it, and a queue: no power over actors. */
const TOOLS = new Set([
  'core/backoff.ts', 'core/byte-size.ts', 'core/duration.ts', 'core/few.ts', 'core/fifo.ts', 'core/host-options.ts', 'core/options.ts', 'core/own-meta.ts',
  'core/restart-intensity.ts', 'core/spawn-options.ts', 'core/within.ts',
]);
const CHECKING_NAMES = new Set(['invalidOption', 'isPrimitive', 'refuseReservedName', 'show', 'toError']);

/** Ready-made actors could have been written by a user: what they run is what the entry exports. */
export const actorsUseThePublicApi: Rule = (files) => {
  const entry = files.find(({ path }) => path === 'index.ts');
  const isPublic = new Set(entry?.imports.flatMap(({ target, names }) => names.map((name) => `${target} ${name}`)));
  return each(files, (file) => {
    if (file.folder !== 'actors') return [];
    return file.imports.flatMap(({ target, names, isType }) => {
      if (target === undefined || isType || folderOf(target) === 'actors' || TOOLS.has(target)) return [];
      return names.filter((name) => !isPublic.has(`${target} ${name}`) && !CHECKING_NAMES.has(name))
        .map((name) => `${file.path}: uses ${name} of ${target}, which index.ts does not export`);
    });
  });
};

/** One actor knows no Node, and no library. */
export const coreStandsAlone: Rule = (files) => each(files, (file) => {
  if (file.folder !== 'core') return [];
  return file.imports.flatMap(({ specifier, target }) =>
    target === undefined ? [`${file.path}: imports ${specifier}`] : []);
});

// Who may use what

/** The libraries that the run needs, and the files that know them. */
const LIBRARIES: Readonly<Record<string, RegExp>> = {
  eventemitter3: /^runtime\/events\.ts$/,
  msgpackr: /^runtime\/wire\/codec\.ts$/,
  // One chart per file.
  xstate: /(?:^|[/-])machine\.ts$|^actors\/machine\/xstate\.ts$/,
};
/** Where a library's types are a part of what users see. */
const LIBRARY_TYPES: Readonly<Record<string, RegExp>> = { xstate: /^actors\/machine[./]/ };
const LIBRARY_FREE = new Set(['core', 'runtime', 'supervisors', 'actors', 'testing', 'index.ts']);

/** One third-party library, one file. */
export const oneLibraryOneFile: Rule = (files) => each(files, (file) => {
  if (!LIBRARY_FREE.has(file.folder)) return [];
  return file.imports.flatMap(({ specifier, target, isType }) => {
    if (target !== undefined || isNode(specifier)) return [];
    const library = specifier.split('/')[0] ?? '';
    if (isType && LIBRARY_TYPES[library]?.test(file.path) === true) return [];
    return LIBRARIES[library]?.test(file.path) === true ? [] : [`${file.path}: imports ${specifier}`];
  });
});

/** What is installed with the package is exactly these. */
export const dependenciesAreTheLibraries: Rule = (files) => {
  const text = files.find(({ path }) => path === 'package.json')?.text ?? '{}';
  const { dependencies = {}, ...rest } = JSON.parse(text) as Record<string, object | undefined>;
  const actual = Object.keys(dependencies).toSorted().join();
  const wanted = Object.keys(LIBRARIES).toSorted().join();
  const others = ['peerDependencies', 'optionalDependencies', 'bundledDependencies'].filter((key) => key in rest);
  return [
    ...(actual === wanted ? [] : [`package.json: dependencies are ${actual}, not ${wanted}`]),
    ...others.map((key) => `package.json: has ${key}`),
  ];
};

const SHIPPED = new Set(['core', 'runtime', 'supervisors', 'actors', 'testing', 'index.ts']);
const PORTS_FILE = 'runtime/node-ports.ts';
/** Not a port's affair: the time of day at the head of a line for people. */
const MAY_TELL_TIME = new Set([PORTS_FILE, 'runtime/console-writer.ts']);
// A name after a dot belongs to some object (`clock.setTimeout`), one before a colon is a key of it.
const TIME_AND_CHANCE = [
  /(?<![.\w$]|\.\s)(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b(?!\s*:)/g,
  /\bglobalThis\s*\.\s*(?:setTimeout|setInterval|setImmediate|queueMicrotask)\b/g,
  /\bprocess\s*\.\s*(?:nextTick|hrtime|uptime)\b/g,
  /\bDate\s*\.\s*now\b/g,
  /\bnew\s+Date\b(?:\s*\(\s*\)|(?!\s*\())/g,
  /\bperformance\s*\.\s*now\b/g,
  /\bAbortSignal\s*\.\s*timeout\b/g,
  /\bMath\s*\.\s*random\b/g,
  /(?<![\w$])(?:randomUUID|randomBytes|randomInt|getRandomValues)\b(?!\s*:)/g,
];

/** Time and chance come from ports, so that a test can give others. */
export const timeAndChanceArePorts: Rule = (files) => each(files, (file) => {
  if (!SHIPPED.has(file.folder) || MAY_TELL_TIME.has(file.path)) return [];
  const uses = TIME_AND_CHANCE.flatMap((pattern) => [...file.code.matchAll(pattern)]);
  const timers = file.imports.filter(({ specifier }) => /^(?:node:)?timers(?:\/|$)/.test(specifier));
  return [
    ...uses.map(({ 0: use, index }) => `${file.at(index)}: uses ${use.replaceAll(/\s+/g, ' ')}`),
    ...timers.map(({ specifier }) => `${file.path}: imports ${specifier}`),
  ];
});

/** Which files know a way out of their thread. */
const WAYS_OUT: Readonly<Record<string, RegExp>> = {
  worker_threads: /^runtime\/(?:hosts\/.+|wire\/frame-port\.ts|is-main\.ts)$/,
  child_process: /^runtime\/hosts\/process-host\.ts$/,
  cluster: /^$/,
  // Towards hosts of this program, and towards other programs.
  net: /^(?:runtime\/hosts\/[^/]+\.(?:ts|mjs)|actors\/listen\/[^/]+\.ts)$/,
  async_hooks: /^runtime\/(?:node-ports\.ts|hosts\/boot\.mjs)$/,
};

/** Hosts and wires are ports. */
export const hostsAndWiresArePorts: Rule = (files) => each(files, (file) => {
  if (!SHIPPED.has(file.folder)) return [];
  return file.imports.flatMap(({ specifier, names }) => {
    const allowed = WAYS_OUT[specifier.replace(/^node:/, '')];
    if (allowed === undefined) return [];
    if (!allowed.test(file.path)) return [`${file.path}: imports ${specifier}`];
    // What a host is comes from its boot data; only `isMain` asks whether this is the main thread.
    if (file.path !== 'runtime/is-main.ts') return [];
    return names.filter((name) => name !== 'isMainThread').map((name) => `${file.path}: imports ${name} of ${specifier}`);
  });
});

// State

/** The first module of a host, plain JavaScript, evaluated once in its thread: its state is the host's. */
const BOOT = 'runtime/hosts/boot.mjs';
const COLLECTION = /^(?:export )?const [^=]*=\s*(?:\n\s*)?new (?:Map|Set|WeakMap|WeakSet)\b/;
const READ_ONLY = /^(?:export )?const [\w$]+: Readonly(?:Map|Set)</;
const STATIC_FIELD = new RegExp([
  String.raw`(?<=\n\s*)static\s+(?!readonly\b)[\w#$]+(?::[^=(\n]+)?\s*[=;].*`,
  String.raw`(?<=\n\s*)static\s+readonly\s.*=\s*(?:new (?:Map|Set|WeakMap|WeakSet)\b|\[\]|\{\}).*`,
].join('|'), 'g');
const EMPTY = /^(?:export )?const [\w$]+(?:: ([^=]+?))? = (?:\[\]|\{\})(?: as [^;]+)?;/;

/** Ids, registries and clocks belong to a system: two systems in a program never meet. */
export const noStateAtModuleLevel: Rule = (files) => each(files, (file) => {
  if (!SHIPPED.has(file.folder) || file.path === BOOT) return [];
  const fields = [...file.code.matchAll(STATIC_FIELD)].map(({ 0: text, index }) => ({ text, at: index }));
  const state = [...file.statements.filter(({ text }) => isState(text)), ...fields];
  return state.map(({ text, at }) => `${file.at(at)}: ${text.trim().split('\n')[0]}`);
});

function isState(statement: string): boolean {
  if (/^(?:export )?(?:let|var)\b/.test(statement)) return true;
  if (COLLECTION.test(statement)) return !READ_ONLY.test(statement);
  const empty = EMPTY.exec(statement);
  if (empty === null) return false;
  const type = empty[1];
  return type === undefined || /^(?:Array|Record|Map|Set)<|^(?!readonly ).*\[\]$/.test(type);
}

// Names

const VAGUE = /(?:^|\/)(?:types|utils?|common|helpers?|misc|shared)\.[^/]*$/;
const NAMED = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.[a-z0-9-]+)*$/;

/** A file is named after what is in it, in lower case with hyphens; imports of files end in `.ts`. */
export const filesAreNamed: Rule = (files) => each(files, (file) => [
  ...(VAGUE.test(file.path) ? [`${file.path}: says nothing of what is in it`] : []),
  ...(NAMED.test(posix.basename(file.path)) ? [] : [`${file.path}: is not in kebab-case`]),
  ...file.imports.flatMap(({ specifier, target }) =>
    target === undefined || /\.(?:ts|mjs|json)$/.test(specifier) ? [] : [`${file.path}: imports ${specifier}, without .ts`]),
]);

// Cycles and dead ends

const LAYERS = new Set(['core', 'runtime', 'supervisors', 'actors', 'testing']);

/** No module waits for itself while it is loaded. Each cycle is told once, from its first file in the alphabet. */
export const noImportCycles: Rule = (files) => {
  const next = new Map(files.filter(({ folder }) => LAYERS.has(folder)).map((file) => [file.path,
    file.imports.flatMap(({ isType, isDynamic, target }) => isType || isDynamic || target === undefined ? [] : [target])]));
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start !== -1) {
      const cycle = way.slice(start);
      const first = cycle.indexOf(cycle.toSorted()[0] ?? '');
      cycles.add([...cycle.slice(first), ...cycle.slice(0, first), cycle[first]].join(' -> '));
    } else if (!done.has(path)) {
      for (const target of next.get(path) ?? []) visit(target, [...way, path]);
      done.add(path);
    }
  };
  for (const path of next.keys()) visit(path, []);
  return [...cycles];
};

/** Where loading starts: the two entries of the package, and that of a host. */
const ENTRIES = ['index.ts', 'testing/index.ts', BOOT];

/** What nobody loads is deleted. */
export const noDeadFiles: Rule = (files) => {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const reached = new Set<string>();
  const open = [...ENTRIES];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const file = byPath.get(path);
    if (file === undefined || reached.has(path)) continue;
    reached.add(path);
    for (const { target } of file.imports) if (target !== undefined) open.push(target);
    // A thread's first module is named by its URL.
    for (const [, name = ''] of file.withStrings.matchAll(/new URL\('([\w./-]+)', import\.meta\.url\)/g)) {
      open.push(posix.join(posix.dirname(path), name));
    }
  }
  return each(files, ({ path, folder }) =>
    LAYERS.has(folder) && !reached.has(path) ? [`${path}: is loaded by nobody`] : []);
};

/** `require()` can load the library, and a cycle through a user's module can't hang: nothing waits while it is loaded. */
export const noTopLevelAwait: Rule = (files) => each(files, (file) => {
  if (!SHIPPED.has(file.folder) || file.path === BOOT) return [];
  return file.statements.flatMap(({ text, at }) => {
    const wait = /(?<![.\w$])await\b/.exec(text);
    if (wait === null || /\basync\b/.test(text.slice(0, wait.index))) return [];
    return [`${file.at(at + wait.index)}: awaits at the top level`];
  });
});

/** Node reads the sources as they are, and `using` not before 24. */
export const noUsing: Rule = (files) => each(files, (file) => (
  SHIPPED.has(file.folder) ? [...file.code.matchAll(/^\s*(?:await )?using \w+ =/gm)].map(({ index }) => `${file.at(index)}: has a \`using\``) : []
));

// Texts

const MACHINE_PATH = /(?<![\w.-])\/(?:(?:work|root)\/|home\/[a-z]+\/|tmp\/bash)/g;

/** No file speaks of a machine that it was once on. */
export const noMachinePaths: Rule = (files) => files.flatMap((file) =>
  [...file.text.matchAll(MACHINE_PATH)].map(({ 0: found, index }) => `${file.at(index)}: has ${found}`));

// Reading sources

/** `check` of each file of code. */
function each(files: readonly SourceFile[], check: (file: SourceFile) => string[]): string[] {
  return files.filter(({ isCode }) => isCode).flatMap(check);
}

function folderOf(path: string): string { return path.split('/')[0] ?? path; }

function placeOf(path: string): number | undefined {
  const place = ORDER.findIndex((folders) => folders.includes(folderOf(path)));
  return place === -1 ? undefined : place;
}

function isNode(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

const NAMES = String.raw`\*(?:\s+as\s+[\w$]+)?|\{[^}]*\}|[\w$]+(?:\s*,\s*(?:\{[^}]*\}|\*\s+as\s+[\w$]+))?`;
const STATIC = new RegExp(String.raw`^(import|export)\s+(type\s+)?(?:(${NAMES})\s*from\s*)?['"]([^'"]+)['"]`);
const DYNAMIC = /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** `{ a, type B as C }` names `a` and `B`. */
function namesIn(clause: string): string[] {
  const braces = /\{([^}]*)\}/.exec(clause);
  const listed = (braces?.[1] ?? '').split(',')
    .map((part) => part.trim().replace(/^type\s+/, '').split(/\s+as\s+/)[0] ?? '');
  const rest = clause.replace(/\{[^}]*\}/, '').replace(',', '').trim();
  return [...(rest.startsWith('*') ? ['*'] : rest === '' ? [] : ['default']), ...listed.filter((name) => name !== '')];
}

const AFTER_BLOCK = /^[ \t]*(?:\r?\n)+(?![ \t]*(?:else|catch|finally)\b|[ \t]+\S)/;

/** The statements at the top level of `code`, which has neither comments nor the contents of strings. */
function statementsOf(code: string): Statement[] {
  const statements: Statement[] = [];
  let depth = 0;
  let start = 0;
  const end = (at: number): void => {
    const text = code.slice(start, at);
    const lead = text.length - text.trimStart().length;
    if (text.trim() !== '') statements.push({ text: text.trim(), at: start + lead });
    start = at;
  };
  for (let i = 0; i < code.length; i++) {
    const char = code[i] ?? '';
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    if (depth !== 0) continue;
    if (char === ';') end(i + 1);
    // A block, a function, a class: what follows on the same line still belongs to it.
    else if (char === '}' && AFTER_BLOCK.test(code.slice(i + 1, i + 200))) end(i + 1);
  }
  end(code.length);
  return statements;
}

/** A text, read for its code alone. */
interface Scanned {
  /** Without comments, and with empty strings; the same length and lines. */
  readonly code: string;
  readonly withStrings: string;
}

/** A `/` after one of these begins a regular expression, after anything else it divides. */
const BEFORE_REGEXP = /(?:^|[(,=:[!&|?{};+\-*%~^<>]|\b(?:return|typeof|case|in|of|throw|await|yield))\s*$/;

function scan(text: string): Scanned {
  const code = text.split('');
  const withStrings = text.split('');
  const erase = (chars: string[], from: number, to: number): void => {
    for (let i = from; i < to; i++) if (chars[i] !== '\n') chars[i] = ' ';
  };
  // How deep in braces each open template's `${` stands.
  const templates: number[] = [];
  let depth = 0;
  const skipTemplate = (from: number): number => {
    let i = from;
    while (i < text.length && text[i] !== '`' && !text.startsWith('${', i)) i += text[i] === '\\' ? 2 : 1;
    erase(code, from, i);
    if (text[i] !== '$') return i + 1;
    templates.push(depth++);
    return i + 2;
  };
  for (let i = 0; i < text.length;) {
    const char = text[i] ?? '';
    if (text.startsWith('//', i) || text.startsWith('/*', i)) {
      const mark = text[i + 1] === '/' ? '\n' : '*/';
      const found = text.indexOf(mark, i + 2);
      const end = found === -1 ? text.length : found + (mark === '\n' ? 0 : 2);
      erase(code, i, end);
      erase(withStrings, i, end);
      i = end;
    } else if (char === '\'' || char === '"') {
      let end = i + 1;
      while (end < text.length && text[end] !== char && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
      erase(code, i + 1, end);
      i = end + 1;
    } else if (char === '`') {
      i = skipTemplate(i + 1);
    } else if (char === '/' && BEFORE_REGEXP.test(code.slice(Math.max(0, i - 40), i).join(''))) {
      let end = i + 1;
      for (let isInClass = false; end < text.length && text[end] !== '\n' && (isInClass || text[end] !== '/'); end++) {
        if (text[end] === '\\') end++;
        else if (text[end] === '[') isInClass = true;
        else if (text[end] === ']') isInClass = false;
      }
      erase(code, i + 1, end);
      erase(withStrings, i + 1, end);
      i = end + 1;
    } else {
      if (char === '{') depth++;
      if (char === '}' && --depth === templates.at(-1)) {
        templates.pop();
        i = skipTemplate(i + 1);
        continue;
      }
      i++;
    }
  }
  return { code: code.join(''), withStrings: withStrings.join('') };
}
