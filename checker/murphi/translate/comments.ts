/** Comments of a Murphi file, each of which goes with what it stands before, or behind on the same line. */
import type { SourceText } from "../source-text.js";

interface Comment {
  readonly at: number;
  readonly lines: readonly string[];
  /** Whether code stands before it on its line. */
  readonly isTrailing: boolean;
}

export class Comments {
  private readonly all: Comment[];

  constructor(private readonly source: SourceText) {
    this.all = [...source.text.matchAll(/"(?:\\[\s\S]|[^\\"])*"|--[^\n]*|\/\*[\s\S]*?\*\//g)].flatMap((found) => {
      const [text] = found;
      if (text.startsWith('"')) return [];
      const lineStart = source.text.lastIndexOf("\n", found.index) + 1;
      const isTrailing = source.text.slice(lineStart, found.index).trim() !== "";
      return [{ at: found.index, lines: linesOf(text), isTrailing }];
    });
  }

  /** Takes the comment that a file begins with, if it speaks of the whole file. */
  header(): readonly string[] {
    const lines: string[] = [];
    let end = 0;
    while (this.all[0] !== undefined && this.source.text.slice(end, this.all[0].at).trim() === "") {
      const { at, lines: own } = this.all.shift()!;
      // Behind an empty line, a comment is one of what follows it.
      if (lines.length > 0 && /\n\s*\n/.test(this.source.text.slice(end, at))) {
        this.all.unshift({ at, lines: own, isTrailing: false });
        break;
      }
      lines.push(...own);
      end = at + this.source.text.slice(at).search(/\n|$/);
    }
    return lines;
  }

  /** Takes the comments before a place, and the one behind it on the same line. */
  at(place: number): readonly string[] {
    const lines: string[] = [];
    while (this.all.length > 0 && this.all[0]!.at < place) lines.push(...this.all.shift()!.lines);
    const [next] = this.all;
    if (next?.isTrailing && this.source.lineOf(next.at) === this.source.lineOf(place))
      lines.push(...this.all.shift()!.lines);
    return lines;
  }
}

/** Returns the words of a comment, by line. What popcheck reads in comments of Murphi files is none of them. */
function linesOf(text: string): readonly string[] {
  const bare = text.startsWith("--") ? [text.replace(/^-+/, "")] : text.slice(2, -2).split("\n");
  return bare
    .map((line) =>
      line
        .replace(/^\s*\*?\s?/, "")
        .replace(/^ ?/, "")
        .trimEnd()
        .replaceAll("*/", "* /"),
    )
    .filter((line) => line !== "" && !/^\s*popcheck:/.test(line) && !/^[-=*#]+$/.test(line));
}

/** Returns lines as the comment of a declaration. */
export function docComment(lines: readonly string[]): readonly string[] {
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0]} */`];
  return ["/**", ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
}

/** Returns lines as a comment within a function. */
export function lineComment(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `// ${line}`);
}
