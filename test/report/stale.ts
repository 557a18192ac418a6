/** Where two texts first differ: the line, as it is and as it should be; undefined if they do not. */
export function firstDifference(found: string, expected: string): string | undefined {
  if (found === expected) return undefined;
  const [is, should] = [found.split("\n"), expected.split("\n")];
  const at = should.findIndex((line, i) => line !== is[i]);
  const line = at < 0 ? should.length : at;
  const told = (lines: readonly string[]) => (line < lines.length ? lines[line] : "(nothing more)");
  return `  line ${line + 1} is      ${told(is)}\n  and should be  ${told(should)}`;
}
