/** Checks declarations of constants, types and variables. */
import { checked, numberOf } from "./check-expression.js";
import { MOST_CELLS, typeIn } from "./resolve-type.js";
import type { Scope } from "./scope.js";
import type { Declaration } from "./syntax.js";
import { isSimple, type Type, typeInWords, widthOf } from "./types.js";
import { written } from "./written.js";

/** A local variable that is declared: its place in the frame. */
export interface DeclaredLocal {
  readonly index: number;
  readonly type: Type;
}

/** Declares the constants, types and variables of a function or a rule. Returns its variables. */
export function declareAll(scope: Scope, declarations: readonly Declaration[]): readonly DeclaredLocal[] {
  return declarations.flatMap((of) => {
    if (of.kind !== "var") {
      declare(scope, of);
      return [];
    }
    const type = typeIn(scope, of.type, numberOf);
    return [{ index: scope.declareLocal(of.name, of.at, type), type }];
  });
}

/** Declares a constant or a type. */
export function declare(scope: Scope, of: Declaration & { readonly kind: "const" | "type" }): void {
  const { name, at } = of;
  if (of.kind === "type") {
    const type = typeIn(scope, of.type, numberOf, name);
    scope.declare(name, at, { kind: "type", type });
    if (scope.isOfFile) scope.context.types.set(name, type);
    return;
  }
  const value = checked(scope, of.value);
  if (value.constant === undefined || !isSimple(value.type))
    throw scope.source.error(
      of.value.at,
      `the constant ${name} is computed from constants, and ${written(of.value)} is none`,
    );
  const given = scope.isOfFile ? scope.context.given.get(name) : undefined;
  scope.declare(name, at, { kind: "constant", type: value.type, value: given ?? value.constant });
}

/** A variable of the state. */
export interface GlobalVariable {
  readonly name: string;
  readonly at: number;
  readonly type: Type;
  /** The first of its cells. */
  readonly cell: number;
}

/** Declares a variable of the state, whose cells begin with `cell`. */
export function declareGlobal(
  scope: Scope,
  { name, at, type: syntax }: Declaration & { readonly kind: "var" },
  cell: number,
): GlobalVariable {
  const type = typeIn(scope, syntax, numberOf);
  if (cell + widthOf(type) > MOST_CELLS)
    throw scope.source.error(at, `with ${name}, ${typeInWords(type)}, a state holds more than ${MOST_CELLS} values`);
  scope.declare(name, at, { kind: "global", type, cell });
  return { name, at, type, cell };
}
