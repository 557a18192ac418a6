/** Where in an author's files something was declared, so that reports can point at it. */

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

/** The first line of a stack that lies outside the engine and outside packages. */
export function placeInStack(stack: string | undefined): string | undefined {
  for (const line of (stack ?? "").split("\n").slice(1)) {
    const place = /\(?(?:file:\/\/)?((?:\/|[A-Za-z]:)[^():]*):(\d+):\d+\)?$/.exec(line.trim());
    if (!place || /[\\/]checker[\\/](model|observe|explore|symmetry)[\\/]|node_modules|node:internal/.test(place[1]!))
      continue;
    const cwd = `${process.cwd()}/`;
    return `${place[1]!.startsWith(cwd) ? place[1]!.slice(cwd.length) : place[1]!}:${place[2]}`;
  }
  return undefined;
}
