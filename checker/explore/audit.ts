/**
 * The audit: a sample of the states is looked at again through the reference semantics, and everything compared. It catches a function
 * that is impure (a clock, a random number, a mutated capture), a function or a property that is not symmetric (it depends on the names of
 * interchangeable members, or on the order in which a set hands them out), and defects of the engine. Every search ends with a small
 * audit; `--audit` makes it a large one. It is a sample: it can convict, not acquit.
 */
import type { Values } from "../model/instance.js";
import { isLiveness } from "../model/property.js";
import { rename, renumber, successorsOf } from "../model/reference.js";
import { DISABLED, FunctionError } from "../observe/trees.js";
import { type Explorer, isLimit } from "./explorer.js";

/** How many states the audit looks at that every search ends with, and how many pairs of a state and an exchange of two members. */
const SMALL_AUDIT = { states: 24, exchanges: 96 };

/**
 * Audits one in `oneIn` of the states that the search has looked at, or a small sample spread evenly over them. How many it looked at.
 * @throws FunctionError at the first difference
 */
export function audit(explorer: Explorer, oneIn: number | undefined): number {
  const lookedAt = explorer.lookedAt;
  const step = oneIn ?? Math.max(1, Math.ceil(lookedAt / SMALL_AUDIT.states));
  const each = oneIn ? undefined : Math.ceil((SMALL_AUDIT.exchanges * step) / Math.max(lookedAt, 1));
  return auditRows(explorer, explorer.sample(step), each);
}

/** How many states a small audit looks at, and how many exchanges of members in each. */
export const SMALL = { states: SMALL_AUDIT.states, exchanges: SMALL_AUDIT.exchanges / SMALL_AUDIT.states } as const;

/** Audits rows, which need not be stored. @param each how many exchanges of members in each; by default all */
export function auditRows(explorer: Explorer, rows: Iterable<Uint16Array>, each?: number, before = 0): number {
  const exchanges = exchangesOf(explorer.canonicalizer.nominal?.size ?? 0);
  const number = each ?? exchanges.length;
  let states = 0;
  try {
    for (const row of rows) {
      const first = ((before + states) * number) % Math.max(exchanges.length, 1);
      auditState(explorer, row, [...exchanges.slice(first), ...exchanges.slice(0, first)].slice(0, number));
      states++;
    }
  } catch (error) {
    // Looking again at a state of an incomplete search may need what the limit denied it.
    if (!isLimit(error)) throw error;
  }
  return states;
}

/** All exchanges of two of so many members, as lists of where each index goes. They generate every renaming. */
function exchangesOf(size: number): number[][] {
  const members = Array.from({ length: size }, (_, i) => i);
  return members.flatMap((a) => members.slice(a + 1).map((b) => members.map((i) => (i === a ? b : i === b ? a : i))));
}

function auditState(explorer: Explorer, row: Uint16Array, exchanges: readonly (readonly number[])[]): void {
  const { instance, canonicalizer } = explorer;
  const values = canonicalizer.valuesOf(row);
  const observed = explorer.successorRows(row).map(({ row, action }) => ({
    row: row.subarray(0, values.length).join(),
    action: instance.actions[action]!.action,
  }));
  compare(observed, successorsByReference(explorer, values), impure);
  compareInvariants(explorer, row, values);
  for (const exchange of exchanges) {
    const renamed = rename(values, canonicalizer.nominal!.set, exchange, instance);
    compare(observed, successorsByReference(explorer, renamed), asymmetric);
    compareProperties(explorer, values, renamed);
  }
}

interface NamedRow {
  readonly row: string;
  readonly action: Explorer["instance"]["actions"][number]["action"];
}

function successorsByReference(explorer: Explorer, values: Values): NamedRow[] {
  return [...successorsOf(explorer.instance, values)].flatMap(({ next, instance }) =>
    next ? [{ row: explorer.rowOf(renumber(next)).join(), action: instance.action }] : [],
  );
}

/** Compares the two as multisets. */
function compare(observed: readonly NamedRow[], expected: readonly NamedRow[], complaint: string): void {
  const left = [...observed];
  const missing = expected.filter(({ row, action }) => {
    const at = left.findIndex((other) => other.row === row && other.action === action);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  const at = new Set([...missing, ...left].map(({ action }) => `action ${action.name}, declared at ${action.where},`));
  if (at.size > 0) throw new FunctionError(`the audit found that ${[...at].join(" or ")} ${complaint}`);
}

const impure =
  "is not a pure function of the state: on an equal state it came to something else.\n" +
  "  Verdicts would depend on chance. Take out clocks, random numbers and captured variables that change, and compare values with\n" +
  "  equals() rather than ===.";

const asymmetric =
  "does not treat the members of a scalarset alike: with their names exchanged it came to something else.\n" +
  "  Symmetry reduction would give wrong verdicts. Name no member, do not depend on the order of a set, or declare the set ordered.";

/** What the trees say of a state must be what the invariants say. */
function compareInvariants(explorer: Explorer, row: Uint16Array, values: Values): void {
  const { instance, model } = explorer;
  const state = instance.stateOf(values);
  for (const { tree, place, holds } of model.invariants) {
    if ((model.trees.leafOf(tree, row) === DISABLED) !== holds(state)) {
      throw new FunctionError(`the audit found that property "${instance.properties[place]!.name}" ${impure}`);
    }
  }
}

/** A property must say the same of a state and of its renaming. */
function compareProperties(explorer: Explorer, values: Values, renamed: Values): void {
  const { instance } = explorer;
  const [state, mirrored] = [instance.stateOf(values), instance.stateOf(renamed)];
  for (const place of explorer.model.asked) {
    const property = instance.properties[place]!;
    const judge = (of: typeof state): string => {
      if (property.kind === "no deadlock") return String(property.stuck(of));
      if (property.kind === "invariant") {
        return String(instance.bindings(property.domains).every((binding) => property.holds(of, binding)));
      }
      if (isLiveness(property)) {
        // Of no binding by itself, but of how many.
        const bindings = instance.bindings(property.domains);
        const count = (holds: typeof property.holds) => bindings.filter((binding) => holds(of, binding)).length;
        return `${count(property.holds)} ${property.from ? count(property.from) : ""}`;
      }
      if (property.kind !== "reachable") return "";
      return property.goals
        .map((goal) => "domains" in goal && instance.bindings(goal.domains).some((binding) => goal.holds(of, binding)))
        .join();
    };
    if (judge(state) !== judge(mirrored)) {
      throw new FunctionError(`the audit found that property "${property.name}" ${asymmetric}`);
    }
  }
}
