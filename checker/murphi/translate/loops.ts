/** Loops: `for` goes through the values that it has at its beginning, and `while` a bounded number of rounds. */
import type { Expression, Statement } from "../syntax.js";
import type { Context } from "./context.js";
import { valueOf } from "./expressions.js";
import { countedOver } from "./quantifiers.js";

type Block = (context: Context, statements: readonly Statement[]) => readonly string[];
type Loop = Statement & { readonly kind: "for" | "while" };

/** Returns a loop. @param block translates its body */
export function loop(context: Context, of: Loop, block: Block): readonly string[] {
  const indent = (lines: readonly string[]) => lines.map((line) => (line === "" ? line : `  ${line}`));
  if (of.kind === "while") {
    context.canHoist = false;
    const { text } = valueOf(context, of.condition);
    context.canHoist = true;
    const name = context.env.fresh("rounds");
    let body: readonly string[] = [];
    context.flow.loop(() => {
      body = block(context, of.body);
    });
    const rounded = context.pass.helper("rounded");
    return [`for (let ${name} = 0; ${text}; ${name}++) {`, `  ${rounded}(${name});`, ...indent(body), "}"];
  }
  const inner = context.within();
  inner.canHoist = true;
  const isAssigned = of.body.some((each) => assigns(each, of.quantifier.name));
  const { list, name, type, isOfType } = countedOver(inner, of.quantifier, valueOf, isAssigned);
  const before = inner.takeHoisted();
  let body: readonly string[] = [];
  context.flow.loop(
    () => {
      body = block(inner, of.body);
    },
    isOfType && !isAssigned ? { name, type } : undefined,
  );
  return [...before, `for (${isAssigned ? "let" : "const"} ${name} of ${list}) {`, ...indent(body), "}"];
}

/** Tells whether a statement may write a name: it assigns it, or gives it to a procedure. */
function assigns(of: Statement, name: string): boolean {
  const isName = (each: Expression) => each.kind === "name" && each.name === name;
  const all = (body: readonly Statement[]) => body.some((each) => assigns(each, name));
  switch (of.kind) {
    case "assign":
      return isName(of.to) || calls(of.value, isName);
    case "undefine":
    case "clear":
      return isName(of.of);
    case "call":
      return of.given.some(isName);
    case "if":
      return of.clauses.some(({ body }) => all(body)) || all(of.otherwise);
    case "switch":
      return of.cases.some(({ body }) => all(body)) || all(of.otherwise);
    case "for":
    case "while":
    case "alias":
      return all(of.body) || (of.kind === "alias" && of.aliases.some(({ value }) => isName(value)));
    default:
      return false;
  }
}

/** Tells whether an expression is a call that a name is given to. */
function calls(of: Expression, isName: (each: Expression) => boolean): boolean {
  return of.kind === "call" && of.given.some(isName);
}
