/** Which lines of an author's files were executed, as data. */

/** How often something of a source was executed: an author's function runs once for each distinct input. */
export interface ExecutedLine {
  /** Counted from 1. */
  readonly line: number;
  readonly runs: number;
}

/** A part of a function that runs more or less often than what is around it: a branch of an `if`, what follows it, … */
export interface ExecutedBranch extends ExecutedLine {
  /** Counted from 1. */
  readonly column: number;
}

export interface ExecutedFunction extends ExecutedBranch {
  /** The function's name; empty if it has none. */
  readonly name: string;
}

/** A file of the author's. */
export interface ExecutedSource {
  /** The file's path: relative to the working folder if the file lies in it, else absolute. */
  readonly file: string;
  /** The file's text; null if it is not there to be read. */
  readonly text: string | null;
  /** The lines that hold code which runs: no types, no comments. In ascending order. */
  readonly lines: readonly ExecutedLine[];
  readonly branches: readonly ExecutedBranch[];
  readonly functions: readonly ExecutedFunction[];
}

export interface ExecutedSources {
  readonly files: readonly ExecutedSource[];
  /** Why it is not known what was executed; null if it is. */
  readonly unknown: string | null;
}
