/** Long lines broken where a formatter would: at the arguments of the outermost bracket, or at the operators within. */

const MOST = 120;

/** Returns a text whose lines are broken where they are too long and can be. */
export function wrapped(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => broken(line))
    .join("\n");
}

function broken(line: string): readonly string[] {
  if (line.length <= MOST || /^\s*(\*|\/\*|\/\/)/.test(line)) return [line];
  const indent = /^ */.exec(line)![0];
  const calls = callsOf(line);
  if (calls.length > 1) {
    const starts = [0, ...calls];
    const parts = starts.map((start, i) => line.slice(start, calls[i] ?? line.length));
    return [parts[0]!, ...parts.slice(1).flatMap((part) => broken(`${indent}  ${part}`))];
  }
  const group = outermost(line);
  if (group === undefined) return [line];
  const [before, inside, after] = [
    line.slice(0, group.start + 1),
    line.slice(group.start + 1, group.end),
    line.slice(group.end),
  ];
  const parts = partsOf(inside.trim());
  const isKeyword = /(^|\W)(if|for|while|switch) \($/.test(before);
  // Brackets around an operand take no comma, nor do those of a keyword.
  const isList = parts.separator === "," && !isKeyword && /[[{]$|[\w>)\]]\($/.test(before);
  const lines = parts.all.map((part) => `${indent}  ${part}${isList ? "," : ""}`);
  return [before, ...lines.flatMap(broken), ...broken(`${indent}${after}`)];
}

/** Returns where the writes of a chain begin, outside of all brackets. */
function callsOf(line: string): readonly number[] {
  const found: number[] = [];
  let depth = 0;
  forEachSign(line, (sign, at) => {
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
    else if (depth === 0 && /^\.with[A-Z]\w*\(/.test(line.slice(at, at + 80))) found.push(at);
  });
  return found;
}

interface Group {
  readonly start: number;
  readonly end: number;
}

/** Returns the bracket that a line is best broken in: the last one at the outermost level that is closed and long. */
function outermost(line: string): Group | undefined {
  const groups: Group[] = [];
  const open: number[] = [];
  forEachSign(line, (sign, at) => {
    if ("([{".includes(sign)) open.push(at);
    else if (")]}".includes(sign) && open.length > 0) {
      const start = open.pop()!;
      if (open.length === 0) groups.push({ start, end: at });
    }
  });
  const long = groups.filter(({ start, end }) => end - start > 20);
  return long.at(-1);
}

/** Returns the parts of what stands in a bracket. */
function partsOf(inside: string): { readonly all: readonly string[]; readonly separator: string } {
  const commas = splitAt(inside, /^, ?/);
  if (commas.length > 1) return { all: commas, separator: "," };
  for (const operator of [/^ \|\| /, /^ && /]) {
    const parts = splitAt(inside, operator, true);
    if (parts.length > 1) return { all: parts, separator: "" };
  }
  return { all: [inside], separator: /^[\s\S]*=>/.test(inside) ? "," : "" };
}

function splitAt(text: string, pattern: RegExp, keeps = false): readonly string[] {
  const parts: string[] = [];
  let [depth, begin] = [0, 0];
  forEachSign(text, (sign, at) => {
    if ("([{".includes(sign)) depth++;
    else if (")]}".includes(sign)) depth--;
    if (depth !== 0) return;
    const found = pattern.exec(text.slice(at, at + 4))?.[0];
    if (found === undefined || at < begin) return;
    parts.push(text.slice(begin, at) + (keeps ? found.trimEnd() : ""));
    begin = at + found.length;
  });
  parts.push(text.slice(begin));
  return parts.map((part) => part.trim()).filter((part) => part !== "");
}

/** Calls for each character that is not within a text. */
function forEachSign(line: string, visit: (sign: string, at: number) => void): void {
  let quote = "";
  for (let at = 0; at < line.length; at++) {
    const sign = line[at]!;
    if (quote !== "") {
      if (sign === "\\") at++;
      else if (sign === quote) quote = "";
    } else if (sign === '"' || sign === "`") quote = sign;
    else visit(sign, at);
  }
}
