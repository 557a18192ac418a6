/** Runs what was checked in a state of popcheck's: guards, bodies, conditions. */
import { chooseAny, type Disabled, disabled } from "../model/action.js";
import type { IndexSet, Member } from "../model/scalarset.js";
import { keyOf } from "../model/value.js";
import { bind } from "./check-expression.js";
import type { Binder, CheckedProperty, CheckedRule } from "./check-file.js";
import { ASSUMPTION_FALSE, type Frame, type World } from "./compiled.js";
import { allBindings, type Bindings, type Members } from "./domains.js";
import { fault } from "./fault.js";
import { StateMemory } from "./memory.js";
import { bagIn } from "./message.js";
import type { SourceText } from "./source-text.js";
import type { StateVariables } from "./state-variables.js";
import type { Value } from "./types.js";

/** What a rule needs of a state; its readers and writers are known to `StateVariables`. */
export interface MurphiState {
  members(set: IndexSet): readonly Member[];
}

/** Which steps of a rule are wanted: all, or those that change the state, or those that leave it as it is. */
export type Wanted = "all" | "changing" | "stuttering";

/** What a rule or a property runs with. */
export interface Setting {
  readonly memory: StateMemory;
  readonly members: Members;
  readonly bindings: Bindings;
  /** Is told of each cover whose condition is true on the way. */
  readonly covered: (cover: number) => void;
  /** The messages that were chosen so far. */
  readonly choices: readonly Value[];
}

/** Runs a rule. Returns whether it is enabled; its writes are in the memory then. */
export function runs(rule: CheckedRule, setting: Setting): boolean {
  return isOpen(rule, setting, (frame) => {
    rule.body(frame);
  });
}

/** Returns whether the guard of a rule is true. @param then is done if it is, in the same frame */
function isOpen(rule: CheckedRule, setting: Setting, then: (frame: Frame) => void = () => undefined): boolean {
  const frame = frameOf(rule, setting);
  try {
    if (rule.guard !== undefined && !rule.guard.value(frame)) return false;
    then(frame);
    return true;
  } catch (error) {
    if (error === ASSUMPTION_FALSE) return false;
    throw error;
  }
}

/** Returns a frame in which the names around a rule or a property are bound, as far as messages are chosen. */
function frameOf(
  { binders, locals }: { readonly binders: readonly Binder[]; readonly locals: number },
  { memory, members, bindings, covered, choices }: Setting,
): Frame {
  const world: World = { globals: memory, members, covered, calls: 0 };
  const frame: Frame = { world, locals: Array(locals), returned: undefined };
  let [quantifiers, chosen] = [0, 0];
  for (const binder of binders) {
    if (binder.kind === "alias") binder.bind(frame);
    else if (binder.kind === "quantifier") bind(frame, binder.of.index, bindings[quantifiers++]!);
    else if (chosen === choices.length) break;
    else bind(frame, binder.index, choices[chosen++]!);
  }
  return frame;
}

export class RuleRunner {
  /** @param rules all rules of the file, whose priorities keep others from being enabled */
  constructor(
    private readonly variables: StateVariables,
    private readonly source: SourceText,
    private readonly rules: readonly CheckedRule[],
  ) {}

  /**
   * Returns the next states of a rule: one, none, or one for each choice of messages.
   * @param covered is told of the covers whose conditions are true on the way
   */
  step<S extends MurphiState>(
    rule: CheckedRule,
    state: S,
    bindings: Bindings,
    wanted: Wanted,
    covered: (cover: number) => void = () => undefined,
  ): S | readonly S[] | Disabled {
    const before = this.rules.filter(({ priority }) => priority < rule.priority);
    const chosen = (choices: readonly Value[]): S | readonly S[] | Disabled => {
      const setting = this.settingOf(state, bindings, covered, choices);
      const next = chooserOf(rule, choices.length);
      if (next !== undefined)
        return chooseAny(takeable(rule, setting, next), (message) => chosen([...choices, message]), next.name);
      if (before.length > 0 && !isOpen(rule, setting)) return disabled;
      return before.some((other) => this.isEnabled(other, state)) ? disabled : this.after(rule, state, setting, wanted);
    };
    return chosen([]);
  }

  /** Returns whether the guard of a rule is true with some binding and some choice of messages. */
  private isEnabled(rule: CheckedRule, state: MurphiState): boolean {
    const isOpenWith = (bindings: Bindings, choices: readonly Value[]): boolean => {
      const setting = this.settingOf(state, bindings, () => undefined, choices);
      const next = chooserOf(rule, choices.length);
      if (next === undefined) return isOpen(rule, setting);
      return takeable(rule, setting, next).some((message) => isOpenWith(bindings, [...choices, message]));
    };
    return allBindings(rule.binders, (set) => state.members(set)).some((bindings) => isOpenWith(bindings, []));
  }

  private after<S extends MurphiState>(rule: CheckedRule, state: S, setting: Setting, wanted: Wanted): S | Disabled {
    if (!runs(rule, setting)) return disabled;
    const { memory } = setting;
    if (wanted !== "all" && memory.hasChanged(areSame) !== (wanted === "changing")) return disabled;
    let next = state;
    for (const [cell, value] of memory.writes) next = this.variables.write(next, cell, value);
    return next;
  }

  /** Returns whether the condition of a property is true. */
  holds(property: CheckedProperty, state: MurphiState, bindings: Bindings): boolean {
    try {
      const frame = frameOf(
        property,
        this.settingOf(state, bindings, () => undefined, []),
      );
      return property.condition.value(frame) as boolean;
    } catch (error) {
      if (error !== ASSUMPTION_FALSE) throw error;
      throw fault(this.source, property.at, "a false assumption within a property: only rules may assume");
    }
  }

  private settingOf(
    state: MurphiState,
    bindings: Bindings,
    covered: Setting["covered"],
    choices: Setting["choices"],
  ): Setting {
    const memory = new StateMemory((cell) => this.variables.read(state, cell));
    return { memory, members: (set) => state.members(set), bindings, covered, choices };
  }
}

type Chooser = Extract<Binder, { readonly kind: "choose" }>;

/** Returns what chooses a message for a rule, from the outside in; undefined behind the last one. */
function chooserOf({ binders }: CheckedRule, place: number): Chooser | undefined {
  return binders.filter((binder) => binder.kind === "choose")[place];
}

/** Returns the messages that may be chosen, each once, where others are chosen already. */
function takeable(rule: CheckedRule, setting: Setting, { multiset }: Chooser): readonly Value[] {
  return bagIn(multiset.place!(frameOf(rule, setting))).takeable();
}

/** Tells whether two cells have the same value. Of objects there are only bags. */
function areSame(a: Value, b: Value): boolean {
  if (a === b) return true;
  const areObjects = [a, b].every((value) => typeof value === "object" && value !== null);
  return areObjects && keyOf(a) === keyOf(b);
}
