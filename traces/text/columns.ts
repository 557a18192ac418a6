/** Text in columns and folded lines, for reports. Pure; a terminal's escape sequences are added afterwards. */

/** How wide a text prints. */
export function widthOf(text: string): number {
  return [...text].length;
}

/** The text with spaces up to a width. */
export function padTo(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

/** The lines of a text of at most so many columns, broken between words; a longer word stands alone. */
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

/** A text after a label, folded, with the later lines indented to where the first began. */
export function foldAfter(label: string, text: string, width = Number.POSITIVE_INFINITY): string[] {
  const start = widthOf(label);
  return fold(text, Math.max(20, width - start)).map((line, i) => (i === 0 ? label : " ".repeat(start)) + line);
}

/** The width of each column. A cell with nothing to its right may stick out and does not count. */
export function columnWidths(rows: readonly (readonly string[])[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      const last = row.slice(column + 1).every((later) => later === "");
      widths[column] = Math.max(widths[column] ?? 0, last ? 0 : widthOf(cell));
    });
  }
  return widths;
}

/**
 * Rows with their cells beneath each other; without trailing spaces, and without columns in which nothing stands.
 * @param shown how a cell is shown, of the width of its text
 */
export function align(
  rows: readonly (readonly string[])[],
  gap = 2,
  shown: (cell: string, row: number, column: number) => string = (cell) => cell,
): string[] {
  const widths = columnWidths(rows);
  const isUsed = (column: number) => rows.some((row) => row[column] !== "");
  const padded = (cell: string, row: number, column: number) =>
    isUsed(column) ? shown(cell, row, column) + padTo("", widths[column]! + gap - widthOf(cell)) : "";
  return rows.map((cells, row) =>
    cells
      .map((cell, column) => padded(cell, row, column))
      .join("")
      .trimEnd(),
  );
}

/** 1,234,567 */
export function count(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 step", "7 steps" */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}
