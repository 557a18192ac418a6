/** Expressions written again, for errors that name them. */
import type { Expression } from "./syntax.js";

/** Returns an expression as it may stand in a sentence; of a long one, the beginning. */
export function written(of: Expression): string {
  return shortened(whole(of), 60);
}

/** Returns a text or, of one that is longer than `most` characters, its beginning. */
export function shortened(text: string, most = 120): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

function whole(of: Expression): string {
  switch (of.kind) {
    case "number":
      return String(of.value);
    case "name":
      return of.name;
    case "field":
      return `${whole(of.of)}.${of.field}`;
    case "element":
      return `${whole(of.of)}[${whole(of.index)}]`;
    case "call":
      return `${of.name}(${of.given.map(whole).join(", ")})`;
    case "unary":
      return `${of.operator}${inside(of.of)}`;
    case "binary":
      return `${inside(of.left)} ${of.operator} ${inside(of.right)}`;
    case "chain":
      return of.operands.map(inside).join(` ${of.operator} `);
    case "conditional":
      return `${inside(of.condition)} ? ${inside(of.then)} : ${inside(of.otherwise)}`;
    case "forall":
    case "exists":
      return `${of.kind} ${of.quantifier.name} do ${whole(of.body)} end`;
    case "isundefined":
      return `isundefined(${whole(of.of)})`;
    case "ismember":
      return `ismember(${whole(of.of)}, …)`;
    case "multisetcount":
      return `MultiSetCount(${of.name}: ${whole(of.multiset)}, ${whole(of.predicate)})`;
  }
}

function inside(of: Expression): string {
  const isCompound = ["binary", "chain", "conditional", "unary"].includes(of.kind);
  return isCompound ? `(${whole(of)})` : whole(of);
}
