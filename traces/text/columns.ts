/** Text in columns and folded lines, for reports. Pure. Escape sequences for a terminal are added afterwards. */

/** Returns the number of columns that a text takes. */
export function widthOf(text: string): number {
  return [...text].length;
}

/** Pads a text with spaces to `width` columns. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** Folds a text between words to lines of at most `width` columns. A longer word has a line of its own. */
export function fold(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Folds a text after a label; later lines are indented to where the text began. */
export function foldAfter(label: string, text: string, width = Number.POSITIVE_INFINITY): string[] {
  const start = widthOf(label);
  return fold(text, Math.max(20, width - start)).map((line, i) => (i === 0 ? label : " ".repeat(start)) + line);
}

/** Returns the width of each column. A cell with nothing to its right may stick out, and does not count. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    const last = row.findLastIndex((cell) => cell !== "");
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, column >= last ? 0 : widthOf(cell));
    });
  }
  return widths;
}

/**
 * Aligns the cells of rows, without trailing spaces and without columns that are empty throughout.
 * @param gap the number of spaces between columns
 * @param shown how a cell is shown; the result has the width of the cell
 */
export function align(
  rows: readonly (readonly string[])[],
  gap = 2,
  shown: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const widths = columnWidths(rows);
  const used = new Set(rows.flatMap((row) => row.flatMap((cell, column) => (cell === "" ? [] : [column]))));
  const padded = (cell: string, row: number, column: number) =>
    used.has(column) ? shown(cell, row, column) + padTo("", widths[column]! + gap - widthOf(cell)) : "";
  return rows.map((cells, row) =>
    cells
      .map((cell, column) => padded(cell, row, column))
      .join("")
      .trimEnd(),
  );
}

/** Writes 1,234,567. */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Writes "1 step", "7 steps". */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
