/** The tree of a Murphi file, as the parser makes it. `at` is the offset of what an error about the node points at. */

/** What every node has. */
interface Node {
  readonly at: number;
}

/** What every expression has: the number of nodes on the longest way down, itself included. */
interface ExpressionNode extends Node {
  readonly depth: number;
}

/** Operators of two operands that do not make long chains, or whose chains are nested to the left. */
export type BinaryOperator =
  | "->"
  | "^"
  | "="
  | "!="
  | "<"
  | "<="
  | ">"
  | ">="
  | "<<"
  | ">>"
  | "+"
  | "-"
  | "*"
  | "/"
  | "%";

/** `&` and `|` are logical or bitwise, by the types of their operands; `&&` and `||` are logical. */
export type ChainOperator = "&" | "|" | "&&" | "||";

export type Expression =
  | (ExpressionNode & { readonly kind: "number"; readonly value: number })
  | (ExpressionNode & { readonly kind: "name"; readonly name: string })
  | (ExpressionNode & { readonly kind: "field"; readonly of: Expression; readonly field: string })
  | (ExpressionNode & { readonly kind: "element"; readonly of: Expression; readonly index: Expression })
  | (ExpressionNode & { readonly kind: "call"; readonly name: string; readonly given: readonly Expression[] })
  | (ExpressionNode & { readonly kind: "unary"; readonly operator: "!" | "-" | "+" | "~"; readonly of: Expression })
  | (ExpressionNode & {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    })
  | (ExpressionNode & {
      readonly kind: "chain";
      readonly operator: ChainOperator;
      readonly operands: readonly Expression[];
    })
  | (ExpressionNode & {
      readonly kind: "conditional";
      readonly condition: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    })
  | (ExpressionNode & {
      readonly kind: "forall" | "exists";
      readonly quantifier: Quantifier;
      readonly body: Expression;
    })
  | (ExpressionNode & { readonly kind: "isundefined"; readonly of: Expression })
  | (ExpressionNode & { readonly kind: "ismember"; readonly of: Expression; readonly type: TypeSyntax })
  | (ExpressionNode & { readonly kind: "multisetcount" } & MultisetPredicate);

/** Returns the expressions that an expression is made of, without those within types. */
export function partsOf(of: Expression): readonly Expression[] {
  switch (of.kind) {
    case "number":
    case "name":
      return [];
    case "field":
    case "unary":
    case "isundefined":
    case "ismember":
      return [of.of];
    case "element":
      return [of.of, of.index];
    case "call":
      return of.given;
    case "binary":
      return [of.left, of.right];
    case "chain":
      return of.operands;
    case "conditional":
      return [of.condition, of.then, of.otherwise];
    case "forall":
    case "exists":
      return [...boundsOf(of.quantifier), of.body];
    case "multisetcount":
      return [of.multiset, of.predicate];
  }
}

/** Returns the bounds of a quantifier, and its step if it has one; none if it ranges over a type. */
export function boundsOf(of: Quantifier): readonly Expression[] {
  return "type" in of ? [] : [of.from, of.to, ...(of.by === undefined ? [] : [of.by])];
}

/** A name for each message of a multiset, and what is asked of it. */
export interface MultisetPredicate {
  readonly name: string;
  readonly multiset: Expression;
  readonly predicate: Expression;
}

/** `i: T`, or `i := a to b by c`. */
export type Quantifier = Node & {
  readonly name: string;
  /** Whether it stands behind another one and a semicolon where rumur takes only one, and CMurphi several. */
  readonly isFurther?: boolean;
} & (
    | { readonly type: TypeSyntax }
    | { readonly from: Expression; readonly to: Expression; readonly by: Expression | undefined }
  );

export type TypeSyntax =
  | (Node & { readonly kind: "named"; readonly name: string })
  | (Node & { readonly kind: "range"; readonly low: Expression; readonly high: Expression })
  | (Node & { readonly kind: "enum"; readonly members: readonly Named[] })
  | (Node & { readonly kind: "record"; readonly fields: readonly VariableSyntax[] })
  | (Node & { readonly kind: "array"; readonly index: TypeSyntax; readonly element: TypeSyntax })
  | (Node & { readonly kind: "scalarset"; readonly size: Expression })
  | (Node & { readonly kind: "union"; readonly of: readonly TypeSyntax[] })
  | (Node & { readonly kind: "multiset"; readonly capacity: Expression; readonly element: TypeSyntax });

export type Named = Node & { readonly name: string };

export type VariableSyntax = Named & { readonly type: TypeSyntax };

export type Declaration =
  | (Named & { readonly kind: "const"; readonly value: Expression })
  | (Named & { readonly kind: "type"; readonly type: TypeSyntax })
  | (Named & { readonly kind: "var"; readonly type: TypeSyntax });

/** A name for an expression. */
export type Alias = Named & { readonly value: Expression };

/** What a property says of its expression. */
export type Category = "assert" | "assume" | "cover" | "liveness";

export interface PropertySyntax extends Node {
  readonly category: Category;
  /** The author's words; undefined if there are none. */
  readonly words: string | undefined;
  readonly condition: Expression;
  /** The condition as it is written, on one line and without comments. */
  readonly text: string;
}

export interface Clause {
  readonly condition: Expression;
  readonly body: readonly Statement[];
}

export type Statement =
  | (Node & { readonly kind: "assign"; readonly to: Expression; readonly value: Expression })
  | (Node & { readonly kind: "call"; readonly name: string; readonly given: readonly Expression[] })
  | (Node & {
      readonly kind: "if";
      readonly clauses: readonly Clause[];
      readonly otherwise: readonly Statement[];
    })
  | (Node & {
      readonly kind: "switch";
      readonly of: Expression;
      readonly cases: readonly { readonly values: readonly Expression[]; readonly body: readonly Statement[] }[];
      readonly otherwise: readonly Statement[];
    })
  | (Node & { readonly kind: "for"; readonly quantifier: Quantifier; readonly body: readonly Statement[] })
  | (Node & { readonly kind: "while"; readonly condition: Expression; readonly body: readonly Statement[] })
  | (Node & { readonly kind: "return"; readonly value: Expression | undefined })
  | (Node & { readonly kind: "put"; readonly value: Expression | undefined })
  | (Node & { readonly kind: "error"; readonly words: string })
  | (Node & { readonly kind: "property"; readonly property: PropertySyntax })
  | (Node & { readonly kind: "alias"; readonly aliases: readonly Alias[]; readonly body: readonly Statement[] })
  | (Node & { readonly kind: "undefine" | "clear"; readonly of: Expression })
  | (Node & { readonly kind: "multisetadd"; readonly value: Expression; readonly multiset: Expression })
  | (Node & { readonly kind: "multisetremove"; readonly chosen: Expression; readonly multiset: Expression })
  | (Node & { readonly kind: "multisetremovepred" } & MultisetPredicate);

export interface RuleSyntax extends Node {
  readonly kind: "rule" | "startstate";
  /** The author's name; undefined if there is none. */
  readonly name: string | undefined;
  /** CMurphi's priority: a rule is enabled where none with a lower number is. 0 unless it is written. */
  readonly priority: number;
  /** Undefined if the rule is always enabled. */
  readonly guard: Expression | undefined;
  readonly declarations: readonly Declaration[];
  readonly body: readonly Statement[];
}

export type RuleItem =
  | RuleSyntax
  | (Node & { readonly kind: "property"; readonly property: PropertySyntax })
  | (Node & {
      readonly kind: "ruleset";
      readonly quantifiers: readonly Quantifier[];
      readonly rules: readonly RuleItem[];
    })
  | (Node & { readonly kind: "alias"; readonly aliases: readonly Alias[]; readonly rules: readonly RuleItem[] })
  | (Node & {
      readonly kind: "choose";
      readonly name: string;
      readonly multiset: Expression;
      readonly rules: readonly RuleItem[];
    });

export interface ParameterSyntax extends VariableSyntax {
  /** Whether the caller's variable is meant, rather than a copy of its value. */
  readonly isVar: boolean;
}

export interface FunctionSyntax extends Named {
  readonly kind: "function";
  readonly parameters: readonly ParameterSyntax[];
  /** Undefined for a procedure. */
  readonly result: TypeSyntax | undefined;
  readonly declarations: readonly Declaration[];
  readonly body: readonly Statement[];
}

/** What stands at the top level of a file, in its order: a name must be declared before it is used. */
export type Item = Declaration | FunctionSyntax | RuleItem;
