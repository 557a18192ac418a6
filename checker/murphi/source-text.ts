/** The text of a Murphi file, and errors that point into it. */
import { resolve } from "node:path";
import { LoadError } from "../errors.js";
import { type Place, Where } from "../model/where.js";

/** How many characters of a line an error shows on either side of the caret. */
const SHOWN_AROUND = 60;

/** A Murphi file. Places in it are offsets, counted in UTF-16 units from zero. */
export class SourceText {
  /** The offset at which each line begins; made when the first place is asked for. */
  private starts: number[] | undefined;

  /**
   * @param text the contents of the file
   * @param file the file's path, as the user gave it
   */
  constructor(
    readonly text: string,
    readonly file: string,
  ) {}

  /** Returns the line of an offset, counted from 1. */
  lineOf(at: number): number {
    this.starts ??= lineStarts(this.text);
    let [low, high] = [0, this.starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle]! <= at) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Returns the column of an offset, counted from 1. */
  columnOf(at: number): number {
    return at - this.startOf(at) + 1;
  }

  /** Returns `protocol.m:12`. */
  placeOf(at: number): string {
    return `${this.file}:${this.lineOf(at)}`;
  }

  /**
   * Returns the error of a mistake in the file: its place, the sentence, the line, and a caret below the place. Of a
   * long line only what is near the place is shown.
   */
  error(at: number, sentence: string): LoadError {
    const start = this.startOf(at);
    const end = this.text.indexOf("\n", start);
    const line = this.text.slice(start, end < 0 ? undefined : end);
    const before = visible(line.slice(Math.max(0, at - start - SHOWN_AROUND), at - start));
    const after = visible(line.slice(at - start, at - start + SHOWN_AROUND));
    const place = `${this.file}:${this.lineOf(at)}:${this.columnOf(at)}`;
    return new LoadError(`${place}: ${sentence}\n  ${before}${after}\n  ${" ".repeat(before.length)}^`);
  }

  /**
   * Gives an error that a running model throws the place in this file where its stack would name the interpreter, so
   * that reports name the author's line.
   */
  placed<E extends Error>(error: E, at: number): E {
    const place = `${resolve(this.file)}:${this.lineOf(at)}:${this.columnOf(at)}`;
    error.stack = `${error.name}: ${error.message}\n    at ${place}`;
    return error;
  }

  /** Returns where something is declared, for properties and actions. */
  where(at: number): Where {
    return new DeclaredAt({ file: this.file, line: this.lineOf(at) });
  }

  private startOf(at: number): number {
    const line = this.lineOf(at);
    return this.starts![line - 1]!;
  }
}

/** A place in a Murphi file instead of one in a stack. */
class DeclaredAt extends Where {
  constructor(private readonly declared: Place) {
    super();
  }

  override toString(): string {
    return `${this.declared.file}:${this.declared.line}`;
  }

  override place(): Place {
    return this.declared;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return starts;
}

/** Returns a text without characters that would move the caret or the terminal's cursor. */
function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be shown
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, " ");
}
