/** The whole text of a translation, from its imports to the model. */
import type { Item, RuleItem } from "../syntax.js";
import { quoted } from "./code.js";
import { docComment } from "./comments.js";
import type { Contents } from "./contents.js";
import { Context, type File } from "./context.js";
import { declareConstant, declareVariable, type ParameterText, typeDeclaration, variableText } from "./declarations.js";
import { Env } from "./env.js";
import { valueOf } from "./expressions.js";
import { functionText } from "./functions.js";
import { helpingFunctions } from "./helping-functions.js";
import type { Pass } from "./pass.js";
import { propertyText } from "./properties-text.js";
import { openText, type RuleOfFile, ruleText, startstateText } from "./rules.js";
import type { SetTarget } from "./target-types.js";
import { Types } from "./types-of-file.js";
import { wrapped } from "./wrapped.js";
import { indented } from "./writes.js";

export const DEFAULT_NAME = "model";

/** What stands for lines that are known when all others are. No Murphi file has such a character. */
const [VOCABULARY_PLACE, DEADLOCK_PLACE] = ["\u0001vocabulary", "\u0001deadlock"];

/** What the text is made of. */
class Document {
  readonly parameters: ParameterText[] = [];
  readonly variableLines: string[] = [];
  /** Functions, rules, startstates and properties, in the order of the file. */
  readonly parts: (readonly string[])[] = [];
  readonly actions: string[] = [];
  readonly initial: string[] = [];
  readonly properties: string[] = [];
  readonly constraints: string[] = [];
  readonly assumed: string[] = [];
  /** The scalarsets that rules and properties range over. */
  readonly ranged = new Set<SetTarget>();
}

/** Returns the text of the translation, as this pass knows it. */
export function documentText(pass: Pass, contents: Contents): string {
  const header = pass.comments.header();
  const types = new Types(pass, (env, of) => valueOf(Context.ofConstants(file, env), of));
  const file: File = { pass, types, variables: [] };
  const env = new Env(pass.names);
  env.names.set("boolean", { kind: "type", type: BOOLEAN_TYPE });
  for (const word of ["true", "false"])
    env.names.set(word, { kind: "constant", code: { ...valueOfWord(word), constant: word === "true" } });
  const document = new Document();
  const variableComments = new Map<string, readonly string[]>();
  for (const item of contents.items) {
    if (item.kind === "const") {
      const parameter = declareConstant(file, env, item, contents.items, contents.given);
      if (parameter !== undefined) document.parameters.push(parameter);
    } else if (item.kind === "type") types.declare(env, item.type, item.name, pass.comments.at(item.at));
    else if (item.kind === "var") {
      variableComments.set(item.name, pass.comments.at(item.at));
      declareVariable(file, env, item);
    } else if (item.kind === "function") document.parts.push(functionText(file, env, item));
    else ruleParts(file, env, item, contents, document);
  }
  const context = Context.of(file, env, "property", "").withParameters("parameters");
  for (const variable of file.variables) {
    document.variableLines.push(
      ...docComment(variableComments.get(variable.name) ?? []),
      `${variableText(context, variable)},`,
    );
  }
  document.variableLines.push(...unindexed(file, document));
  return assembled(file, contents, document, header);
}

const BOOLEAN_TYPE = { kind: "boolean", id: 0, name: undefined } as const;

function valueOfWord(word: string) {
  return { text: word, level: 20, type: BOOLEAN_TYPE, interval: undefined, canFault: false, isStable: true } as const;
}

function ruleParts(file: File, env: Env, item: Item, contents: Contents, document: Document): void {
  const walk = (each: RuleItem): void => {
    if (each.kind === "property") {
      const { lines, listed, assumed } = propertyText(file, env, contents.properties.get(each)!, document.ranged);
      document.parts.push(lines);
      (assumed === undefined ? document.properties : document.constraints).push(listed);
      if (assumed !== undefined) document.assumed.push(assumed);
    } else if (each.kind === "startstate") {
      const { lines, listed } = startstateText(file, env, contents.rules.get(each)!);
      document.parts.push(lines);
      document.initial.push(listed);
    } else if (each.kind === "rule") {
      const rule = contents.rules.get(each)!;
      const { lines, listed } = ruleText(file, env, rule, document.ranged, othersOpen(file, env, rule, contents));
      document.parts.push(lines);
      document.actions.push(listed);
    } else if ("rules" in each) for (const inner of each.rules) walk(inner);
  };
  walk(item as RuleItem);
}

/** Returns the conditions that rules with a lower number are enabled. */
function othersOpen(file: File, env: Env, { syntax }: RuleOfFile, { rules }: Contents): readonly string[] {
  const others = [...rules.values()].filter(
    (other) => other.syntax.kind === "rule" && other.syntax.priority < syntax.priority,
  );
  return others.map((other) => openText(file, env, other));
}

/** Returns the variables that are there only so that members which index nothing can be exchanged. */
function unindexed({ types, variables, pass }: File, { ranged }: Document): readonly string[] {
  const indexing = new Set(
    variables.flatMap(({ sets }) => sets.flatMap((set) => (set.kind === "union" ? set.of : [set as SetTarget]))),
  );
  return types.inOrder.flatMap(({ type }) => {
    if (type.kind !== "scalarset" || !type.isDeclared || indexing.has(type) || ranged.has(type)) return [];
    const name = `each${type.name}`;
    return [
      `/** Never changes: it makes the members of ${type.set} exchangeable, which index nothing else. */`,
      `${name}: ${pass.uses("perMember")}(${type.set}, true),`,
    ];
  });
}

function assembled({ pass, types }: File, contents: Contents, document: Document, header: readonly string[]): string {
  for (const each of ["noDeadlock"]) pass.uses(each);
  const { parameters } = document;
  const declared = types.inOrder.map(({ type, comment }) => [
    ...docComment(comment),
    ...typeDeclaration({ pass, types, variables: [] }, type),
  ]);
  const takesParameters = (texts: readonly string[]) =>
    texts.some((text) => text.includes("parameters")) ? "parameters" : "";
  const variables = document.variableLines;
  if (pass.helpers.has("mayStutter")) pass.uses("Bag");
  const sizes = new Set(types.inOrder.flatMap(({ type }) => (type.kind === "scalarset" ? [type.size.text] : [])));
  const helpers = helpingFunctions(pass.helpers);
  const wantsParameters = parameters.length > 0;
  const sections: (readonly string[])[] = [
    docComment([
      ...header,
      ...(header.length === 0 ? [] : [""]),
      `Translated from ${contents.name}.m by popcheck translate.`,
    ]),
    [],
    wantsParameters ? parameterLines(pass, parameters, sizes) : [],
    ...grouped(declared),
    [
      `const variables = (${takesParameters(variables) === "" ? "" : "parameters: Parameters"}) => ({`,
      ...indented(variables),
      "});",
      `type State = StateOf<ReturnType<typeof variables>${wantsParameters ? ", Parameters" : ""}>;`,
      VOCABULARY_PLACE,
    ],
    ...document.parts,
    [DEADLOCK_PLACE],
    modelLines(contents, document),
    ...helpers.map((text) => text.split("\n")),
  ];
  const text = sections
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n");
  return `${finished(pass, text)}\n`;
}

/** Joins declarations of one line with their neighbours. */
function grouped(declared: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const groups: string[][] = [];
  for (const lines of declared) {
    const last = groups.at(-1);
    if (lines.length === 1 && last !== undefined && last.length > 0 && last.every((line) => line.startsWith("type ")))
      last.push(...lines);
    else groups.push([...lines]);
  }
  return groups;
}

function parameterLines(
  pass: Pass,
  parameters: readonly ParameterText[],
  sizes: ReadonlySet<string>,
): readonly string[] {
  pass.uses("integer");
  pass.uses("ValuesOf");
  const lines = parameters.flatMap(({ name, constant, value, comment }) => {
    const isSize = sizes.has(`§.${name}`);
    const least = isSize ? 1 : value < 0 ? value * 1000 : 0;
    const most = Math.max(65_536, value);
    return [
      ...docComment(comment),
      `${name}: integer("the constant ${constant}", { default: ${value}, min: ${least}, max: ${most} }),`,
    ];
  });
  return ["const parameters = {", ...indented(lines), "};", "type Parameters = ValuesOf<typeof parameters>;"];
}

function modelLines({ name, file }: Contents, document: Document): readonly string[] {
  const { actions, properties, constraints, initial, assumed, parameters } = document;
  const listing = (field: string, texts: readonly string[]) => {
    const given = texts.some((text) => text.includes("(parameters)")) ? "(parameters)" : "()";
    return `  ${field}: ${given} => [${texts.join(", ")}],`;
  };
  const states = `[${initial.join(", ")}]`;
  const filter = assumed.length === 0 ? "" : `.filter((state) => ${assumed.map((text) => `(${text})`).join(" && ")})`;
  return [
    "export default model({",
    `  name: ${quoted(name)},`,
    `  about: ${quoted(`translated from ${file.replace(/^.*[\\/]/, "")}, a Murphi model`)},`,
    ...(parameters.length === 0 ? ["  parameters: {},"] : ["  parameters,"]),
    "  variables,",
    `  initial: (declared) => ${states}${filter},`,
    listing("actions", actions),
    listing("properties", [...properties, "deadlock"]),
    ...(constraints.length === 0 ? [] : [listing("constraints", constraints)]),
    "});",
  ];
}

/** The functions of the vocabulary whose states are of the model's type. */
const OF_VOCABULARY = ["action", "always", "actionConstraint", "goal", "noDeadlock", "reachable"];
const IS_TYPE = /^(Binding|Choice|Disabled|Domains|Member|OrderedMember|Result|StateOf|ValuesOf)$/;

/** Puts imports and vocabulary where they belong, and lines of a readable length. */
function finished(pass: Pass, text: string): string {
  const deadlock = [
    "const deadlock = noDeadlock({",
    '  name: "no deadlock",',
    '  says: "in every state some rule leads to another state",',
    "  stuck: () => true,",
    '  explain: () => "no rule is enabled that changes the state",',
    "});",
  ].join("\n");
  const whole = text.replace(DEADLOCK_PLACE, deadlock);
  const isUsed = (name: string) =>
    new RegExp(`(?<![\\w."])${name}\\b`).test(whole.replace(/^ ?\*.*$|\/\*\*.*$|\/\/.*$/gm, ""));
  const used = [...pass.imports].filter((name) => name === "vocabulary" || isUsed(name));
  const vocabulary = used.filter((name) => OF_VOCABULARY.includes(name)).sort();
  const imported = used.filter((name) => !OF_VOCABULARY.includes(name)).sort(inOrder);
  const immutable = [
    ...pass.immutable,
    ...(pass.helpers.has("filled") || pass.helpers.has("gathered") ? ["Map as ImmutableMap"] : []),
  ].filter((name) => isUsed(name.replace("Map as ", "")));
  const imports = [
    ...(immutable.length === 0
      ? []
      : [`import { ${[...new Set(immutable)].sort(inOrder).join(", ")} } from "immutable";`]),
    `import { ${imported.map((name) => (IS_TYPE.test(name) ? `type ${name}` : name)).join(", ")} } from "popcheck/model";`,
  ];
  const [comment, ...rest] = whole.split("\n\n");
  const body = rest.join("\n\n").replace(VOCABULARY_PLACE, `const { ${vocabulary.join(", ")} } = vocabulary<State>();`);
  const kept = body.replace(/^type (\w+) = number;\n\n?/gm, (line, name) =>
    new RegExp(`\\b${name}\\b`).test(body.replace(line, "")) ? line : "",
  );
  return wrapped([comment, ...imports, "", kept].join("\n"));
}

/** Compares names as the linter orders them: letter by letter, a capital before the small one. */
function inOrder(a: string, b: string): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    if (a[i] === b[i]) continue;
    const [x, y] = [a[i]!.toLowerCase(), b[i]!.toLowerCase()];
    return x === y ? (a[i]! < b[i]! ? -1 : 1) : x < y ? -1 : 1;
  }
  return a.length - b.length;
}
