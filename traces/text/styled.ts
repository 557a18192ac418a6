/**
 * Text of which parts are shown in shades, as a terminal can. The shades never change what is said or where it stands: lines are laid out
 * as plain text, and styled afterwards. Pure.
 */
import { fold } from "./columns.js";

/** What a part is: it matters less, a place that a process moved to, a message received or sent, what is wrong or well, a cycle's end. */
export type Style = "dim" | "moved" | "received" | "sent" | "bad" | "good" | "mark";

/** How each style is shown. */
export type Styles = { readonly [style in Style]: (text: string) => string };

const same = (text: string) => text;

/** Without shades. */
export const unstyled: Styles = {
  dim: same,
  moved: same,
  received: same,
  sent: same,
  bad: same,
  good: same,
  mark: same,
};

/** A part of a text. */
export interface StyledPiece {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** The text of the parts. */
export function plainOf(pieces: readonly StyledPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** The text from one place to another, styled. */
export function styled(
  pieces: readonly StyledPiece[],
  styles: Styles,
  from = 0,
  to = Number.POSITIVE_INFINITY,
): string {
  let at = 0;
  let shown = "";
  for (const { text, style } of pieces) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    shown += part === "" || style === undefined ? part : styles[style](part);
    at += text.length;
  }
  return shown;
}

/** The lines of a text of at most so many columns, styled. A line break takes the place of one space. */
export function foldStyled(pieces: readonly StyledPiece[], width: number, styles: Styles): string[] {
  let at = 0;
  return fold(plainOf(pieces), width).map((line) => {
    const from = at;
    at += line.length + 1;
    return styled(pieces, styles, from, from + line.length);
  });
}
