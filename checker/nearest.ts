/** Suggestions for a mistyped word. */

/** Returns the number of insertions, deletions and substitutions from one word to the other. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(substituted, above[j]! + 1, row[j - 1]! + 1));
    }
  }
  return row[b.length]!;
}

/** Returns the known words that may have been meant, best first; none if all are far off. */
export function nearest(word: string, known: readonly string[]): string[] {
  const typed = word.toLowerCase();
  return known
    .map((name) => {
      const whole = name.toLowerCase();
      return { name, off: typed.length > 2 && whole.startsWith(typed) ? 0 : distance(typed, whole) };
    })
    .filter(({ name, off }) => off <= Math.ceil(Math.max(word.length, name.length) / 3))
    .sort((a, b) => a.off - b.off)
    .slice(0, 3)
    .map(({ name }) => name);
}

/** Returns `; did you mean popcorn?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const names = nearest(word, known);
  return names.length === 0 ? "" : `; did you mean ${names.join(" or ")}?`;
}
