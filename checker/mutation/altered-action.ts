/**
 * Actions that do one thing otherwise. Each is a pure function of the state and its binding, as the action that it
 * wraps, and treats members as that one does: what is done otherwise is told by words that renamings keep.
 */
import { is, isRecord } from "immutable";
import { type Action, type Binding, type Domains, disabled, isUnspecified, type Run } from "../model/action.js";
import { AnyState, type Layout, NoSuchSlot } from "../model/state.js";
import type { AnyRecord } from "../model/value.js";
import { type Change, changesOf } from "./changes.js";
import { wordsOfChange } from "./words.js";

type AnyAction = Action<AnyState>;

/** What a step that makes a change leads to instead: one state, or several that it chooses from. */
export type Edit = (of: {
  readonly state: AnyState;
  readonly next: AnyState;
  readonly change: Change;
  readonly binding: Binding<Domains>;
}) => readonly AnyState[];

/**
 * Returns the action with `edit` made of each step that makes the change `words`. If a step makes several such changes,
 * as a message that goes to all others, one of them is made otherwise: any.
 * @param cell the cell in which this is so; undefined: in all, or the action has none
 */
export function withChange(action: AnyAction, cell: string | undefined, words: string, edit: Edit): AnyAction {
  return {
    ...action,
    run: (state, binding, message) => {
      const run = action.run(state, binding, message);
      if (cell !== undefined && run.cell?.name !== cell) return run;
      return mapped(run, (next) => {
        const changes = changesOf(state, next).filter(
          (change) => wordsOfChange(state.layout, change, binding) === words,
        );
        return changes.length === 0 ? [next] : changes.flatMap((change) => edit({ state, next, change, binding }));
      });
    },
  };
}

/** Returns the action without the steps that it takes in a cell, or without any. */
export function stalling(action: AnyAction, cell: string | undefined): AnyAction {
  return {
    ...action,
    run: (state, binding, message) => {
      const run = action.run(state, binding, message);
      if (isUnspecified(run.result) || (cell !== undefined && run.cell?.name !== cell)) return run;
      return { ...run, result: disabled };
    },
  };
}

/** A place that an action reads. */
export interface PlaceRead {
  readonly variable: string;
  /** By index: the name that is bound to the member. */
  readonly names: readonly string[];
  readonly field: string | undefined;
}

/** What an action is shown: a value for each of the places that it reads otherwise, and the message. */
export interface Shown {
  readonly values: readonly unknown[];
  readonly message: unknown;
}

/**
 * Returns the action as it is if it reads something else at a few places, or in the message, than is there. What it
 * does not change of what it is shown stays as it was.
 * @param show returns what is shown instead; undefined where the action is to be as it was
 */
export function withReading(
  action: AnyAction,
  cell: string | undefined,
  places: readonly PlaceRead[],
  show: (found: Shown) => Shown | undefined,
): AnyAction {
  return {
    ...action,
    run: (state, binding, message) => {
      const run = action.run(state, binding, message);
      if (cell !== undefined && run.cell?.name !== cell) return run;
      const slots = places.map((place) => slotOf(state.layout, place, binding));
      if (slots.includes(undefined)) return run;
      const reads = places.map((place, i) => ({ ...place, slot: slots[i]! }));
      const found = reads.map(({ slot, field }) => valueAt(state, slot, field));
      const shown = show({ values: found, message });
      if (shown === undefined) return run;
      const seen = reads.reduce((of, { slot, field }, i) => withValue(of, slot, field, shown.values[i]), state);
      const otherwise = action.run(seen, binding, shown.message);
      return mapped(otherwise, (next) => {
        const written = new Map(next.written);
        reads.forEach(({ slot, field }, i) => {
          const value = written.get(slot);
          if (value === seen.read(slot)) written.delete(slot);
          else if (field !== undefined && isRecord(value) && is((value as AnyRecord).get(field), shown.values[i]))
            written.set(slot, (value as AnyRecord).set(field, found[i]));
        });
        const State = next.constructor as new (...of: ConstructorParameters<typeof AnyState>) => AnyState;
        return [new State(next.layout, next.source, written)];
      });
    },
  };
}

function slotOf(layout: Layout, { variable, names }: PlaceRead, binding: Binding<Domains>): number | undefined {
  const members = names.map((name) => (binding as Record<string, unknown>)[name]);
  try {
    return layout.slotOf(layout.familyOf(variable), members);
  } catch (error) {
    if (error instanceof NoSuchSlot) return undefined;
    throw error;
  }
}

function valueAt(state: AnyState, slot: number, field: string | undefined): unknown {
  const value = state.read(slot);
  return field === undefined ? value : (value as AnyRecord).get(field);
}

function withValue(state: AnyState, slot: number, field: string | undefined, value: unknown): AnyState {
  return state.write(slot, field === undefined ? value : (state.read(slot) as AnyRecord).set(field, value));
}

/** Returns a run with each of its next states replaced by others; a value that is no state stays, to be refused. */
function mapped(run: Run<AnyState>, others: (next: AnyState) => readonly AnyState[]): Run<AnyState> {
  const { result } = run;
  if (result === disabled || isUnspecified(result)) return run;
  const next = [result].flat() as AnyState[];
  return { ...run, result: next.flatMap((each) => (each instanceof AnyState ? others(each) : [each])) };
}

/** Returns the action with a cell of its table replaced by that of another row. */
export function withRuleOf(action: AnyAction, row: string, column: string, other: string): AnyAction {
  const { reception } = action;
  if (reception === undefined) return action;
  const { table, by } = reception;
  const changed = { ...table.cells[row], [column]: table.cells[other]![column]! };
  return by({ ...table, cells: { ...table.cells, [row]: changed } });
}
