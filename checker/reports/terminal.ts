/** Where text goes: a terminal has a width and colours, a file or a pipe has neither. */
import { type Styles, unstyled } from "../../traces/text/styled.js";

export interface Look extends Styles {
  /** The number of columns; undefined: lines are not folded. */
  readonly width: number | undefined;
}

export const plain: Look = { width: undefined, ...unstyled };

/** The colours of styles. Colour only repeats what the text says (`-`, `+`, `^`, `VIOLATED`). */
const coloured: Styles = {
  dim: code(2, 22),
  moved: code(1, 22),
  received: code(33, 39),
  sent: code(36, 39),
  bad: code(31, 39),
  good: code(32, 39),
  mark: code(35, 39),
};

/**
 * Returns a style by the numbers that begin and end it. `styleText` of node:util is younger than the oldest Node that
 * popcheck runs on.
 */
function code(start: number, end: number) {
  return (text: string) => `\u001b[${start}m${text}\u001b[${end}m`;
}

/** Returns how a stream wants its text. */
export function lookOf(stream: { isTTY?: boolean; columns?: number }, env = process.env): Look {
  const width = stream.isTTY ? Math.max(40, stream.columns ?? 80) : undefined;
  return { width, ...(takesColours(stream.isTTY ?? false, env) ? coloured : unstyled) };
}

/**
 * Tells whether a stream takes colours: a terminal does, unless NO_COLOR or TERM=dumb forbid it. FORCE_COLOR goes
 * before both, as in Node, and makes a pipe take them too.
 */
function takesColours(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return !["0", "false"].includes(FORCE_COLOR);
  return isTerminal && !NO_COLOR && TERM !== "dumb";
}
