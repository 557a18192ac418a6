/**
 * One pass over a Murphi file that is translated. What a later line tells of an earlier one (that a field may be
 * undefined, that a function writes the state) is noted and known in the next pass; the text of the last pass, which
 * learns nothing new, is the translation.
 */
import type { SourceText } from "../source-text.js";
import { Comments } from "./comments.js";
import { Names } from "./names.js";

/** What passes before have learned. */
export interface Learned {
  /** The slots that may hold the undefined value, by number. */
  readonly nullable: ReadonlySet<number>;
  /** What functions do, by name. */
  readonly effects: ReadonlyMap<string, Effects>;
  /** The constants that are no parameters, since the size of a scalarset is computed from them. */
  readonly fixed: ReadonlySet<string>;
}

export const NOTHING_LEARNED: Learned = { nullable: new Set(), effects: new Map(), fixed: new Set() };

/** What a function does besides returning a value. */
export interface Effects {
  readonly writesState: boolean;
  /** Whether it may come to call itself, so that its calls are counted. */
  readonly isRecursive: boolean;
}

/** Where values are kept: a variable, a field of a record, a parameter. It may be able to hold the undefined value. */
export class Slot {
  constructor(
    readonly number: number,
    readonly isNullable: boolean,
  ) {}
}

export class Pass {
  readonly comments: Comments;
  readonly names = new Names();
  /** The helping functions that the translation has need of. */
  readonly helpers = new Set<string>();
  /** What is imported of popcheck/model. */
  readonly imports = new Set<string>(["model", "vocabulary", "StateOf"]);
  /** What is imported of Immutable. */
  readonly immutable = new Set<string>();
  readonly effects = new Map<string, Effects>();
  readonly fixed = new Set<string>();
  /** The constants that stand for members of enums. */
  readonly memberConstants = new Set<string>();
  private readonly marked = new Set<number>();
  private readonly copies: (readonly [from: Slot, to: Slot])[] = [];
  private slots = 0;

  /**
   * @param isCMurphi whether the file is in CMurphi's language
   * @param before what passes before have learned
   */
  constructor(
    readonly source: SourceText,
    readonly isCMurphi: boolean,
    readonly before: Learned,
  ) {
    this.comments = new Comments(source);
  }

  /** Whether some function calls itself, so that all functions count their calls. */
  get countsCalls(): boolean {
    return [...this.before.effects.values()].some(({ isRecursive }) => isRecursive);
  }

  newSlot(): Slot {
    const number = this.slots++;
    return new Slot(number, this.before.nullable.has(number));
  }

  /** Notes that a slot may hold the undefined value. */
  mark(slot: Slot): void {
    this.marked.add(slot.number);
  }

  /** Notes that what one slot holds may come into another, the undefined value too. */
  copied(from: Slot, to: Slot): void {
    this.copies.push([from, to]);
  }

  /** Asks for a helping function. Returns its name. */
  helper(name: string): string {
    this.helpers.add(name);
    return name;
  }

  /** Asks for an import from popcheck/model. Returns its name. */
  uses(name: string): string {
    this.imports.add(name);
    return name;
  }

  /** Returns the error that something cannot be translated. */
  refused(at: number, what: string): Error {
    return this.source.error(at, `${what} cannot be translated; check the Murphi file as it is`);
  }

  /** Returns what is known after this pass. */
  get learned(): Learned {
    const nullable = new Set([...this.before.nullable, ...this.marked]);
    for (let before = -1; before !== nullable.size; ) {
      before = nullable.size;
      for (const [from, to] of this.copies) if (nullable.has(from.number)) nullable.add(to.number);
    }
    return { nullable, effects: this.effects, fixed: new Set([...this.before.fixed, ...this.fixed]) };
  }
}

/** Tells whether two passes have learned the same. */
export function areSame(a: Learned, b: Learned): boolean {
  const text = ({ nullable, effects, fixed }: Learned) =>
    JSON.stringify([[...nullable].sort(), [...effects], [...fixed]]);
  return text(a) === text(b);
}
