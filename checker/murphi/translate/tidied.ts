/** Lines of a function made shorter where a reader would write them so. */

/** Returns the lines of a function with writes joined, and with constants for what is written once. */
export function tidied(lines: readonly string[]): readonly string[] {
  return withoutCopy(constants(returnedAtOnce(chained(joinedWrites(lines)))));
}

/** Returns a text in which a name is another one, but in texts within it. */
function renamed(text: string, name: string, to: string): string {
  const pattern = new RegExp(`"(?:\\\\.|[^"\\\\])*"|(?<![\\w.$])${name}\\b`, "g");
  return text.replace(pattern, (found) => (found === name ? to : found));
}

/** Returns lines that read the state itself, where no line makes another one of it. */
function withoutCopy(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) => /^const next = (state|declared);$/.test(line));
  if (at < 0) return lines;
  const to = lines[at]!.slice("const next = ".length, -1);
  return [...lines.slice(0, at), ...lines.slice(at + 1).map((line) => renamed(line, "next", to))];
}

/** The longest expression that another call is chained to. */
const MOST_CHAINED = 400;

/** Joins writes behind one another, none of which reads what the one before has written. */
function chained(lines: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const line of lines) {
    const before = result.at(-1) ?? "";
    const [, indent, head, name, value] = /^( *)((?:let )?(\w+) = )(.*);$/.exec(before) ?? [];
    const [, indent2, head2, call] = /^( *)(\w+ = |return )\w+(\.with\w+\(.*\));$/.exec(line) ?? [];
    const isNext = value !== undefined && call !== undefined && indent === indent2;
    const reads = new RegExp(`(?<![\\w.$"])${name}\\b`);
    const isChain =
      isNext && line.startsWith(`${indent}${head2}${name}.with`) && /\.with\w+\(/.test(value) && !reads.test(call);
    const isSame =
      isChain && (head2 === "return " || head2 === `${name} = `) && value.length + call.length < MOST_CHAINED;
    if (!isSame || /\? .* : /.test(value.replace(/\(.*\)/g, ""))) result.push(line);
    else result[result.length - 1] = `${indent}${head}${value}${call};`;
    if (isSame && head2 === "return ") result.push(`${indent}return ${name};`);
  }
  return result;
}

/** Joins `let next = state;` and a `next = …;` behind it, and likewise what local variables begin with. */
function joinedWrites(lines: readonly string[]): readonly string[] {
  const result: string[] = [];
  for (const line of lines) {
    const before = result.at(-1);
    const declared = before === undefined ? null : /^let (\w+)(: [^=]+)? = (.*);$/.exec(before);
    const joined = declared === null ? undefined : joinedWith(line, declared[1]!, declared[2] ?? "", declared[3]!);
    if (joined === undefined) result.push(line);
    else result[result.length - 1] = joined;
  }
  return result;
}

function joinedWith(line: string, name: string, type: string, initial: string): string | undefined {
  const written = new RegExp(`^${name} = (.*);$`).exec(line)?.[1];
  if (written === undefined) return undefined;
  const mentions = new RegExp(`(?<![\\w.$"])${name}\\b`, "g");
  if (initial === "state" || initial === "declared") return `let ${name} = ${renamed(written, name, initial)};`;
  const record = /^new (\w+)\(\)$/.exec(initial)?.[1];
  if (record !== undefined) {
    const merged = new RegExp(`^${name}\\.merge\\((\\{ .* \\})\\)$`).exec(written)?.[1];
    if (merged !== undefined && !mentions.test(merged)) return `let ${name} = new ${record}(${merged});`;
    const [, field, value] = new RegExp(`^${name}\\.set\\("(\\w+)", (.*)\\)$`).exec(written) ?? [];
    if (field !== undefined && !value!.match(mentions))
      return `let ${name} = new ${record}({ ${field === value ? field : `${field}: ${value}`} });`;
    return undefined;
  }
  if (written.match(mentions)) return undefined;
  const nullable = /^null as (.*)$/.exec(initial)?.[1];
  return `let ${name}: ${nullable ?? (type === "" ? "" : type.slice(2))} = ${written};`.replace(/: {2}=/, " =");
}

/** Makes constants of variables that no later line writes. */
function constants(lines: readonly string[]): readonly string[] {
  return lines.map((line, i) => {
    const name = /^let (\w+)/.exec(line)?.[1];
    if (name === undefined) return line;
    const write = new RegExp(`(?<![\\w.$"])${name} = `);
    return lines.some((other, j) => i !== j && write.test(other)) ? line : line.replace(/^let/, "const");
  });
}

/** Returns the body of a function without a variable for what it returns at once. */
function returnedAtOnce(lines: readonly string[]): readonly string[] {
  const [last, before] = [lines.at(-1), lines.at(-2)];
  const [, name, value] = /^(?:let |const )?(\w+) = (.*);$/.exec(before ?? "") ?? [];
  if (name === undefined || last !== `return ${name};`) return lines;
  return [...lines.slice(0, -2), `return ${value};`];
}
