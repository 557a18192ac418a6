/**
 * Text of which parts have a style, as a terminal can show. Styles never change what is said or where it stands: lines
 * are laid out as plain text, and styled afterwards. Pure.
 */
import { fold } from "./columns.js";

/**
 * What a part of a text is: of less weight, a place that a process moved to, a message received or sent, what is wrong
 * or well, the begin and the end of a cycle.
 */
export type Style = "dim" | "moved" | "received" | "sent" | "bad" | "good" | "mark";

/** How each style is shown. A function must not change the width of its text. */
export type Styles = { readonly [style in Style]: (text: string) => string };

const same = (text: string) => text;

/** No styles. */
export const unstyled: Styles = {
  dim: same,
  moved: same,
  received: same,
  sent: same,
  bad: same,
  good: same,
  mark: same,
};

/** A part of a text, with its style. */
export interface StyledPiece {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** Returns the text of the parts, without styles. */
export function plainOf(pieces: readonly StyledPiece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** Returns the styled text from the column `from` to the column `to`. */
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

/** Folds a text to lines of at most `width` columns, styled. A line break takes the place of one space. */
export function foldStyled(pieces: readonly StyledPiece[], width: number, styles: Styles): string[] {
  let at = 0;
  return fold(plainOf(pieces), width).map((line) => {
    const from = at;
    at += line.length + 1;
    return styled(pieces, styles, from, from + line.length);
  });
}
