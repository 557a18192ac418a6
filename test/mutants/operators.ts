/**
 * Mutants of a source text: the text with one small mistake of a kind that people make. What the text says to people
 * (messages, comments) and to the compiler (types, imports) is left as it is.
 */
import { parseAst } from "vitest/node";

/** A mistake, as a replacement in the text. */
export interface Mutant {
  /** The part of the text that is replaced, as offsets in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  /** The number of the line where the part begins, from 1 on. */
  readonly line: number;
}

/** A node of the syntax tree, as ESTree has it with TypeScript's additions. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** By operator: what it may be mistaken for. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
  "+": ["-"],
  "-": ["+"],
  "*": ["/"],
  "/": ["*"],
  "%": ["*"],
  "<<": [">>"],
  ">>": ["<<"],
  ">>>": ["<<"],
  "&": ["|"],
  "|": ["&"],
  "^": ["&"],
  "&&": ["||"],
  "||": ["&&"],
  "??": ["&&"],
  "+=": ["-=", "="],
  "-=": ["+=", "="],
  "|=": ["&=", "="],
  "&=": ["|=", "="],
  "^=": ["="],
  "<<=": [">>="],
  ">>=": ["<<="],
  "??=": ["="],
  "++": ["--"],
  "--": ["++"],
};

/** By method or function: what it may be mistaken for. */
const CALLS: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  push: "unshift",
  unshift: "push",
  pop: "shift",
  shift: "pop",
  floor: "ceil",
  ceil: "floor",
  first: "last",
  add: "delete",
  findIndex: "findLastIndex",
  find: "findLast",
};

/** Methods that may be left out of a chain of calls: the value that they are called on stands for their result. */
const LEFT_OUT: ReadonlySet<string> = new Set(["filter", "sort", "reverse", "slice", "subarray", "concat", "toSorted"]);

/** Calls that only tell people something, or that end the program: what is within is no part of what is computed. */
const SKIPPED_TYPES = /^(TS(?!NonNull|As|TypeAssertion|Satisfies)|Import|ExportAll|Throw|TemplateLiteral)/;

/**
 * Returns the mutants of a TypeScript or AssemblyScript source, in the order of their places.
 * @param source the text of the file
 * @throws Error if `source` has a mistake of syntax
 */
export function mutantsOf(source: string): Mutant[] {
  const mutants: Mutant[] = [];
  const lineStarts = [0, ...[...source.matchAll(/\n/g)].map(({ index }) => index + 1)];
  const put = (start: number, end: number, replacement: string) => {
    if (source.slice(start, end) === replacement) return;
    mutants.push({ start, end, replacement, line: lineStarts.filter((at) => at <= start).length });
  };
  const text = ({ start, end }: Node) => source.slice(start, end);
  const operator = (left: Node, right: Node, symbol: string) => {
    const at = source.indexOf(symbol, left.end);
    if (at < 0 || at >= right.start) return;
    for (const other of OPERATORS[symbol] ?? []) put(at, at + symbol.length, other);
  };

  const visit = (node: Node, parent: Node | undefined): void => {
    if (SKIPPED_TYPES.test(node.type)) return;
    mutate(node, parent);
    for (const [key, value] of Object.entries(node)) {
      if (key === "typeAnnotation" || key === "typeParameters" || key === "typeArguments" || key === "returnType")
        continue;
      for (const child of Array.isArray(value) ? value : [value]) if (isNode(child)) visit(child, node);
    }
  };

  const mutate = (node: Node, parent: Node | undefined): void => {
    switch (node.type) {
      case "BinaryExpression":
      case "LogicalExpression":
      case "AssignmentExpression":
        operator(node["left"] as Node, node["right"] as Node, node["operator"] as string);
        break;
      case "UpdateExpression": {
        const symbol = node["operator"] as string;
        const at = node["prefix"] === true ? node.start : node.end - symbol.length;
        for (const other of OPERATORS[symbol]!) put(at, at + symbol.length, other);
        break;
      }
      case "UnaryExpression":
        if (["!", "-", "~"].includes(node["operator"] as string)) put(node.start, node.start + 1, "");
        break;
      case "IfStatement":
      case "ConditionalExpression":
        condition(node["test"] as Node, ["true", "false"]);
        break;
      case "WhileStatement":
      case "ForStatement":
        if (isNode(node["test"])) condition(node["test"], ["false"]);
        break;
      case "Literal":
        literal(node, parent);
        break;
      case "ExpressionStatement":
        // A block that is the whole of a branch keeps its braces; elsewhere a statement may be needed.
        put(node.start, node.end, ";");
        break;
      case "ContinueStatement":
      case "BreakStatement":
        if (parent?.type !== "SwitchCase") put(node.start, node.end, ";");
        break;
      case "ReturnStatement":
        if (node["argument"] === null) put(node.start, node.end, ";");
        break;
      case "CallExpression":
        call(node);
        break;
    }
  };

  const condition = (test: Node, values: readonly string[]) => {
    if (test.type === "Literal") return;
    for (const value of values) put(test.start, test.end, value);
  };

  const literal = (node: Node, parent: Node | undefined) => {
    const value = node["value"];
    if (typeof value === "boolean") put(node.start, node.end, String(!value));
    if (typeof value !== "number" || !Number.isInteger(value)) return;
    // The first element of a subscript such as words[at + 0] is written by the operator's mutant, too.
    if (parent?.type === "BinaryExpression" && value === 0) return;
    put(node.start, node.end, String(value + 1));
  };

  const call = (node: Node) => {
    const callee = node["callee"] as Node;
    const name = callee.type === "MemberExpression" ? (callee["property"] as Node) : callee;
    if (name.type !== "Identifier") return;
    const other = CALLS[text(name)];
    if (other !== undefined && (callee.type === "MemberExpression" || ["min", "max"].includes(text(name))))
      put(name.start, name.end, other);
    if (callee.type === "MemberExpression" && LEFT_OUT.has(text(name))) {
      put((callee["object"] as Node).end, node.end, "");
    }
  };

  visit(parseAst(source, { lang: "ts" }) as unknown as Node, undefined);
  return mutants.sort((a, b) => a.start - b.start || a.end - b.end);
}

/** Returns the text with the mutant's mistake. */
export function apply(source: string, { start, end, replacement }: Mutant): string {
  return source.slice(0, start) + replacement + source.slice(end);
}

/** Describes a mutant in a line: what stands there, and what stands there instead. */
export function describe(source: string, { start, end, replacement }: Mutant): string {
  const short = (text: string) => text.replace(/\s+/g, " ").trim();
  return `\`${short(source.slice(start, end))}\` → \`${short(replacement)}\``;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}
