import type { HostSettings } from '../../core/host-options.ts';

/** What every host gets, if the program has it: nothing of it is anybody's secret. */
const COMMON: ReadonlySet<string> = new Set([
  'PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'HOSTNAME', 'LANG', 'LANGUAGE', 'TZ', 'TERM', 'COLORTERM', 'COLUMNS', 'LINES',
  'TMPDIR', 'TMP', 'TEMP', 'XDG_CACHE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_RUNTIME_DIR', 'XDG_STATE_HOME',
  // Of Node. Not all that begins with NODE_: NODE_AUTH_TOKEN is a secret.
  'NODE_ENV', 'NODE_OPTIONS', 'NODE_PATH', 'NODE_DEBUG', 'NODE_NO_WARNINGS', 'NODE_PENDING_DEPRECATION', 'NODE_V8_COVERAGE',
  'NODE_COMPILE_CACHE', 'NODE_DISABLE_COMPILE_CACHE', 'NODE_DISABLE_COLORS', 'NODE_ICU_DATA', 'NODE_EXTRA_CA_CERTS',
  'NODE_USE_SYSTEM_CA', 'UV_THREADPOOL_SIZE', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'OPENSSL_CONF', 'NO_COLOR', 'FORCE_COLOR',
  'DEBUG', 'CI', 'ESBUILD_BINARY_PATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH', 'DYLD_FALLBACK_LIBRARY_PATH',
  // Of Windows.
  'SYSTEMROOT', 'SYSTEMDRIVE', 'WINDIR', 'COMSPEC', 'PATHEXT', 'OS', 'USERNAME', 'USERPROFILE', 'HOMEDRIVE', 'HOMEPATH',
  'APPDATA', 'LOCALAPPDATA', 'PROGRAMDATA', 'PROGRAMFILES', 'COMMONPROGRAMFILES', 'NUMBER_OF_PROCESSORS', 'PROCESSOR_ARCHITECTURE',
]);
const COMMON_PREFIX = /^(?:LC_|TSX_)/;

/** The environment of a new host: what is common, or all that the program has, and what its options add. */
export function hostEnvironment(env: HostSettings['env']): Record<string, string> {
  const isWindows = process.platform === 'win32';
  const isCommon = (name: string): boolean => COMMON.has(isWindows ? name.toUpperCase() : name) || COMMON_PREFIX.test(name);
  const own = Object.entries(process.env).filter(([name]) => env === 'inherit' || isCommon(name));
  const given = env === 'inherit' ? [] : Object.entries(env);
  // `undefined` takes one away.
  const all = Object.entries(Object.fromEntries([...own, ...given]));
  return Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
}
