/**
 * So many seconds of these programs, in milliseconds: `--second 20` lets one last 20 ms instead of 1,000. Hosts have no command
 * line: tasks are told in their arguments.
 */
export function seconds(count: number): number {
  const at = process.argv.indexOf('--second');
  return count * (at === -1 ? 1_000 : Number(process.argv[at + 1]));
}
