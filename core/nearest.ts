/** The one of `names` that was probably meant with `name`: one or two edits away, or differing in case alone. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const mostEdits = name.length < 4 ? 1 : 2;
  return names.find((each) => each.toLowerCase() === name.toLowerCase() || distance(each, name) <= mostEdits);
}

/** Levenshtein's edit distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
