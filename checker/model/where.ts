/** Where in an author's files something was declared, so that reports can point at it. */
import { isCheckerFile, isPackageFile } from "../package.js";

/** Remembers the place that calls it. The stack is formatted only when the place is asked for, which is rare and slow. */
export class Where {
  private readonly trace: Error;

  constructor() {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 12;
    this.trace = new Error("declared here");
    Error.stackTraceLimit = limit;
  }

  /** `spec/popcorn/page-table.ts:31`, relative to the working folder where possible; undefined if no author's file is found. */
  toString(): string {
    return placeInStack(this.trace.stack) ?? "unknown place";
  }
}

/** The first line of a stack that lies outside the engine, outside packages and outside Node. */
export function placeInStack(stack: string | undefined): string | undefined {
  for (const line of (stack ?? "").split("\n").slice(1)) {
    // `at name (file:///folder/file.ts:1:2)`, or without a name and parentheses.
    const place = /(?:\(|at )(?:async )?(?:file:\/\/)?(\/.*|[A-Za-z]:[\\/].*):(\d+):\d+\)?$/.exec(line.trim());
    if (!place || isEngine(place[1]!)) continue;
    const cwd = `${process.cwd()}/`;
    return `${place[1]!.startsWith(cwd) ? place[1]!.slice(cwd.length) : place[1]!}:${place[2]}`;
  }
  return undefined;
}

/** Whether a file is this package's engine, compiled or not, or another package's. */
function isEngine(file: string): boolean {
  return isPackageFile(file) ? isCheckerFile(file) : file.includes("/node_modules/");
}
