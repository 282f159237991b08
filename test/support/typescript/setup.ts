// Older versions of Node read no TypeScript. Programs and hosts that a test starts do, for a fraction of what tsx would cost each.
if (!('typescript' in process.features)) {
  const preload = `--import=${new URL('preload.mjs', import.meta.url).href}`;
  const given = process.env['NODE_OPTIONS'] ?? '';
  if (!given.includes(preload)) process.env['NODE_OPTIONS'] = `${given} ${preload}`.trim();
}
