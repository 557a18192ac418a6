/**
 * The audit: a sample of the states is expanded again by the reference semantics, and everything is compared. It finds
 * functions that are impure (a clock, a random number, a mutated capture) and defects of the engine. Every search ends
 * with a small audit; `--audit` makes it a large one. As it is a sample, it can prove a fault, but not that there is
 * none. That functions treat members alike is not left to it (checker/observe/symmetry-check.ts).
 */
import { FunctionError, LimitReached, Thrown } from "../../errors.js";
import type { Action } from "../../model/action.js";
import type { Values } from "../../model/instance.js";
import { renumber, successorsBy } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import { attempt } from "../../model/thrown.js";
import { DISABLED } from "../../observe/trees.js";
import type { Inspector } from "../engine/inspector.js";
import type { RenewableEngine } from "../engine/renewable-engine.js";
import type { Found } from "../exhaustive/search-result.js";

/** How many states the small audit compares. */
export const SMALL_AUDIT = 24;

/**
 * Audits one in `oneIn` of the states that the search has looked at, or by default a small sample spread evenly over
 * them. Returns how many it audited.
 * @throws FunctionError at the first difference
 */
export function audit(result: Found, oneIn: number | undefined): number {
  return auditRows(result.inspector, result.sample(oneIn ?? smallAudit(result.lookedAt)));
}

/** Returns one in how many of `states` states the small audit compares. */
export function smallAudit(states: number): number {
  return Math.max(1, Math.ceil(states / SMALL_AUDIT));
}

/**
 * Audits `rows`, which need not be stored, and returns how many it audited.
 * @throws FunctionError at the first difference
 */
export function auditRows(inspector: Inspector, rows: Iterable<Uint16Array>): number {
  let states = 0;
  try {
    for (const row of rows) {
      auditState(inspector, row);
      states++;
    }
  } catch (error) {
    // Expanding a state of an incomplete search again may come to the search's limit; the audit then ends.
    if (!(error instanceof LimitReached)) throw error;
  }
  return states;
}

/**
 * Audits `states`, given as values, and returns how many it audited: all but those that have more successors than an
 * engine can hold together.
 * @throws FunctionError at the first difference
 */
export function auditStates(engine: RenewableEngine, states: Iterable<Values>): number {
  let audited = 0;
  for (const state of states) {
    try {
      engine.within((inspector) => auditState(inspector, inspector.rowOf(state)));
      audited++;
    } catch (error) {
      if (!(error instanceof LimitReached)) throw error;
    }
  }
  return audited;
}

function auditState(inspector: Inspector, row: Uint16Array): void {
  const { instance, canonicalizer } = inspector;
  const values = canonicalizer.valuesOf(row);
  const observed = inspector.successorsOf(row).map(({ row, action }) => ({
    row: row.join(),
    action: instance.actions[action]!.action,
  }));
  const culprits = differing(observed, successorsByReference(inspector, values));
  if (culprits.size > 0) {
    const named = [...culprits].map(({ name, where }) => `action ${name}, declared at ${where},`);
    throw impure(named.join(" or "));
  }
  compareInvariants(inspector, row, values);
}

interface NamedRow {
  readonly row: string;
  readonly action: Action<AnyState>;
}

function successorsByReference(inspector: Inspector, values: Values): NamedRow[] {
  const { instance } = inspector;
  return instance.actions.flatMap((of) => {
    const { action } = of;
    return [...successorsBy(instance, values, of)].flatMap(({ next }) =>
      next ? [{ row: inspector.rowOf(renumber(next)).join(), action }] : [],
    );
  });
}

/** Returns the actions in which two multisets of rows differ. */
function differing(observed: readonly NamedRow[], expected: readonly NamedRow[]): Set<Action<AnyState>> {
  const surplus = new Map<Action<AnyState>, Map<string, number>>();
  const count = ({ row, action }: NamedRow, by: number) => {
    const rows = surplus.get(action) ?? new Map<string, number>();
    surplus.set(action, rows.set(row, (rows.get(row) ?? 0) + by));
  };
  for (const each of expected) count(each, 1);
  for (const each of observed) count(each, -1);
  return new Set(
    [...surplus].flatMap(([action, rows]) => ([...rows.values()].every((by) => by === 0) ? [] : [action])),
  );
}

function impure(who: string): FunctionError {
  return new FunctionError(
    `the audit found that ${who} is not a pure function of the state: on an equal state it came to something else.\n` +
      "  Verdicts would depend on chance. Take out clocks, random numbers and captured variables that change, and compare values with\n" +
      "  equals() rather than ===.",
  );
}

/** Compares what the trees say of a state with what the invariants say. @throws FunctionError if they differ */
function compareInvariants(inspector: Inspector, row: Uint16Array, values: Values): void {
  const { instance, model } = inspector;
  const state = instance.stateOf(values);
  for (const { tree, place, holds } of model.invariants) {
    const name = `property "${instance.properties[place]!.name}"`;
    const leaf = model.trees.leafOf(tree, row);
    const observed = model.trees.threwAt(leaf) ? "threw" : leaf === DISABLED;
    const expected = attempt(
      () => name,
      () => holds(state),
    );
    if (observed !== (expected instanceof Thrown ? "threw" : expected)) throw impure(name);
  }
}
