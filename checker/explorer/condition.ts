/**
 * Conditions on a state, as users type them: `copy[K1].page = Modified and link[K1,K2] has Invalid`,
 * `some j, k: copy[j].page = Modified and copy[k].page = Shared`. They are read into functions of the state, and never
 * run as code.
 *
 *   condition   = conjunction { "or" conjunction }
 *   conjunction = part { "and" part }
 *   part        = "not" part | ("some" | "every") name { "," name } [ "in" set ] ":" condition
 *               | "(" condition ")" | comparison
 *   comparison  = operand [ ("=" | "!=" | "<" | "<=" | ">" | ">=" | "has") operand | "is" ["not"] "empty" ]
 *   operand     = variable [ "[" member { "," member } "]" ] { "." field }
 *               | member | number | word | "text" | "–" | "{" … "}"
 *
 * A record without a field stands for its headline. Names that are bound together stand for different members.
 */
import { type Collection, Map as ImmutableMap, Set as ImmutableSet, is, isCollection, isRecord } from "immutable";
import { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import { type IndexSet, type Member, nameOf } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";
import { BadCondition, type ConditionWord, wordsOf } from "./condition-words.js";

/** The members that bound names stand for while a condition is evaluated. */
type Names = ReadonlyMap<string, Member>;
type Evaluate<T> = (state: AnyState, names: Names) => T;

/** A condition that was read. */
export interface Condition {
  readonly text: string;
  holds(state: AnyState): boolean;
  /** Whether it tells a member from others, so that it need not hold of a state's renamings. */
  readonly namesMembers: boolean;
  /** Returns, after a search, sentences on the words that were compared with a place which never held them. */
  unseen(): string[];
}

/** An operand: its value, and, of a word or a place, its text. */
interface Operand {
  readonly value: Evaluate<unknown>;
  readonly word: string | undefined;
  readonly place: string | undefined;
  /** A value that the place has in some state; undefined if none is known. */
  readonly example: unknown;
  readonly column: number;
}

/** Reads a condition. @throws BadCondition that points to what cannot be read */
export function parseCondition(text: string, instance: Instance): Condition {
  return new Parser(text, instance).parse();
}

const COMPARISONS = ["=", "!=", "<", "<=", ">", ">=", "has"] as const;
type Comparison = (typeof COMPARISONS)[number];

/** Reads a condition by recursive descent, along the grammar at the head of this file. */
class Parser {
  private readonly words: readonly ConditionWord[];
  private at = 0;
  private bound: ReadonlyMap<string, IndexSet> = new Map();
  private namesMembers = false;
  private readonly seen: { readonly place: string; readonly word: string; readonly values: Set<string> }[] = [];

  constructor(
    private readonly text: string,
    private readonly instance: Instance,
  ) {
    this.words = wordsOf(text);
  }

  parse(): Condition {
    const holds = this.disjunction();
    if (this.word.kind !== "end") this.fail(`${this.word.text} is one word too many`);
    const { text, namesMembers, seen } = this;
    return {
      text,
      namesMembers,
      holds: (state) => holds(state, new Map()),
      unseen: () =>
        seen
          .filter(({ word, values }) => !values.has(word))
          .map(
            ({ place, word, values }) =>
              `${place} is never ${word}: it is ${[...values].sort().join(", ") || "never looked at"}`,
          ),
    };
  }

  private get word(): ConditionWord {
    return this.words[this.at]!;
  }

  private fail(what: string, column = this.word.column): never {
    throw new BadCondition(this.text, column, what);
  }

  /** Goes past the next word if it is `text`, and returns whether it did. */
  private skip(text: string): boolean {
    if (this.word.text !== text || this.word.kind === "text") return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    if (!this.skip(text))
      this.fail(`${text} is expected${this.word.kind === "end" ? " at the end" : `, not ${this.word.text}`}`);
  }

  private disjunction(): Evaluate<boolean> {
    const parts = [this.conjunction()];
    while (this.skip("or")) parts.push(this.conjunction());
    return parts.length === 1 ? parts[0]! : (state, names) => parts.some((part) => part(state, names));
  }

  private conjunction(): Evaluate<boolean> {
    const parts = [this.part()];
    while (this.skip("and")) parts.push(this.part());
    return parts.length === 1 ? parts[0]! : (state, names) => parts.every((part) => part(state, names));
  }

  private part(): Evaluate<boolean> {
    if (this.skip("not")) {
      const part = this.part();
      return (state, names) => !part(state, names);
    }
    if (this.word.text === "some" || this.word.text === "every") return this.quantified();
    if (this.skip("(")) {
      const inner = this.disjunction();
      this.expect(")");
      return inner;
    }
    return this.comparison();
  }

  private quantified(): Evaluate<boolean> {
    const isEvery = this.skip("every") || !this.skip("some");
    const outer = this.bound;
    const names = [this.freshName()];
    while (this.skip(",")) names.push(this.freshName());
    const set = this.skip("in") ? this.setCalled(this.word) : this.onlySet();
    this.expect(":");
    this.bound = new Map([...outer, ...names.map((name) => [name, set] as const)]);
    const inner = this.disjunction();
    this.bound = outer;
    const choices = selections(this.instance.layout.membersOf(set), names.length);
    const under = (known: Names, members: readonly Member[]): Names =>
      new Map([...known, ...names.map((name, i) => [name, members[i]!] as const)]);
    return isEvery
      ? (state, known) => choices.every((members) => inner(state, under(known, members)))
      : (state, known) => choices.some((members) => inner(state, under(known, members)));
  }

  private freshName(): string {
    const { kind, text } = this.word;
    if (kind !== "name") this.fail("a name is expected, as in some k: …");
    if (this.memberCalled(text) !== undefined) this.fail(`${text} is a member already: take another name`);
    this.at++;
    return text;
  }

  private onlySet(): IndexSet {
    const sets = this.instance.layout.indexSets();
    if (sets.length !== 1)
      this.fail(`say of which set: ${sets.map(({ name }) => `in ${name}`).join(", ") || "there is none"}`);
    return sets[0]!;
  }

  private setCalled({ text }: ConditionWord): IndexSet {
    const sets = this.instance.layout.indexSets();
    const set = sets.find(({ name }) => name === text);
    if (set === undefined) this.fail(`no set is called ${text}; there is ${sets.map(({ name }) => name).join(", ")}`);
    this.at++;
    return set;
  }

  private memberCalled(text: string): Member | undefined {
    const members = this.instance.layout.indexSets().flatMap((set) => this.instance.layout.membersOf(set));
    return members.find((member) => nameOf(member) === text);
  }

  private comparison(): Evaluate<boolean> {
    const left = this.operand();
    if (this.skip("is")) {
      const isNot = this.skip("not");
      this.expect("empty");
      return (state, names) => isEmpty(left.value(state, names)) !== isNot;
    }
    const comparison = COMPARISONS.find((each) => this.skip(each));
    if (comparison !== undefined) return this.compared(left, comparison, this.operand());
    if (left.place === undefined) this.fail("a comparison is expected, as in copy[K1].page = Modified", left.column);
    return (state, names) => this.truth(left.value(state, names), left.place!);
  }

  private truth(value: unknown, place: string): boolean {
    if (typeof value === "boolean") return value;
    throw new TypeError(`${place} is neither true nor false: compare it with something`);
  }

  private compared(left: Operand, comparison: Comparison, right: Operand): Evaluate<boolean> {
    for (const [one, other] of [
      [left, right],
      [right, left],
    ] as const) {
      const isOrdinal = one.example instanceof OrdinalValue || one.example instanceof Floor;
      if (isOrdinal && other.word !== undefined) this.fail(nameless(one.place ?? "it"), other.column);
    }
    const watched = comparison === "=" || comparison === "!=" ? this.watch(left, right) : undefined;
    return (state, names) => {
      const [a, b] = [left.value(state, names), right.value(state, names)];
      if (watched !== undefined) watched.add(a === null ? "–" : String(a));
      return compare(a, comparison, b, right.word);
    };
  }

  /**
   * Collects the values of a place that is compared with a word, so that a misspelt word is not mistaken for one that
   * is never reached.
   */
  private watch({ place }: Operand, { word }: Operand): Set<string> | undefined {
    if (place === undefined || word === undefined) return undefined;
    const values = new Set<string>();
    this.seen.push({ place, word, values });
    return values;
  }

  private operand(): Operand {
    const { kind, text, column } = this.word;
    const literal = (value: unknown, word?: string): Operand => {
      this.at++;
      return { value: () => value, word, place: undefined, example: value, column };
    };
    if (kind === "number") return literal(Number(text));
    if (kind === "text") return literal(text, text);
    if (text === "–") return literal(null);
    if (this.skip("{")) return this.set(column);
    if (kind !== "name") this.fail(kind === "end" ? "something is missing at the end" : `${text} cannot stand here`);
    const bound = this.bound.get(text);
    if (bound !== undefined) {
      this.at++;
      return {
        value: (_, names) => names.get(text),
        word: undefined,
        place: undefined,
        example: bound.member(0),
        column,
      };
    }
    const member = this.memberCalled(text);
    if (member !== undefined) {
      this.namesMembers = true;
      return literal(member);
    }
    if (text === "true" || text === "false") return literal(text === "true");
    if (text === "none") return literal(null);
    if (this.instance.layout.variables.includes(text)) return this.path();
    const next = this.words[this.at + 1]!.text;
    if (next === "[" || next === ".")
      this.fail(`no variable is called ${text}; there is ${this.instance.layout.variables.join(", ")}`);
    return literal(text, text);
  }

  private set(column: number): Operand {
    const items: Operand[] = [];
    while (!this.skip("}")) {
      if (items.length > 0) this.expect(",");
      items.push(this.operand());
    }
    const value: Evaluate<unknown> = (state, names) => ImmutableSet(items.map((item) => item.value(state, names)));
    return { value, word: undefined, place: undefined, example: undefined, column };
  }

  private path(): Operand {
    const { text: variable, column } = this.word;
    this.at++;
    const { layout } = this.instance;
    const family = layout.familyOf(variable);
    const { sets } = layout.declarations[variable]!;
    const members = sets.length > 0 ? this.indices(variable, sets) : [];
    const slot = layout.slots.findIndex((each) => each.family === family);
    let example: unknown = this.instance.initial[0]?.[slot];
    const fields: string[] = [];
    while (this.skip(".")) {
      fields.push(this.field(example, [variable, ...fields].join(".")));
      example = isRecord(example) ? (example as AnyRecord).get(fields.at(-1)!) : undefined;
    }
    const headline = this.instance.model.headline?.[variable];
    if (fields.length === 0 && headline !== undefined && isRecord(example)) {
      fields.push(headline);
      example = (example as AnyRecord).get(headline);
    }
    const value: Evaluate<unknown> = (state, names) =>
      fields.reduce<unknown>(
        (inner, field) => fieldOf(inner, field),
        state.read(
          layout.slotOf(
            family,
            members.map((member) => member(names)),
          ),
        ),
      );
    const place = this.text.slice(
      column - 1,
      this.words[this.at - 1]!.column - 1 + this.words[this.at - 1]!.text.length,
    );
    return { value, word: undefined, place, example, column };
  }

  private indices(variable: string, sets: readonly IndexSet[]): ((names: Names) => Member)[] {
    if (!this.skip("["))
      this.fail(`say which ${variable}: ${variable}[${sets.map((set) => nameOf(set.member(0))).join(", ")}]`);
    const members = sets.map((set, i) => {
      if (i > 0 && !this.skip(",") && !this.skip("→")) this.fail(`${variable} has ${sets.length} indices`);
      return this.index(set);
    });
    this.expect("]");
    return members;
  }

  private index(set: IndexSet): (names: Names) => Member {
    const { text } = this.word;
    const bound = this.bound.get(text);
    if (bound === set) {
      this.at++;
      return (names) => names.get(text)!;
    }
    const members = this.instance.layout.membersOf(set);
    const member = members.find((each) => nameOf(each) === text);
    if (member === undefined)
      this.fail(`no ${set.name} is called ${text || "nothing"}; there is ${members.map(nameOf).join(", ")}`);
    this.namesMembers = true;
    this.at++;
    return () => member;
  }

  private field(example: unknown, of: string): string {
    const { kind, text } = this.word;
    const known = isRecord(example) ? [...fieldsOf(example as AnyRecord)] : [];
    const all = example instanceof Channel || isCollection(example) ? ["size"] : known;
    if (kind !== "name" || (all.length > 0 && !all.includes(text)))
      this.fail(`${of} has no field ${text || "without a name"}; it has ${all.join(", ")}`);
    if (all.length === 0 && example !== null && example !== undefined) this.fail(`${of} has no fields`);
    this.at++;
    return text;
  }
}

/** Says that a place holds values of an ordinal, which have no names. */
function nameless(place: string): string {
  return `${place} has no name of its own: its numbers change from state to state. Compare two such places, or with –`;
}

/** Returns every way to choose `count` different members, in order. */
function selections(members: readonly Member[], count: number): Member[][] {
  if (count === 0) return [[]];
  return members.flatMap((first) =>
    selections(
      members.filter((member) => member !== first),
      count - 1,
    ).map((rest) => [first, ...rest]),
  );
}

/** Returns a field of a value; null for a value that is null, which has no fields. */
function fieldOf(value: unknown, field: string): unknown {
  if (value === null || value === undefined) return null;
  if (isRecord(value)) return (value as AnyRecord).get(field);
  if (field === "size" && (value instanceof Channel || isCollection(value)))
    return (value as { readonly size: number | undefined }).size ?? null;
  throw new TypeError(`there is no field ${field} in ${String(value)}`);
}

function isEmpty(value: unknown): boolean {
  if (value === null) return true;
  if (value instanceof Channel) return value.isEmpty();
  if (isCollection(value)) return (value as Collection<unknown, unknown>).isEmpty();
  throw new TypeError("only sets, lists, maps and channels are empty or not");
}

function compare(a: unknown, comparison: Comparison, b: unknown, word: string | undefined): boolean {
  if (word !== undefined && (a instanceof OrdinalValue || a instanceof Floor)) throw new TypeError(nameless("it"));
  switch (comparison) {
    case "=":
      return isSame(a, b);
    case "!=":
      return !isSame(a, b);
    case "has":
      return itemsOf(a).some((item) => isSame(item, b) || (word !== undefined && isOfKind(item, word)));
    default: {
      const order = orderOf(a, b);
      if (order === undefined) return false;
      return { "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[comparison];
    }
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return is(a, b);
}

function isOfKind(message: unknown, kind: string): boolean {
  return isRecord(message) && (message as AnyRecord).get("kind") === kind;
}

function itemsOf(value: unknown): readonly unknown[] {
  if (value instanceof Channel) return value.messages();
  if (ImmutableMap.isMap(value)) return [...value.keys()];
  if (isCollection(value)) return [...(value as Collection<unknown, unknown>).values()];
  throw new TypeError("only sets, lists, maps and channels have something");
}

/** Compares two values: below 0 if `a` comes first; undefined if one of them is null. */
function orderOf(a: unknown, b: unknown): number | undefined {
  if (a === null || b === null) return undefined;
  if (typeof a === "number" && typeof b === "number") return a - b;
  if (a instanceof OrdinalValue && b instanceof OrdinalValue) return a === b ? 0 : a.isBefore(b) ? -1 : 1;
  throw new TypeError("only numbers, and time stamps with each other, are less or greater");
}
