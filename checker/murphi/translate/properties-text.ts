/** Invariants, covers and assumptions at the top level as properties and constraints. */
import type { PropertySyntax } from "../syntax.js";
import { shortened } from "../written.js";
import { quoted } from "./code.js";
import { docComment } from "./comments.js";
import { Context, type File } from "./context.js";
import { type Around, type Domain, domainOf } from "./domains-text.js";
import type { Env } from "./env.js";
import { valueOf } from "./expressions.js";
import { identifier } from "./names.js";
import { aliases } from "./statements.js";
import type { SetTarget } from "./target-types.js";
import { indented } from "./writes.js";

export interface PropertyOfFile {
  readonly syntax: PropertySyntax;
  readonly around: readonly Around[];
  readonly name: string;
}

export interface PropertyText {
  readonly lines: readonly string[];
  readonly listed: string;
  /** Of an assumption: the condition on an initial state. */
  readonly assumed?: string;
}

/** Returns a property, or a constraint for an assumption. @throws LoadError for liveness */
export function propertyText(file: File, env: Env, of: PropertyOfFile, sets: Set<SetTarget>): PropertyText {
  const { pass } = file;
  const { syntax, name } = of;
  const { category } = syntax;
  if (category === "liveness")
    throw pass.refused(
      syntax.at,
      "liveness, which says that from every state one can be reached in which its condition holds: no property of popcheck's " +
        "says that of a graph of states. It",
    );
  const comment = docComment(pass.comments.at(Math.max(syntax.at, of.around.at(-1)?.at ?? 0)));
  const { domains, condition } = conditionOf(file, env, of, category === "assume" ? "after" : "state", sets);
  const range = `{${domains.length === 0 ? "" : ` ${domains.map(({ name, text }) => (name === text ? name : `${name}: ${text}`)).join(", ")} `}}`;
  const binding = domains.length === 0 ? "" : `, { ${domains.map(({ name }) => name).join(", ")} }`;
  const text = pass.names.take(identifier(name, category === "assert" ? "invariant" : category));
  const takesParameters = range.includes("parameters");
  const head = `const ${text} = ${takesParameters ? "(parameters: Parameters) => " : ""}`;
  const listed = takesParameters ? `${text}(parameters)` : text;
  const words = shortened(syntax.text, 90);
  if (category === "cover") {
    for (const each of ["reachable", "goal"]) pass.uses(each);
    const lines = [
      ...comment,
      `${head}reachable({`,
      `  name: ${quoted(name)},`,
      '  says: "the cover is met",',
      `  goals: [goal(${quoted(shortened(syntax.text))}, ${range}, (state${binding}) => ${condition.join("\n")})],`,
      "});",
    ];
    return { lines, listed };
  }
  const made = category === "assume" ? "actionConstraint" : "always";
  pass.uses(made);
  const given = category === "assume" ? `(_before, after${binding})` : `(state${binding})`;
  const lines = [
    ...comment,
    `${head}${made}({`,
    `  name: ${quoted(name)},`,
    `  says: ${quoted(words)},`,
    `  for: ${range},`,
    ...indented(`holds: ${given} => ${condition.join("\n")},`.split("\n")),
    ...(category === "assume" ? [] : [`  explain: () => ${quoted(`${words} is false`)},`]),
    "});",
  ];
  if (category !== "assume") return { lines, listed };
  const start = conditionOf(file, env, of, "state", new Set());
  const one = start.condition.length === 1 ? start.condition[0]! : `(() => ${start.condition.join("\n")})()`;
  const assumed = start.domains.reduceRight((inner, { name, list }) => `${list}.every((${name}) => ${inner})`, one);
  return { lines, listed, assumed };
}

/** Returns what a condition ranges over, and the body of the function that asks it. */
function conditionOf(
  file: File,
  env: Env,
  { syntax, around }: PropertyOfFile,
  state: string,
  sets: Set<SetTarget>,
): { readonly domains: readonly Domain[]; readonly condition: readonly string[] } {
  let context = Context.of(file, env.within(), "property", state);
  const domains: Domain[] = [];
  const lines: string[] = [];
  for (const each of around) {
    context = context.within();
    context.canHoist = true;
    if (each.kind === "ruleset")
      for (const quantifier of each.quantifiers) domains.push(domainOf(context, quantifier, sets));
    if (each.kind === "alias") lines.push(...aliases(context, each.aliases));
  }
  context.canHoist = false;
  let asked = syntax.condition;
  // What is asked of all values of a type is asked for each of them, unless the order in which they are asked tells.
  const isPlain = lines.length === 0 && syntax.category === "assert" && !valueOf(context, asked).canFault;
  while (isPlain && asked.kind === "forall" && "type" in asked.quantifier) {
    context = context.within();
    domains.push(domainOf(context, asked.quantifier, sets));
    asked = asked.body;
  }
  const { text } = valueOf(context, asked);
  if (lines.length === 0) return { domains, condition: [text] };
  return { domains, condition: ["{", ...indented([...lines, `return ${text};`]), "}"] };
}
