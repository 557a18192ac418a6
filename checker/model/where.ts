/** Places in an author's files where something was declared, so that reports can point at them. */
import { compiledRoot, isCheckerFile, isPackageFile, version } from "../package.js";
import { marked, thisCopy } from "./module-copy.js";

Object.assign(thisCopy, { place: compiledRoot, version });

/** A line of a file. */
export interface Place {
  /** The file's path: relative to the working folder if the file lies in it, else absolute. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
}

/**
 * Remembers the place in an author's file that constructs it. The stack is formatted only when the place is asked for,
 * which is rare and slow.
 */
export class Where {
  static {
    marked(Where.prototype);
  }

  private readonly trace: Error;

  constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 12;
    this.trace = new Error("declared here");
    Error.stackTraceLimit = limit;
  }

  /**
   * Returns `spec/popcorn/page-table.ts:31`, relative to the working folder where possible; "unknown place" if the
   * stack has no author's file.
   */
  toString(): string {
    return placeInStack(this.trace.stack) ?? "unknown place";
  }

  /** Returns the file and the line; undefined if the stack has no author's file. */
  place(): Place | undefined {
    return firstPlace(this.trace.stack);
  }
}

/**
 * Returns the first place of a stack that lies outside the engine, outside packages and outside Node; undefined if none
 * does.
 */
export function placeInStack(stack: string | undefined): string | undefined {
  const place = firstPlace(stack);
  return place && `${place.file}:${place.line}`;
}

function firstPlace(stack: string | undefined): Place | undefined {
  for (const line of (stack ?? "").split("\n").slice(1)) {
    // A line is `at name (file:///folder/file.ts:1:2)`, or has neither name nor parentheses.
    const place = /(?:\(|at )(?:async )?(?:file:\/\/)?(\/.*|[A-Za-z]:[\\/].*):(\d+):\d+\)?$/.exec(line.trim());
    if (!place || isEngine(place[1]!)) continue;
    const cwd = `${process.cwd()}/`;
    const file = place[1]!.startsWith(cwd) ? place[1]!.slice(cwd.length) : place[1]!;
    return { file, line: Number(place[2]) };
  }
  return undefined;
}

/** Tells whether a file belongs to this package's engine, compiled or not, or to another package. */
function isEngine(file: string): boolean {
  return isPackageFile(file) ? isCheckerFile(file) : file.includes("/node_modules/");
}
