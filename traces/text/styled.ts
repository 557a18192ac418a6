/**
 * Text of which parts are shown in shades, as a terminal can. The shades never change what is said or where it stands: lines are laid out
 * as plain text, and painted afterwards. Pure.
 */
import { fold } from "./columns.js";

/** What a part is: it matters less, a place that a process moved to, a message received or sent, what is wrong or well, a cycle's end. */
export type Shade = "dim" | "moved" | "received" | "sent" | "bad" | "good" | "mark";

/** How each shade is shown. */
export type Paints = { readonly [shade in Shade]: (text: string) => string };

const same = (text: string) => text;

/** Without shades. */
export const unpainted: Paints = {
  dim: same,
  moved: same,
  received: same,
  sent: same,
  bad: same,
  good: same,
  mark: same,
};

/** A part of a text. */
export interface Piece {
  readonly text: string;
  readonly shade?: Shade | undefined;
}

/** The text of the parts. */
export function plainOf(pieces: readonly Piece[]): string {
  return pieces.map(({ text }) => text).join("");
}

/** The text from one place to another, painted. */
export function paint(pieces: readonly Piece[], paints: Paints, from = 0, to = Number.POSITIVE_INFINITY): string {
  let at = 0;
  let shown = "";
  for (const { text, shade } of pieces) {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at));
    shown += part === "" || shade === undefined ? part : paints[shade](part);
    at += text.length;
  }
  return shown;
}

/** The lines of a text of at most so many columns, painted. A line break takes the place of one space. */
export function foldPainted(pieces: readonly Piece[], width: number, paints: Paints): string[] {
  let at = 0;
  return fold(plainOf(pieces), width).map((line) => {
    const from = at;
    at += line.length + 1;
    return paint(pieces, paints, from, from + line.length);
  });
}
