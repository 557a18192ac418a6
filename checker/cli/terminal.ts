/** Where text goes: a terminal has a width and colours, a file or a pipe has neither. */
import { styleText } from "node:util";
import { type Paints, unpainted } from "../../traces/painted.js";

export interface Look extends Paints {
  /** Columns; undefined: do not fold. */
  readonly width: number | undefined;
}

export const plain: Look = { width: undefined, ...unpainted };

/** Colours repeat what the text says (`-`, `+`, `^`, `VIOLATED`): nothing is told by colour alone. */
const coloured: Paints = {
  dim: styled("dim"),
  moved: styled("bold"),
  received: styled("yellow"),
  sent: styled("cyan"),
  bad: styled("red"),
  good: styled("green"),
  mark: styled("magenta"),
};

function styled(style: Parameters<typeof styleText>[0]) {
  // Whether the stream takes colours is decided below, and not by Node anew.
  return (text: string) => styleText(style, text, { validateStream: false });
}

/** How a stream wants its text. */
export function lookOf(stream: { isTTY?: boolean; columns?: number }, env = process.env): Look {
  const width = stream.isTTY ? Math.max(40, stream.columns ?? 80) : undefined;
  return { width, ...(takesColours(stream.isTTY ?? false, env) ? coloured : unpainted) };
}

/** On a terminal, unless NO_COLOR or TERM=dumb forbid it; FORCE_COLOR goes before both, as it does in Node, and colours a pipe too. */
function takesColours(isTerminal: boolean, { FORCE_COLOR, NO_COLOR, TERM }: NodeJS.ProcessEnv): boolean {
  if (FORCE_COLOR !== undefined) return !["0", "false"].includes(FORCE_COLOR);
  return isTerminal && !NO_COLOR && TERM !== "dumb";
}
