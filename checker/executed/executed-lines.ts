/** Which lines and functions of an author's files ran, from what V8 has counted of the scripts made of them. */
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type {
  ExecutedBranch,
  ExecutedFunction,
  ExecutedLine,
  ExecutedSource,
  ExecutedSources,
} from "./executed-source.js";
import { type Mapping, mappingsOf } from "./mappings.js";
import type { RanFunction, RanPart, RanScript } from "./precise-coverage.js";

/** A script that an author's files were made into. */
export interface AuthorScript {
  readonly url: string;
  readonly text: string;
  readonly map: ScriptMap;
}

/** The part of a source map that is used; sources are URLs. */
export interface ScriptMap {
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
  readonly mappings: string;
}

/** What ran of one file, while it is collected; by line, and for branches and functions by place. */
interface Collected {
  readonly lines: Map<number, number>;
  readonly branches: Map<string, ExecutedBranch>;
  readonly functions: Map<string, ExecutedFunction>;
}

/**
 * Returns what ran of the files that `scripts` were made of.
 * @param isAuthors whether a file is the author's, by its URL: a bundle also holds packages
 */
export function executedSources(
  scripts: readonly AuthorScript[],
  ran: readonly RanScript[],
  isAuthors: (url: string) => boolean,
): ExecutedSources {
  const files = new Map<string, { readonly text: string | null; readonly collected: Collected }>();
  if (scripts.length === 0) return { files: [], unknown: loadedBefore };
  for (const script of scripts) {
    const found = ran.find(({ url }) => url === script.url);
    if (found === undefined || !wasLoaded(found)) return { files: [], unknown: loadedBefore };
    const mappings = mappingsOf(script.text, script.map.mappings);
    script.map.sources.forEach((url, source) => {
      if (!isAuthors(url)) return;
      const collected: Collected = { lines: new Map(), branches: new Map(), functions: new Map() };
      const ofSource = { mappings: mappings.filter((mapping) => mapping.source === source), all: mappings, source };
      collect(found, ofSource, collected);
      files.set(url, { text: textOf(url, script.map.sourcesContent?.[source]), collected });
    });
  }
  return {
    files: [...files].map(([url, { text, collected }]) => sourceOf(url, text, collected)).sort(byFile),
    unknown: null,
  };
}

/** Whether a script was loaded while V8 counted: then it ran as a whole. */
function wasLoaded({ functions }: RanScript): boolean {
  return functions.some(({ ranges }) => ranges[0]!.startOffset === 0 && ranges[0]!.count > 0);
}

const loadedBefore =
  "the model was loaded before anybody asked which of its lines run; check it in a process of its own, as the command line does";

function byFile(a: ExecutedSource, b: ExecutedSource): number {
  return a.file < b.file ? -1 : 1;
}

interface MappedSource {
  readonly source: number;
  /** The mappings to the source. */
  readonly mappings: readonly Mapping[];
  /** All mappings of the script. */
  readonly all: readonly Mapping[];
}

function collect({ functions }: RanScript, of: MappedSource, { lines, branches, functions: named }: Collected): void {
  const parts = functions.flatMap(({ ranges }) => ranges);
  const runsAt = runsByOffset(parts);
  for (const { offset, line } of of.mappings) lines.set(line + 1, Math.max(lines.get(line + 1) ?? 0, runsAt(offset)));
  for (const each of functions) collectFunction(each, of, branches, named);
}

function collectFunction(
  { functionName, ranges }: RanFunction,
  of: MappedSource,
  branches: Map<string, ExecutedBranch>,
  named: Map<string, ExecutedFunction>,
): void {
  const [whole, ...inner] = ranges as [RanPart, ...RanPart[]];
  const start = firstIn(whole, of);
  if (start !== undefined && whole.startOffset > 0)
    named.set(keyOf(start), { name: functionName, ...placeOf(start), runs: whole.count });
  for (const part of inner) {
    const place = firstIn(part, of);
    if (place === undefined) continue;
    const key = keyOf(place);
    const runs = Math.max(branches.get(key)?.runs ?? 0, part.count);
    branches.set(key, { ...placeOf(place), runs });
  }
}

/** Returns a place as people count it, from 1. */
function placeOf({ line, column }: Mapping) {
  return { line: line + 1, column: column + 1 };
}

function keyOf({ line, column }: Mapping): string {
  return `${line}:${column}`;
}

/** Returns the first mapping inside of a part, if it leads to the source; else undefined. */
function firstIn({ startOffset, endOffset }: RanPart, { all, source }: MappedSource): Mapping | undefined {
  let [from, to] = [0, all.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (all[middle]!.offset < startOffset) from = middle + 1;
    else to = middle;
  }
  const first = all[from];
  return first !== undefined && first.offset < endOffset && first.source === source ? first : undefined;
}

/** Returns how often the innermost of nested parts that holds an offset ran. */
function runsByOffset(parts: readonly RanPart[]): (offset: number) => number {
  const ordered = [...parts].sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
  return (offset) => {
    let runs = 0;
    for (const { startOffset, endOffset, count } of ordered) {
      if (startOffset > offset) break;
      if (offset < endOffset) runs = count;
    }
    return runs;
  };
}

function sourceOf(url: string, text: string | null, { lines, branches, functions }: Collected): ExecutedSource {
  const path = fileURLToPath(url);
  const inside = relative(process.cwd(), path);
  const byLine = (a: ExecutedLine, b: ExecutedLine) => a.line - b.line;
  const byPlace = (a: ExecutedBranch, b: ExecutedBranch) => byLine(a, b) || a.column - b.column;
  return {
    file: inside.startsWith("..") || inside === resolve(inside) ? path : inside,
    text,
    lines: [...lines].map(([line, runs]) => ({ line, runs })).sort(byLine),
    branches: [...branches.values()].sort(byPlace),
    functions: [...functions.values()].sort(byPlace),
  };
}

function textOf(url: string, content: string | null | undefined): string | null {
  if (content != null) return content;
  const path = fileURLToPath(url);
  return existsSync(path) ? readFileSync(path, "utf8") : null;
}
