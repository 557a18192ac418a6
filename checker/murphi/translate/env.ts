/** Names of a Murphi file, what they mean in the translation, and which names the translation has taken. */
import type { FunctionSyntax } from "../syntax.js";
import type { Code, Place } from "./code.js";
import type { Names } from "./names.js";
import type { Effects, Slot } from "./pass.js";
import type { EnumTarget, Target } from "./target-types.js";

export type Entity =
  | { readonly kind: "constant"; readonly code: Code }
  | { readonly kind: "member"; readonly type: EnumTarget; readonly member: string }
  | { readonly kind: "type"; readonly type: Target }
  | { readonly kind: "place"; readonly place: Place; readonly isStable: boolean }
  | { readonly kind: "value"; readonly code: Code }
  | { readonly kind: "function"; readonly of: FunctionTarget };

/** A parameter of a function, as the translation has it. */
export interface ParameterTarget {
  readonly name: string;
  readonly text: string;
  readonly type: Target;
  readonly slot: Slot;
  readonly isVar: boolean;
}

export interface FunctionTarget {
  readonly syntax: FunctionSyntax;
  readonly text: string;
  readonly parameters: readonly ParameterTarget[];
  readonly result: Target | undefined;
  readonly resultSlot: Slot | undefined;
  readonly effects: Effects;
  /** What it does to variables of the state, when it is translated. */
  readonly does: Doing;
}

/** Parts of variables of the state. An index that is not known is `[?]`. */
export type Path = readonly string[];

/** What code reads before it has written it, what it surely writes, and what it may write. */
export interface Doing {
  readonly reads: { readonly path: Path; readonly slot: Slot }[];
  surely: readonly Path[];
  readonly writes: WrittenPlace[];
  /** The variables of the state that are mentioned. */
  readonly mentioned: Set<string>;
  /** How many statements remove messages from multisets. */
  removals: number;
}

/** A place that a rule may write: the variable, its indices, and the fields and keys within. */
export interface WrittenPlace {
  readonly variable: string;
  /** The texts of indices; null for one that only the run tells. */
  readonly indices: readonly (string | null)[];
  readonly steps: readonly { readonly text: string; readonly isField: boolean }[];
}

export function newDoing(): Doing {
  return { reads: [], surely: [], writes: [], mentioned: new Set(), removals: 0 };
}

export class Env {
  readonly names = new Map<string, Entity>();

  constructor(
    private readonly module: Names,
    private readonly outer?: Env,
    private readonly texts = new Set<string>(),
  ) {}

  within(): Env {
    return new Env(this.module, this);
  }

  /** Returns a scope within this one that has no braces of its own in the translation. */
  beside(): Env {
    return new Env(this.module, this, this.texts);
  }

  find(name: string): Entity | undefined {
    return this.names.get(name) ?? this.outer?.find(name);
  }

  /** Takes a name for a variable of this scope that is none of those around it. */
  fresh(wanted: string): string {
    const text = this.module.free(wanted, (name) => this.has(name));
    this.texts.add(text);
    return text;
  }

  private has(text: string): boolean {
    return this.texts.has(text) || (this.outer?.has(text) ?? false);
  }
}
