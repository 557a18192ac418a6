/**
 * Reads the plain part of YAML in which our examples are written: maps and lists in blocks, each deeper than what it
 * belongs to, scalars of one line, texts after `|`, comments on lines of their own. What is not plain is refused: no
 * package that is installed reads YAML, and to take for granted what one would make of it is no test.
 */

export type Yaml = string | number | readonly Yaml[] | { readonly [key: string]: Yaml };

interface Line {
  readonly indent: number;
  readonly text: string;
  readonly number: number;
}

/** Returns the documents of a text, which `---` divides. @throws Error if a line is not plain */
export function readYaml(text: string): Yaml[] {
  return text.split(/^---\n/m).flatMap((part) => {
    if (part.includes("\t")) throw new Error("a tab is not plain");
    const lines = part
      .split("\n")
      .map((line, i) => ({ indent: line.search(/\S|$/), text: line.trim(), number: i + 1 }));
    const reader = new Reader(lines);
    return reader.isAtEnd ? [] : [reader.document()];
  });
}

class Reader {
  private at = 0;

  constructor(private readonly lines: readonly Line[]) {
    this.skip();
  }

  get isAtEnd(): boolean {
    return this.at >= this.lines.length;
  }

  /** Goes to the next line that is neither empty nor a comment. */
  private skip(): void {
    while (!this.isAtEnd && /^(#|$)/.test(this.lines[this.at]!.text)) this.at++;
  }

  document(): Yaml {
    const value = this.block(this.lines[this.at]!.indent);
    if (!this.isAtEnd) throw this.refusal("a line stands where nothing continues");
    return value;
  }

  private refusal(why: string): Error {
    const { number, text } = this.lines[this.at]!;
    return new Error(`line ${number} of a document is not plain: ${why}: ${text}`);
  }

  private isHere(indent: number): boolean {
    return !this.isAtEnd && this.lines[this.at]!.indent === indent;
  }

  /** Reads the map or the list whose lines are indented so. */
  private block(indent: number): Yaml {
    return this.lines[this.at]!.text.startsWith("- ") ? this.list(indent) : this.map(indent);
  }

  private list(indent: number): Yaml[] {
    const items: Yaml[] = [];
    while (this.isHere(indent)) {
      const { text, number } = this.lines[this.at]!;
      if (!text.startsWith("- ")) throw this.refusal("an item of a list is wanted");
      const item = text.slice(2);
      // An item that is a map begins on the line of its dash.
      if (/^[\w-]+:( |$)/.test(item)) {
        (this.lines as Line[])[this.at] = { indent: indent + 2, text: item, number };
        items.push(this.map(indent + 2));
      } else items.push(this.scalar(item, indent));
    }
    return items;
  }

  private map(indent: number): Yaml {
    const map: Record<string, Yaml> = {};
    while (this.isHere(indent)) {
      const { text } = this.lines[this.at]!;
      const [, key, value] = /^([\w-]+):(?: (.*))?$/.exec(text) ?? [];
      if (key === undefined) throw this.refusal("a key is wanted");
      if (Object.hasOwn(map, key)) throw this.refusal("the key is there already");
      if (value !== undefined) map[key] = this.scalar(value, indent);
      else {
        this.at++;
        this.skip();
        const next = this.isAtEnd ? -1 : this.lines[this.at]!.indent;
        if (next <= indent) throw new Error(`${key} has no value`);
        map[key] = this.block(next);
      }
    }
    return map;
  }

  /** Reads a scalar that begins on this line, of a map or a list that is indented so. */
  private scalar(text: string, indent: number): Yaml {
    if (/^[&*!>%@`'[\]{},?]|(: | #)/.test(text) && !text.startsWith('"'))
      throw this.refusal("a scalar has signs that mean something else");
    this.at++;
    const value = text === "|" ? this.literal(indent) : plain(text);
    this.skip();
    return value;
  }

  private literal(indent: number): string {
    const first = this.lines[this.at]!.indent;
    if (first <= indent) throw this.refusal("a text is not deeper than its key");
    let text = "";
    for (; !this.isAtEnd && this.lines[this.at]!.indent >= first; this.at++) {
      const { indent: own, text: line } = this.lines[this.at]!;
      text += `${" ".repeat(own - first)}${line}\n`;
    }
    return text;
  }
}

function plain(text: string): string | number {
  if (text.startsWith('"')) return JSON.parse(text) as string;
  if (/^(true|false|yes|no|on|off|null|~|.*:|-)$/i.test(text)) throw new Error(`${text} is no plain text`);
  return /^\d+$/.test(text) ? Number(text) : text;
}
