/** Tables of what was measured, as text and as markdown. Their first line is the header. */

type Table = readonly (readonly string[])[];

/** Returns the lines of a table whose columns are aligned. @param numeric the first column that is set to the right */
export function textTable(table: Table, numeric: number): string[] {
  const [header = []] = table;
  const widths = header.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table.map((row) =>
    row
      .map((cell, column) => (column < numeric ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** Returns the lines of a table in markdown. @param numeric the first column that is set to the right */
export function markdownTable([header = [], ...body]: Table, numeric: number): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(header), line(header.map((_, column) => (column < numeric ? "---" : "---:"))), ...body.map(line)];
}
