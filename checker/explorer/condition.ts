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
import { Set as ImmutableSet, isCollection, isRecord } from "immutable";
import { TooManyComparisons } from "../errors.js";
import { Channel } from "../model/channel.js";
import type { Instance } from "../model/instance.js";
import { Floor, OrdinalValue } from "../model/ordinal.js";
import { type IndexSet, type Member, nameOf } from "../model/scalarset.js";
import type { AnyState } from "../model/state.js";
import { type AnyRecord, fieldsOf } from "../model/value.js";
import { didYouMean } from "../nearest.js";
import { COMPARISONS, type Comparison, compare, fieldOf, isEmpty, itemsIn, kindIn, nameless } from "./comparison.js";
import { BadCondition, type ConditionWord, wordsOf } from "./condition-words.js";
import { selections } from "./selections.js";
import { type Conjunct, type Watched, whyNever } from "./why-never.js";

/** The members that bound names stand for while a condition is evaluated. */
type Names = ReadonlyMap<string, Member>;
type Evaluate<T> = (state: AnyState, names: Names) => T;

/** A condition that was read. */
export interface Condition {
  readonly text: string;
  holds(state: AnyState): boolean;
  /** Whether it tells a member from others, so that it need not hold of a state's renamings. */
  readonly namesMembers: boolean;
  /**
   * Returns, after a search through all states, sentences on why it holds in none of them: words that were compared
   * with a place which never held them, and parts that were false in every state. What was not asked in every state is
   * said not to have been.
   */
  unseen(): string[];
}

/** An operand: its value, and, of a word or a place, its text. */
interface Operand {
  readonly value: Evaluate<unknown>;
  readonly word: string | undefined;
  /** The words among the items of a set in braces. */
  readonly inside?: readonly string[];
  readonly place: string | undefined;
  /** A value that the place has in some state; undefined if none is known. */
  readonly example: unknown;
  readonly column: number;
}

/** Reads a condition. @throws BadCondition that points to what cannot be read */
export function parseCondition(text: string, instance: Instance): Condition {
  return new Parser(text, instance).parse();
}

/** An expression that was read: an operand, as `copy[K1].data`, or a condition, which is true or false. */
export interface Expression {
  readonly text: string;
  /** Returns its value in a state. @throws TypeError if it makes no sense of a value there */
  valueIn(state: AnyState): unknown;
}

/**
 * Reads an expression: in the grammar at the head of this file, an operand that has a place, or a condition.
 * @throws BadCondition that points to what cannot be read
 */
export function parseExpression(text: string, instance: Instance): Expression {
  return new Parser(text, instance).operandAlone() ?? new Parser(text, instance).conditionAsExpression();
}

/** How deep a condition may be nested, and how many comparisons it may make in a state: a fraction of a second. */
const [DEEPEST, MOST_COMPARISONS] = [100, 1_000_000];

/** Reads a condition by recursive descent, along the grammar at the head of this file. */
class Parser {
  private readonly words: readonly ConditionWord[];
  private at = 0;
  private bound: ReadonlyMap<string, IndexSet> = new Map();
  private namesMembers = false;
  private depth = 0;
  /** The comparisons that were made in the state at hand. */
  private comparisons = 0;
  private readonly seen: Watched[] = [];
  private readonly conjuncts: Conjunct[] = [];
  /** The number of states that were asked about. */
  private states = 0;
  /** How many choices of members the bound names have, all together. */
  private choices = 1;

  constructor(
    private readonly text: string,
    private readonly instance: Instance,
  ) {
    this.words = wordsOf(text);
  }

  parse(): Condition {
    const holds = this.disjunction();
    if (this.word.kind !== "end") this.fail(`${this.word.text} is one word too many`);
    const { text, namesMembers } = this;
    return {
      text,
      namesMembers,
      holds: (state) => {
        this.comparisons = 0;
        this.states++;
        return holds(state, new Map());
      },
      unseen: () => whyNever({ states: this.states, watched: this.seen, conjuncts: this.conjuncts }),
    };
  }

  /** Reads an operand that is all there is; undefined if there is more, so that it may be a condition. */
  operandAlone(): Expression | undefined {
    const { place, value } = this.operand();
    if (this.word.kind !== "end" || place === undefined) return undefined;
    return { text: this.text, valueIn: (state) => value(state, new Map()) };
  }

  conditionAsExpression(): Expression {
    const { text, holds } = this.parse();
    return { text, valueIn: holds };
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
    const isOutermost = this.depth === 0;
    const parts = [isOutermost ? this.conjunct() : this.part()];
    while (this.skip("and")) parts.push(isOutermost ? this.conjunct() : this.part());
    return parts.length === 1 ? parts[0]! : (state, names) => parts.every((part) => part(state, names));
  }

  /** Reads a part of the whole condition, and keeps whether it ever holds. */
  private conjunct(): Evaluate<boolean> {
    const from = this.word.column - 1;
    const part = this.part();
    const last = this.words[this.at - 1]!;
    const text = this.text
      .slice(from, this.word.kind === "end" ? undefined : last.column - 1 + last.text.length)
      .trim();
    const conjunct: Conjunct = { text, asked: 0, held: false };
    this.conjuncts.push(conjunct);
    return (state, names) => {
      conjunct.asked++;
      const holds = part(state, names);
      conjunct.held ||= holds;
      return holds;
    };
  }

  private part(): Evaluate<boolean> {
    if (++this.depth > DEEPEST) this.fail(`the condition is nested more than ${DEEPEST} deep`);
    const part = this.partItself();
    this.depth--;
    return part;
  }

  private partItself(): Evaluate<boolean> {
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
    const choices = selections(this.instance.layout.membersOf(set), names.length);
    const before = this.choices;
    this.choices *= choices.length;
    const inner = this.disjunction();
    this.bound = outer;
    this.choices = before;
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
    if (set === undefined) {
      const names = sets.map(({ name }) => name);
      this.fail(`no set is called ${text}; there is ${names.join(", ")}${didYouMean(text, names)}`);
    }
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
    if (left.place === undefined)
      this.fail(
        "a comparison is expected: a variable, then =, !=, <, has or is, then what it is compared with",
        left.column,
      );
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
    const isWatched = comparison === "=" || comparison === "!=" || comparison === "has";
    const watched = isWatched ? this.watched(left, right, comparison === "has" ? "has" : "is") : [];
    return (state, names) => {
      if (++this.comparisons > MOST_COMPARISONS)
        throw new TooManyComparisons(
          `the condition takes more than ${MOST_COMPARISONS.toLocaleString("en")} comparisons in one state: bind fewer names`,
        );
      const [a, b] = [left.value(state, names), right.value(state, names)];
      for (const each of watched) {
        each.looks++;
        for (const item of each.verb === "has" ? itemsIn(a) : [a]) each.values.add(kindIn(item));
      }
      return compare(a, comparison, b, right.word);
    };
  }

  /**
   * Has the values of a place collected that is compared with words, so that a misspelt word is not mistaken for one
   * that is never reached.
   */
  private watched({ place }: Operand, { word, inside = [] }: Operand, verb: "is" | "has"): Watched[] {
    if (place === undefined) return [];
    const watch = (verb: "is" | "has", word: string) => ({
      ...{ place, verb, word, values: new Set<string>(), perState: this.choices, looks: 0 },
    });
    // A set in braces is compared with a set, of which each word may be an item.
    const watched = [
      ...(word === undefined ? [] : [watch(verb, word)]),
      ...(verb === "is" ? inside.map((item) => watch("has", item)) : []),
    ];
    this.seen.push(...watched);
    return watched;
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
    const { variables } = this.instance.layout;
    if (next === "[" || next === ".")
      this.fail(`no variable is called ${text}; there is ${variables.join(", ")}${didYouMean(text, variables)}`);
    return literal(text, text);
  }

  private set(column: number): Operand {
    const items: Operand[] = [];
    while (!this.skip("}")) {
      if (items.length > 0) this.expect(",");
      items.push(this.operand());
    }
    const value: Evaluate<unknown> = (state, names) => ImmutableSet(items.map((item) => item.value(state, names)));
    const inside = items.flatMap(({ word }) => (word === undefined ? [] : [word]));
    return { value, word: undefined, inside, place: undefined, example: undefined, column };
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
    if (member === undefined) {
      const names = members.map(nameOf);
      const meant = didYouMean(text, names);
      this.fail(`no ${set.name} is called ${text || "nothing"}; there is ${names.join(", ")}${meant}`);
    }
    this.namesMembers = true;
    this.at++;
    return () => member;
  }

  private field(example: unknown, of: string): string {
    const { kind, text } = this.word;
    const known = isRecord(example) ? [...fieldsOf(example as AnyRecord)] : [];
    const all = example instanceof Channel || isCollection(example) ? ["size"] : known;
    if (kind !== "name" || (all.length > 0 && !all.includes(text)))
      this.fail(`${of} has no field ${text || "without a name"}; it has ${all.join(", ")}${didYouMean(text, all)}`);
    if (all.length === 0 && example !== null && example !== undefined) this.fail(`${of} has no fields`);
    this.at++;
    return text;
  }
}
