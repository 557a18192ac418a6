/** Where text goes: a terminal has a width and shades, a file or a pipe has neither. */

export interface Look {
  /** Columns; undefined: do not fold. */
  readonly width: number | undefined;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export const plain: Look = { width: undefined, dim: same, good: same, bad: same };

function same(text: string): string {
  return text;
}

/** How a stream wants its text. */
export function lookOf(stream: { isTTY?: boolean; columns?: number }): Look {
  if (!stream.isTTY) return plain;
  const width = Math.max(40, stream.columns ?? 80);
  if (process.env.NO_COLOR || process.env.TERM === "dumb") return { ...plain, width };
  const code = (start: number, end: number) => (text: string) => `\u001b[${start}m${text}\u001b[${end}m`;
  return { width, dim: code(2, 22), good: code(32, 39), bad: code(31, 39) };
}
