/** What actions and properties range over: the names of rulesets with their domains. */
import { boundsOf, type Quantifier, type RuleItem } from "../syntax.js";
import { codeOf } from "./code.js";
import { Context } from "./context.js";
import { valueOf } from "./expressions.js";
import { INTEGER, type SetTarget, type SimpleTarget } from "./target-types.js";
import { countingHelper, intervalOf, listText, typeText, valuesText } from "./values.js";

/** What stands around a rule. */
export type Around = Extract<RuleItem, { readonly kind: "ruleset" | "alias" | "choose" }>;

export interface Domain {
  readonly name: string;
  /** The text of the domain, in which the parameters are `parameters`. */
  readonly text: string;
  /** The text of the list of values, in which the state is that of the context. */
  readonly list: string;
  readonly type: string;
}

/** Declares the names of a ruleset. Returns their domains. */
export function domainOf(context: Context, of: Quantifier, sets: Set<SetTarget>): Domain {
  const outer = Context.ofConstants(context.file, context.env);
  const text = (of: string) => of.replaceAll("§", "parameters");
  const name = context.env.fresh(of.name);
  context.known.add(name);
  if ("type" in of) {
    const type = context.file.types.typeIn(context.env, of.type, of.name) as SimpleTarget;
    const found = domainText(outer, type, sets);
    const list = listText(context, type);
    context.env.names.set(of.name, {
      kind: "value",
      code: codeOf(name, type, { interval: intervalOf(type), isStable: true }),
    });
    return { name, text: text(found), list, type: typeText(type) };
  }
  const listOf = (within: Context) => {
    const bounds = boundsOf(of).map((each) => valueOf(within, each).text);
    return `${countingHelper(context)}(${bounds.join(", ")})`;
  };
  const bounds = [of.from, of.to].map((each) => valueOf(outer, each).interval ?? ([-Infinity, Infinity] as const));
  const interval = [Math.min(bounds[0]![0], bounds[1]![0]), Math.max(bounds[0]![1], bounds[1]![1])] as const;
  context.env.names.set(of.name, { kind: "value", code: codeOf(name, INTEGER, { interval, isStable: true }) });
  context.pass.uses("oneOf");
  return { name, text: text(`oneOf(...${listOf(outer)})`), list: listOf(context), type: "number" };
}

function domainText(context: Context, type: SimpleTarget, sets: Set<SetTarget>): string {
  const parts = type.kind === "union" ? type.of : [type];
  for (const part of parts) if (part.kind === "scalarset") sets.add(part);
  if (type.kind === "scalarset") return type.set;
  if (type.kind === "union" && type.set !== undefined) return type.set;
  const list = valuesText(context, type);
  const values = list.replace(/ as const$/, "");
  context.pass.uses("oneOf");
  return `oneOf(${values.startsWith("[") ? values.slice(1, -1) : `...${values}`})`;
}
