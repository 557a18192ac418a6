/**
 * The audit: a sample of the states is looked at again through the reference semantics, and everything compared. It catches a function
 * that is impure (a clock, a random number, a mutated capture), a function or a property that is not symmetric (it depends on the names of
 * interchangeable members, or on the order in which a set hands them out), and defects of the engine. Every search ends with a small
 * audit; `--audit` makes it a large one. It is a sample: it can convict, not acquit.
 */
import type { Values } from "../model/instance.js";
import { rename, renumber, successorsOf } from "../model/reference.js";
import { FunctionError } from "../observe/trees.js";
import { permutationsOf } from "../symmetry/nominal.js";
import type { Explorer } from "./explorer.js";

/** How many states the audit looks at that every search ends with. */
const SMALL_AUDIT = 24;

/**
 * Audits one in `oneIn` of the states that the search has looked at, or a small sample spread evenly over them. How many it looked at.
 * @throws FunctionError at the first difference
 */
export function audit(explorer: Explorer, oneIn: number | undefined): number {
  const lookedAt = explorer.lookedAt;
  const step = oneIn ?? Math.ceil(lookedAt / SMALL_AUDIT);
  let states = 0;
  for (let row = 0; row < lookedAt; row += step) {
    auditState(explorer, row, states++);
  }
  return states;
}

function auditState(explorer: Explorer, row: number, turn: number): void {
  const values = explorer.canonicalizer.valuesOf(explorer.rowAt(row));
  const observed = explorer.successorRows(row).map((next) => next.subarray(0, values.length).join());
  compare(observed, successorsByReference(explorer, values), impure);
  const { nominal } = explorer.canonicalizer;
  if (!nominal) return;
  // The identity comes first.
  const permutations = permutationsOf(Math.min(nominal.size, 5)).slice(1);
  const to = permutations[turn % permutations.length]!;
  const whole = Array.from({ length: nominal.size }, (_, i) => to[i] ?? i);
  const renamed = rename(values, nominal.set, whole, explorer.instance);
  compare(observed, successorsByReference(explorer, renamed), asymmetric);
  compareProperties(explorer, values, renamed);
}

interface NamedRow {
  readonly row: string;
  readonly action: string;
}

function successorsByReference(explorer: Explorer, values: Values): NamedRow[] {
  return [...successorsOf(explorer.instance, values)].flatMap(({ next, instance }) =>
    next ? [{ row: explorer.canonicalizer.rowOf(renumber(next)).join(), action: instance.action.name }] : [],
  );
}

/** Compares the two as multisets. */
function compare(observed: readonly string[], expected: readonly NamedRow[], complaint: (who: string) => string): void {
  const left = [...observed];
  const missing = expected.filter(({ row }) => {
    const at = left.indexOf(row);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (missing.length === 0 && left.length === 0) return;
  const names = [...new Set(missing.map(({ action }) => `action ${action}`))];
  throw new FunctionError(`the audit found that ${names.join(" or ") || "an action"} ${complaint("it")}`);
}

const impure = (it: string) =>
  `is not a pure function of the state: on an equal state ${it} came to something else.\n` +
  "  Verdicts would depend on chance. Take out clocks, random numbers and captured variables that change, and compare values with\n" +
  "  equals() rather than ===.";

const asymmetric = (it: string) =>
  `does not treat the members of a scalarset alike: with their names exchanged ${it} came to something else.\n` +
  "  Symmetry reduction would give wrong verdicts. Name no member, do not depend on the order of a set, or declare the set ordered.";

/** A property must say the same of a state and of its renaming. */
function compareProperties(explorer: Explorer, values: Values, renamed: Values): void {
  const { instance } = explorer;
  const [state, mirrored] = [instance.stateOf(values), instance.stateOf(renamed)];
  for (const place of explorer.model.asked) {
    const property = instance.properties[place]!;
    const judge = (of: typeof state): string => {
      if (property.kind === "no deadlock") return String(property.stuck(of));
      if (property.kind === "invariant")
        return String(instance.bindings(property.domains).every((b) => property.holds(of, b)));
      if (property.kind !== "reachable") return "";
      return property.goals
        .map((goal) => "domains" in goal && instance.bindings(goal.domains).some((b) => goal.holds(of, b)))
        .join();
    };
    if (judge(state) !== judge(mirrored))
      throw new FunctionError(`the audit found that property "${property.name}" ${asymmetric("it")}`);
  }
}
