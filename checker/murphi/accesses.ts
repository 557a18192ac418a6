/**
 * What a rule reads and writes, by its text: variables with the names that index them. Functions and procedures that it
 * calls are looked into, with what is given for their parameters. Pictures are guessed by it, and nothing else.
 */
import type { Expression, FunctionSyntax, Item, Quantifier, RuleItem, RuleSyntax, Statement } from "./syntax.js";

/** A part of a variable of the state that a rule reads or writes. */
export interface Access {
  /** The variable, with the fields that lead to the part: `Chan1.Cmd`. */
  readonly words: string;
  /** What indexes the arrays on the way, from the outside in: a name, or undefined for anything else. */
  readonly indices: readonly (string | undefined)[];
  readonly isInGuard: boolean;
  /** What is done: a read; a write of a constant or of anything else; a value that is taken away. */
  readonly does: "read" | "write" | "undefine";
  /** The name of the constant that is written; undefined for anything else. */
  readonly value: string | undefined;
}

/** A rule, and the aliases around it. */
export interface RuleText {
  readonly rule: RuleSyntax;
  readonly around: readonly RuleItem[];
}

/** Returns the rules among the items of a file, by their offsets. */
export function ruleTexts(items: readonly Item[]): ReadonlyMap<number, RuleText> {
  const found = new Map<number, RuleText>();
  const walk = (item: RuleItem, around: readonly RuleItem[]): void => {
    if (item.kind === "rule") found.set(item.at, { rule: item, around });
    else if ("rules" in item) for (const rule of item.rules) walk(rule, [...around, item]);
  };
  for (const item of items) if (!["const", "type", "var", "function"].includes(item.kind)) walk(item as RuleItem, []);
  return found;
}

/** What a name stands for: a part of a variable, or a name that indexes; undefined is anything else. */
interface Meant {
  readonly words: string | undefined;
  readonly indices: readonly (string | undefined)[];
  /** The name of a ruleset, or of a constant. */
  readonly name: string | undefined;
}

const ANYTHING: Meant = { words: undefined, indices: [], name: undefined };

/** The greatest number of accesses that are looked at for one rule: beyond, nothing is guessed of it. */
const MOST_ACCESSES = 4_000;

/** Returns what a rule accesses; undefined if that is more than is looked at. */
export function accessesOf(
  { rule, around }: RuleText,
  globals: ReadonlySet<string>,
  functions: ReadonlyMap<string, FunctionSyntax>,
): readonly Access[] | undefined {
  const reader = new AccessReader(globals, functions);
  const names = new Map<string, Meant>();
  for (const item of around) {
    if (item.kind === "ruleset") for (const { name } of item.quantifiers) names.set(name, { ...ANYTHING, name });
    else if (item.kind === "alias") reader.aliases(item.aliases, names);
    else if (item.kind === "choose") names.set(item.name, ANYTHING);
  }
  if (rule.guard !== undefined) reader.guard(rule.guard, names);
  reader.body(rule.declarations, rule.body, names);
  return reader.isFull ? undefined : reader.found;
}

type Names = Map<string, Meant>;

class AccessReader {
  readonly found: Access[] = [];
  private isInGuard = false;
  /** The functions that are being looked into. */
  private readonly calling = new Set<string>();

  constructor(
    private readonly globals: ReadonlySet<string>,
    private readonly functions: ReadonlyMap<string, FunctionSyntax>,
  ) {}

  get isFull(): boolean {
    return this.found.length >= MOST_ACCESSES;
  }

  guard(of: Expression, names: Names): void {
    this.isInGuard = true;
    this.read(of, names);
    this.isInGuard = false;
  }

  body(declarations: RuleSyntax["declarations"], statements: readonly Statement[], around: Names): void {
    const names = new Map(around);
    for (const { kind, name } of declarations) if (kind === "var") names.set(name, ANYTHING);
    this.statements(statements, names);
  }

  aliases(aliases: readonly { readonly name: string; readonly value: Expression }[], names: Names): void {
    for (const { name, value } of aliases) names.set(name, this.meant(value, names));
  }

  private meant(of: Expression, names: Names): Meant {
    if (of.kind === "name") {
      const local = names.get(of.name);
      if (local !== undefined) return local;
      return this.globals.has(of.name)
        ? { words: of.name, indices: [], name: undefined }
        : { ...ANYTHING, name: of.name };
    }
    if (of.kind !== "field" && of.kind !== "element") return ANYTHING;
    const whole = this.meant(of.of, names);
    if (whole.words === undefined) return ANYTHING;
    if (of.kind === "field") return { ...whole, words: `${whole.words}.${of.field}` };
    return { ...whole, indices: [...whole.indices, this.meant(of.index, names).name] };
  }

  private note(of: Expression, names: Names, does: Access["does"], value?: string): void {
    const { words, indices } = this.meant(of, names);
    if (words !== undefined && !this.isFull)
      this.found.push({ words, indices, isInGuard: this.isInGuard, does, value });
    this.readIndices(of, names);
  }

  private readIndices(of: Expression, names: Names): void {
    if (of.kind === "field") this.readIndices(of.of, names);
    if (of.kind !== "element") return;
    this.read(of.index, names);
    this.readIndices(of.of, names);
  }

  private read(of: Expression, names: Names): void {
    switch (of.kind) {
      case "number":
        return;
      case "name":
      case "field":
      case "element":
        this.note(of, names, "read");
        return;
      case "call":
        this.call(of.name, of.given, names);
        return;
      case "unary":
      case "isundefined":
      case "ismember":
        this.read(of.of, names);
        return;
      case "binary":
        this.read(of.left, names);
        this.read(of.right, names);
        return;
      case "chain":
        for (const operand of of.operands) this.read(operand, names);
        return;
      case "conditional":
        for (const each of [of.condition, of.then, of.otherwise]) this.read(each, names);
        return;
      case "forall":
      case "exists":
        this.read(of.body, this.quantified(of.quantifier, names));
        return;
      case "multisetcount":
        this.note(of.multiset, names, "read");
        this.read(of.predicate, this.bound(of.name, names));
    }
  }

  private quantified(of: Quantifier, names: Names): Names {
    if ("from" in of) for (const each of [of.from, of.to]) this.read(each, names);
    return this.bound(of.name, names);
  }

  /** Returns the names with one that stands for anything. */
  private bound(name: string, names: Names): Names {
    return new Map(names).set(name, ANYTHING);
  }

  private call(name: string, given: readonly Expression[], names: Names): void {
    for (const each of given) this.read(each, names);
    const called = this.functions.get(name);
    if (called === undefined || this.calling.has(name) || this.isFull) return;
    this.calling.add(name);
    const parameters = new Map(
      called.parameters.map((parameter, i) => {
        const argument = given[i] === undefined ? ANYTHING : this.meant(given[i], names);
        // A parameter without var is a copy: who writes it writes no variable of the state.
        return [parameter.name, parameter.isVar ? argument : { ...ANYTHING, name: argument.name }] as const;
      }),
    );
    this.body(called.declarations, called.body, parameters);
    this.calling.delete(name);
  }

  private statements(of: readonly Statement[], names: Names): void {
    for (const each of of) this.statement(each, names);
  }

  private statement(of: Statement, names: Names): void {
    switch (of.kind) {
      case "assign":
        this.read(of.value, names);
        this.note(of.to, names, "write", this.meant(of.value, names).name);
        return;
      case "call":
        this.call(of.name, of.given, names);
        return;
      case "if":
        for (const { condition, body } of of.clauses) {
          this.read(condition, names);
          this.statements(body, names);
        }
        this.statements(of.otherwise, names);
        return;
      case "switch":
        this.read(of.of, names);
        for (const { body } of of.cases) this.statements(body, names);
        this.statements(of.otherwise, names);
        return;
      case "for":
        this.statements(of.body, this.quantified(of.quantifier, names));
        return;
      case "while":
        this.read(of.condition, names);
        this.statements(of.body, names);
        return;
      case "return":
        if (of.value !== undefined) this.read(of.value, names);
        return;
      case "alias": {
        const inner = new Map(names);
        this.aliases(of.aliases, inner);
        this.statements(of.body, inner);
        return;
      }
      case "undefine":
      case "clear":
        this.note(of.of, names, "undefine");
        return;
      case "multisetadd":
        this.read(of.value, names);
        this.note(of.multiset, names, "write");
        return;
      case "multisetremove":
      case "multisetremovepred":
        this.note(of.multiset, names, "undefine");
        return;
      case "property":
        this.read(of.property.condition, names);
        return;
      case "put":
      case "error":
    }
  }
}
