/**
 * What sources say of the paper: the words that they quote from it, and the sections that they cite.
 * test/spec/paper-quotations.json has the quotations, short as they are; the paper itself is not committed.
 */

/** A comment, a string or a paragraph: text in which quotation marks are quotation marks. */
export interface Prose {
  readonly kind: "comment" | "string" | "paragraph";
  readonly line: number;
  readonly text: string;
}

export interface Quotation {
  readonly quote: string;
  /** The section cited next to it: the last one before it or, if there is none, the first one after it. */
  readonly section: string | undefined;
}

const plain = (text: string) =>
  text
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
    .replace(/[–—]/g, "-")
    .replace(/\.\.\./g, "…")
    .replace(/\s+/g, " ")
    .trim();

// Where prose is

const lineOf = (source: string, at: number) => source.slice(0, at).split("\n").length;

/** Comments that begin with `mark`; those on lines that follow each other are one. */
function lineComments(source: string, mark: string): Prose[] {
  const found: { line: number; last: number; own: boolean; text: string }[] = [];
  for (const [index, line] of source.split("\n").entries()) {
    const at = line.indexOf(mark);
    if (at < 0) continue;
    const own = line.slice(0, at).trim() === "";
    const [before, text] = [found.at(-1), line.slice(at + mark.length)];
    // A comment behind code stands by itself.
    if (before && before.last === index && before.own && own) {
      before.text += ` ${text}`;
      before.last = index + 1;
    } else found.push({ line: index + 1, last: index + 1, own, text });
  }
  return found.map(({ line, text }) => ({ kind: "comment", line, text: plain(text) }));
}

export const proseOfMurphi = (source: string) => lineComments(source, "--");

/** One paragraph or list item after the other, without code. */
export function proseOfMarkdown(source: string): Prose[] {
  const blank = (code: string) => code.replace(/[^\n]/g, " ");
  const words = source
    .replace(/^```[\s\S]*?^```/gm, blank)
    .replace(/^ {4}.*$/gm, blank)
    .replace(/`[^`\n]*`/g, blank);
  return [...words.matchAll(/\S[\s\S]*?(?=\n[ \t]*\n|\n[-|#] |\s*$(?![\s\S]))/g)].map(({ 0: text, index }) => ({
    kind: "paragraph",
    line: lineOf(source, index),
    text: plain(text),
  }));
}

/** Comments and strings. */
export function proseOfTypeScript(source: string): Prose[] {
  const found: Prose[] = [];
  const note = (kind: "comment" | "string", from: number, text: string) =>
    found.push({ kind, line: lineOf(source, from), text: plain(text) });
  let at = 0;

  /** Reads on to the end, or to the bracket that closes `${`. */
  function code(inTemplate: boolean): void {
    for (let depth = 0; at < source.length; ) {
      const from = at;
      const [sign, two] = [source[at]!, source.slice(at, at + 2)];
      if (two === "/*") {
        at = source.indexOf("*/", at) + 2;
        note("comment", from, source.slice(from + 2, at - 2).replace(/^\s*\*/gm, " "));
      } else if (two === "//") {
        at += /^(?:\/\/.*(?:\n[ \t]*(?=\/\/))?)+/.exec(source.slice(at))![0].length;
        note("comment", from, source.slice(from, at).replace(/^\s*\/\//gm, " "));
      } else if (sign === '"' || sign === "'") {
        while (source[++at] !== sign) if (source[at] === "\\") at++;
        note("string", from, source.slice(from + 1, at++).replace(/\\(.)/g, "$1"));
      } else if (sign === "`") template();
      else {
        at++;
        if (sign === "{") depth++;
        if (sign === "}" && depth-- === 0 && inTemplate) return;
      }
    }
  }

  function template(): void {
    const from = at++;
    let text = "";
    while (source[at] !== "`") {
      if (source.startsWith("${", at)) {
        at += 2;
        code(true);
        text += "…";
      } else if (source[at] === "\\") {
        text += source[at + 1];
        at += 2;
      } else text += source[at++];
    }
    at++;
    note("string", from, text);
  }

  code(false);
  return found;
}

// What prose says

/** As in "4.2", "section 4" and "4: …"; 4.7a is a stage, not a section. */
const SECTION = /(?<![\w.])(\d\.\d)(?![\da-z])|[Ss]ections? (\d)(?!\.?\d)|^(4)(?=[:,] )/g;

function citations(text: string): { section: string; at: number }[] {
  return [...text.matchAll(SECTION)].map(({ 1: full, 2: named, 3: head, index }) => ({
    section: (full ?? named ?? head)!,
    at: index,
  }));
}

/** The sections that a text cites, each once. */
export const sectionsCited = (text: string) => [...new Set(citations(text).map(({ section }) => section))];

/** The number of the open question that a sentence rests on, if it says so at its head. */
export function questionOf(says: string): number | undefined {
  const number = /^question (\d+): /.exec(says)?.[1];
  return number === undefined ? undefined : Number(number);
}

export function quotationsIn(text: string): Quotation[] {
  const words = plain(text);
  const quoted = [...words.matchAll(/"([^"]+)"/g)];
  // What is quoted may have numbers in it, which cite nothing.
  const cited = citations(words.replace(/"[^"]+"/g, (all) => " ".repeat(all.length)));
  return quoted.map(({ 1: quote, index }) => ({
    quote: quote!,
    section: (cited.findLast(({ at }) => at < index) ?? cited[0])?.section,
  }));
}

// The paper

const HEADING = /^(\d(?:\.\d)?)\.? ([A-Z].*)$/;
const CAPTION = /^Figure \d+: .*$/gm;

/** The paper's text by its sections: what stands below a heading, down to the next heading. */
export class Paper {
  readonly title: string;
  readonly headings: Readonly<Record<string, string>>;
  private readonly texts = new Map<string, string>();

  constructor(text: string) {
    const lines: { [section: string]: string[] } = { "": [] };
    const headings: Record<string, string> = {};
    let section = "";
    for (const line of text.split("\n")) {
      const heading = HEADING.exec(line);
      if (heading) {
        section = heading[1]!;
        headings[section] = heading[2]!;
        lines[section] = [heading[2]!];
      } else lines[section]!.push(line);
    }
    this.title = lines[""]!.find((line) => line.trim() !== "")!;
    this.headings = headings;
    for (const [name, own] of Object.entries(lines)) this.texts.set(name, readable(own.join("\n")));
  }

  /** Whether the words stand in the section; those on the two sides of an ellipsis, in this order. */
  has(section: string, quote: string): boolean {
    const text = this.texts.get(section);
    if (text === undefined) return false;
    let from = 0;
    for (const part of plain(quote).split(/\s*…\s*/)) {
      if (part === "") continue;
      from = endOf(text, part, from);
      if (from < 0) return false;
    }
    return true;
  }

  /** The sections that have the words. */
  placesOf(quote: string): string[] {
    return Object.keys(this.headings).filter((section) => this.has(section, quote));
  }
}

/** Without emphasis, and put together where a page ends within a sentence or a word, with a figure between. */
function readable(text: string): string {
  const captions = text.match(CAPTION) ?? [];
  const body = text
    .replace(CAPTION, "")
    .replace(/[*`]/g, "")
    .replace(/([a-z])-[ \t]*\n\s*([a-z])/g, "$1$2");
  return plain([body, ...captions].join("\n"));
}

/**
 * Where whole words end in a text, or -1. A sentence may be quoted from its middle, so that its first letter may be of
 * either case.
 */
function endOf(text: string, words: string, from: number): number {
  const first = words[0]!;
  const others = [first.toLowerCase(), first.toUpperCase()].map((letter) => letter + words.slice(1));
  const isInWord = (at: number) => /\w/.test(text[at] ?? " ");
  for (let at = from; at <= text.length - words.length; at++) {
    const end = at + words.length;
    if (!others.includes(text.slice(at, end))) continue;
    const [cutsFirst, cutsLast] = [/\w/.test(first) && isInWord(at - 1), /\w$/.test(words) && isInWord(end)];
    if (!cutsFirst && !cutsLast) return end;
  }
  return -1;
}
