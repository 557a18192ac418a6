/** Rules as actions, startstates as functions to initial states. */
import type { CheckedRule } from "../check-file.js";
import type { Expression, RuleSyntax, Statement } from "../syntax.js";
import { written } from "../written.js";
import { quoted } from "./code.js";
import { docComment } from "./comments.js";
import { Context, type File } from "./context.js";
import { type Around, type Domain, domainOf } from "./domains-text.js";
import { type Doing, type Env, newDoing, type WrittenPlace } from "./env.js";
import { messageName, negation, placeOf } from "./expressions.js";
import { endsAlways } from "./functions.js";
import { identifier } from "./names.js";
import { rawText } from "./places.js";
import { aliases, block, locals } from "./statements.js";
import { type BagTarget, holdsBag, type SetTarget } from "./target-types.js";
import { tidied } from "./tidied.js";
import { listText } from "./values.js";
import { indented } from "./writes.js";

/** A rule in TypeScript. */
export interface RuleText {
  readonly lines: readonly string[];
  /** The text of the actions in the list of all. */
  readonly listed: string;
}

/** A rule of the file, and what is known of it. */
export interface RuleOfFile {
  readonly syntax: RuleSyntax;
  readonly around: readonly Around[];
  readonly checked: CheckedRule;
  readonly name: string;
}

/** Returns the action of a rule, or the two actions of one that may leave the state as it is. */
export function ruleText(
  file: File,
  env: Env,
  of: RuleOfFile,
  sets: Set<SetTarget>,
  before: readonly string[],
): RuleText {
  const { pass } = file;
  const { syntax, checked, name } = of;
  const comment = pass.comments.at(Math.max(syntax.at, of.around.at(-1)?.at ?? 0));
  const does = newDoing();
  const context = Context.of(file, env.within(), "rule", "state", does);
  const domains: Domain[] = [];
  const body = around(context, of, domains, sets, (inner) => ruleBody(inner, syntax, before, of));
  const binding = domains.map(({ name }) => name).join(", ");
  const given = domains.length === 0 ? "(state)" : `(state, { ${binding} })`;
  const range = `{${domains.length === 0 ? "" : ` ${domains.map(entryText).join(", ")} `}}`;
  const [only] = body.length === 1 ? [/^return (.*);$/.exec(body[0]!)?.[1]] : [];
  const next = only === undefined ? functionLines(given, body) : [`${given} => ${only}`];
  const isOne = checked.surelyChanges;
  const text = pass.names.take(identifier(name, "rule"));
  const kind = isOne ? pass.uses("action") : pass.helper("mayStutter");
  if (!isOne) for (const each of ["action", "disabled", "Binding", "Domains", "Result"]) pass.uses(each);
  const places = isOne ? [] : writtenTexts(context, does, file);
  if (!isOne) comparing(file, does);
  const used = domains.filter(({ name }) => new RegExp(`\\b${name}\\b`).test(places.join()));
  const asked = used.length === 0 ? "(state)" : `(state, { ${used.map(({ name }) => name).join(", ")} })`;
  const asks = places.length === 0 ? "() => []" : `${asked} => [${places.join(", ")}]`;
  const takesParameters = range.includes("parameters");
  const head = `const ${text} = ${takesParameters ? "(parameters: Parameters) => " : ""}${kind}(`;
  const [first, ...others] = next;
  const lines = isOne
    ? [`${head}${quoted(name)}, ${range}, ${first}`, ...others]
    : [head, ...indented([`${quoted(name)},`, `${range},`, ...withBehind([first!, ...others], ","), `${asks},`]), ");"];
  if (isOne) lines[lines.length - 1] += ");";
  return {
    lines: [...docComment(comment), ...lines],
    listed: `${isOne ? "" : "..."}${text}${takesParameters ? "(parameters)" : ""}`,
  };
}

/** Returns a function with some lines; of one statement that returns, without braces. */
function functionLines(given: string, body: readonly string[]): readonly string[] {
  const isOne =
    /^return \w+\($/.test(body[0]!) && body.slice(1, -1).every((line) => line.startsWith("  ")) && body.at(-1) === ");";
  if (!isOne) return [`${given} => {`, ...indented(body), "}"];
  return [`${given} => ${body[0]!.slice("return ".length)}`, ...body.slice(1, -1), ")"];
}

/** Asks for what compares the places that a rule has written: a bag is equal if its messages are. */
function comparing({ pass, variables }: File, { writes }: Doing): void {
  pass.immutable.add("is");
  const types = writes.map(({ variable }) => variables.find(({ name }) => name === variable)!.type);
  if (!types.some(holdsBag)) return;
  pass.helper("isSame");
  pass.uses("Bag");
  if (!types.some((type) => type.kind !== "multiset" && holdsBag(type))) return;
  pass.helper("isSameWithin");
  for (const name of ["isMap", "isRecord"]) pass.immutable.add(name);
}

function withBehind(lines: readonly string[], sign: string): readonly string[] {
  return lines.map((line, i) => (i === lines.length - 1 ? line + sign : line));
}

function entryText({ name, text }: Domain): string {
  return name === text ? name : `${name}: ${text}`;
}

/** Declares what stands around a rule. @param then translates the rule within */
function around(
  context: Context,
  of: RuleOfFile,
  domains: Domain[],
  sets: Set<SetTarget>,
  then: (context: Context) => readonly string[],
  depth = 0,
): readonly string[] {
  const next = of.around[depth];
  if (next === undefined) return then(context);
  const inner = context.within();
  inner.canHoist = true;
  if (next.kind === "ruleset") {
    for (const quantifier of next.quantifiers) domains.push(domainOf(inner, quantifier, sets));
    return around(inner, of, domains, sets, then, depth + 1);
  }
  if (next.kind === "alias") {
    const lines = aliases(inner, next.aliases);
    return [...lines, ...around(inner, of, domains, sets, then, depth + 1)];
  }
  if (of.syntax.kind === "startstate") throw context.pass.refused(next.at, "a startstate within choose");
  const bag = placeOf(inner, next.multiset);
  const lines = inner.takeHoisted();
  const all = rawText(inner, bag);
  const message = messageName(inner, next.name, bag.type as BagTarget);
  const body = around(inner, of, domains, sets, then, depth + 1);
  const choose = context.pass.uses("chooseAny");
  const chosen = indented([
    `${all}.takeable(),`,
    `(${message}) => {`,
    ...indented(body),
    "},",
    `${quoted(next.name)},`,
  ]);
  return [...lines, `return ${choose}(`, ...chosen, ");"];
}

function ruleBody(
  context: Context,
  syntax: RuleSyntax,
  before: readonly string[],
  { around }: RuleOfFile,
): readonly string[] {
  const { pass } = context;
  const lines: string[] = [];
  const guard = syntax.guard === undefined ? "false" : negation(context, syntax.guard).text;
  const open = guard === "false" ? before : [guard, ...before];
  lines.push(...context.takeHoisted());
  for (const each of open) {
    pass.uses("disabled");
    lines.push(`if (${each}) return disabled;`);
  }
  const inner = context.within("next");
  inner.body = {
    returns: () => "return next;",
    refuses: "return disabled;",
    result: undefined,
    removesOnce: removesOnce(syntax.body, around),
  };
  if (assumes(syntax)) pass.uses("disabled");
  const body = [...locals(inner, syntax.declarations), ...block(inner, syntax.body)];
  if (!endsAlways(syntax.body)) body.push("return next;");
  return [...lines, ...tidied(["let next = state;", ...body])];
}

/** Tells whether a rule or a startstate assumes something on its way, and so may come to nothing. */
function assumes({ body }: RuleSyntax): boolean {
  return JSON.stringify(body).includes('"category":"assume"');
}

/** Tells whether a rule removes one message at the most, which it has chosen from the same multiset. */
function removesOnce(body: readonly Statement[], around: readonly Around[]): boolean {
  const choosers = around.filter((each) => each.kind === "choose");
  const found: Statement[] = [];
  let isDoubtful = choosers.length !== 1;
  const walk = (statements: readonly Statement[], isLoop: boolean): void => {
    for (const each of statements) {
      if (each.kind.startsWith("multisetremove")) found.push(each, ...(isLoop ? [each] : []));
      if (each.kind === "undefine" || each.kind === "clear" || (each.kind === "call" && each.given.length === 0))
        isDoubtful = true;
      if (each.kind === "if")
        for (const part of [...each.clauses.map(({ body }) => body), each.otherwise]) walk(part, isLoop);
      else if (each.kind === "switch")
        for (const part of [...each.cases.map(({ body }) => body), each.otherwise]) walk(part, isLoop);
      else if ("body" in each) walk(each.body, isLoop || each.kind !== "alias");
    }
  };
  walk(body, false);
  const [only, ...others] = found;
  if (isDoubtful || only?.kind !== "multisetremove" || others.length > 0) return false;
  const [chooser] = choosers;
  const isChosen = only.chosen.kind === "name" && only.chosen.name === chooser!.name;
  return isChosen && written(only.multiset) === written(chooser!.multiset);
}

/** Returns the texts of the places that a rule may write, each once. */
function writtenTexts(context: Context, { writes }: Doing, { variables }: File): readonly string[] {
  const needed = writes.filter(
    (each, i) => !writes.some((other, j) => covers(other, each) && (!covers(each, other) || j < i)),
  );
  return needed.map(({ variable, indices, steps }) => {
    const { reader, sets } = variables.find(({ name }) => name === variable)!;
    const inner = context.within();
    const given = indices.map((text, i) => text ?? inner.env.fresh(`${"ijk"[i]}`));
    const place = `state.${reader}(${given.join(", ")})${steps.map(({ text }) => text).join("")}`;
    const open = indices.flatMap((text, i) => (text === null ? [i] : []));
    if (open.length === 0) return place;
    const all = open.reduceRight((text, i, at) => {
      const list = listText(inner, sets[i]!);
      return `${list}.${at === open.length - 1 ? "map" : "flatMap"}((${given[i]}) => ${text})`;
    }, place);
    return `...${all}`;
  });
}

/** Tells whether to ask about one place is to ask about another one, too. */
function covers(a: WrittenPlace, b: WrittenPlace): boolean {
  return (
    a.variable === b.variable &&
    a.indices.every((text, i) => text === null || text === b.indices[i]) &&
    a.steps.length <= b.steps.length &&
    a.steps.every(({ text }, i) => text === b.steps[i]!.text)
  );
}

/** Returns the function of a startstate, and the text of the list of the states that it makes. */
export function startstateText(file: File, env: Env, of: RuleOfFile): RuleText {
  const { pass } = file;
  const { syntax } = of;
  const comment = pass.comments.at(Math.max(syntax.at, of.around.at(-1)?.at ?? 0));
  const context = Context.of(file, env.within(), "startstate", "next");
  const domains: Domain[] = [];
  const mayRefuse = assumes(syntax);
  const result = mayRefuse ? "return [next];" : "return next;";
  const body = around(context, of, domains, new Set(), (inner) => {
    inner.body = { returns: () => result, refuses: "return [];", result: undefined, removesOnce: false };
    const lines = [...locals(inner, syntax.declarations), ...block(inner, syntax.body)];
    return endsAlways(syntax.body) ? lines : [...lines, result];
  });
  context.flow.markLeft(file.variables);
  const text = pass.names.take(identifier(syntax.name ?? "", "start"));
  const given = ["declared: State", ...domains.map(({ name, type }) => `${name}: ${type}`)];
  const call = `${text}(${["declared", ...domains.map(({ name }) => name)].join(", ")})`;
  const list = [...domains].reverse().reduce((inner, { name, list }, i) => {
    const way = i === 0 && !mayRefuse ? "map" : "flatMap";
    return `${list.replaceAll("next.", "declared.")}.${way}((${name}) => ${inner})`;
  }, call);
  const isList = domains.length > 0 || mayRefuse;
  return {
    lines: [
      ...docComment(comment),
      `function ${text}(${given.join(", ")}): ${mayRefuse ? "readonly State[]" : "State"} {`,
      ...indented(tidied(["let next = declared;", ...body])),
      "}",
    ],
    listed: isList ? `...${list}` : list,
  };
}

/** Returns the condition that no rule with a lower number is enabled stands in the way: the negated one of each. */
export function openText(file: File, env: Env, of: RuleOfFile): string {
  const context = Context.of(file, env.within(), "property", "state");
  const lists: { readonly list: string; readonly name: string }[] = [];
  let inner = context;
  for (const each of of.around) {
    inner = inner.within();
    inner.canHoist = true;
    if (each.kind === "alias" && aliases(inner, each.aliases).length > 0)
      throw file.pass.refused(each.at, "an alias of a value around a rule with a priority");
    if (each.kind === "ruleset")
      for (const quantifier of each.quantifiers) {
        const { name, list } = domainOf(inner, quantifier, new Set());
        lists.push({ name, list });
      }
    if (each.kind === "choose") {
      const bag = placeOf(inner, each.multiset);
      const list = `${rawText(inner, bag)}.takeable()`;
      lists.push({ name: messageName(inner, each.name, bag.type as BagTarget), list });
    }
  }
  inner.canHoist = false;
  const guard: Expression | undefined = of.syntax.guard;
  const condition = guard === undefined ? "true" : `!(${negation(inner, guard).text})`;
  return lists.reduceRight((text, { name, list }) => `${list}.some((${name}) => ${text})`, condition);
}
