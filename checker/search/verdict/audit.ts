/**
 * The audit: a sample of the states is expanded again by the reference semantics, and everything is compared. It finds
 * functions that are impure (a clock, a random number, a mutated capture), functions and properties that are not
 * symmetric (they depend on the names of interchangeable members, or on the order in which a set hands them out), and
 * defects of the engine. Every search ends with a small audit; `--audit` makes it a large one. As it is a sample, it
 * can prove a fault, but not that there is none.
 */
import { FunctionError, LimitReached } from "../../errors.js";
import type { Action } from "../../model/action.js";
import { type Bound, nameOfInstance, type Values } from "../../model/instance.js";
import { hasGoals, isLiveness } from "../../model/property.js";
import { rename, renumber, successorsBy } from "../../model/reference.js";
import type { AnyState } from "../../model/state.js";
import { DISABLED } from "../../observe/trees.js";
import { renamedBindings } from "../../symmetry/bindings.js";
import type { Inspector } from "../engine/inspector.js";
import type { SearchResult } from "../exhaustive/search-result.js";

/** The size of the small audit: states, and pairs of a state and an exchange of two members. */
const SMALL_AUDIT = { states: 24, exchanges: 96 };

/**
 * Audits one in `oneIn` of the states that the search has looked at, or by default a small sample spread evenly over
 * them. Returns how many it audited.
 * @throws FunctionError at the first difference
 */
export function audit(result: SearchResult, oneIn: number | undefined): number {
  const lookedAt = result.lookedAt;
  const step = oneIn ?? Math.max(1, Math.ceil(lookedAt / SMALL_AUDIT.states));
  const each = oneIn ? undefined : Math.ceil((SMALL_AUDIT.exchanges * step) / Math.max(lookedAt, 1));
  return auditRows(result.inspector, result.sample(step), each);
}

/** The size of the small audit: states, and exchanges of members in each state. */
export const SMALL = { states: SMALL_AUDIT.states, exchanges: SMALL_AUDIT.exchanges / SMALL_AUDIT.states } as const;

/**
 * Audits `rows`, which need not be stored, and returns how many it audited.
 * @param each how many exchanges of members to try in each row; default: all
 * @param before how many rows were audited before: exchanges are taken in turns
 * @throws FunctionError at the first difference
 */
export function auditRows(inspector: Inspector, rows: Iterable<Uint16Array>, each?: number, before = 0): number {
  const exchanges = exchangesOf(inspector.canonicalizer.nominal?.size ?? 0);
  const number = each ?? exchanges.length;
  let states = 0;
  try {
    for (const row of rows) {
      const first = ((before + states) * number) % Math.max(exchanges.length, 1);
      auditState(inspector, row, [...exchanges.slice(first), ...exchanges.slice(0, first)].slice(0, number));
      states++;
    }
  } catch (error) {
    // Expanding a state of an incomplete search again may come to the search's limit; the audit then ends.
    if (!(error instanceof LimitReached)) throw error;
  }
  return states;
}

/** Returns all exchanges of two of `size` members, as lists of where each index goes. They generate every renaming. */
function exchangesOf(size: number): number[][] {
  const members = Array.from({ length: size }, (_, i) => i);
  return members.flatMap((a) => members.slice(a + 1).map((b) => members.map((i) => (i === a ? b : i === b ? a : i))));
}

function auditState(inspector: Inspector, row: Uint16Array, exchanges: readonly (readonly number[])[]): void {
  const { instance, canonicalizer } = inspector;
  const values = canonicalizer.valuesOf(row);
  const observed = inspector.successorsOf(row).map(({ row, action }) => ({
    row: row.subarray(0, values.length).join(),
    action: instance.actions[action]!.action,
  }));
  const culprits = differing(observed, successorsByReference(inspector, values));
  if (culprits.size > 0) throw convicted(culprits, isTellingActions(inspector, values, culprits) ? asymmetric : impure);
  compareInvariants(inspector, row, values);
  for (const exchange of exchanges) {
    const renamed = rename(values, canonicalizer.nominal!.set, exchange, instance);
    const culprits = differing(observed, successorsByReference(inspector, renamed));
    if (culprits.size > 0) throw convicted(culprits, asymmetric);
    compareProperties(inspector, values, renamed);
  }
}

interface NamedRow {
  readonly row: string;
  readonly action: Action<AnyState>;
}

function successorsByReference(inspector: Inspector, values: Values): (NamedRow & { readonly index: number })[] {
  const { instance } = inspector;
  return instance.actions.flatMap((of) => {
    const { action, index } = of;
    const name = `action ${nameOfInstance(of)}, declared at ${action.where},`;
    const successors = asked(name, () => [...successorsBy(instance, values, of)]);
    return successors.flatMap(({ next }) =>
      next ? [{ row: inspector.rowOf(renumber(next)).join(), action, index }] : [],
    );
  });
}

/**
 * Returns what `ask` returns. A function that throws here has not been run in this state before, but for another
 * member: see `tellsApart`.
 * @param who names the function
 * @throws FunctionError if `ask` throws
 */
function asked<T>(who: string, ask: () => T): T {
  try {
    return ask();
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new FunctionError(`the audit found that ${who} threw ${message}`, { cause: error });
  }
}

/** Returns the actions in which two multisets of rows differ. */
function differing(observed: readonly NamedRow[], expected: readonly NamedRow[]): Set<Action<AnyState>> {
  const left = [...observed];
  const missing = expected.filter(({ row, action }) => {
    const at = left.findIndex((other) => other.row === row && other.action === action);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return new Set([...missing, ...left].map(({ action }) => action));
}

function convicted(culprits: Iterable<Action<AnyState>>, complaint: string): FunctionError {
  const named = [...culprits].map(({ name, where }) => `action ${name}, declared at ${where},`);
  return new FunctionError(`the audit found that ${named.join(" or ")} ${complaint}`);
}

/**
 * Whether `actions`, of which other successors were expected in this state, tell members apart. What one binding does
 * is taken over from another (checker/observe/equivariance.ts), so functions that tell members apart make trees wrong,
 * just as impure functions do.
 */
function isTellingActions(inspector: Inspector, values: Values, actions: ReadonlySet<Action<AnyState>>): boolean {
  const bound = inspector.instance.actions.map(({ action, binding }) => ({ of: action, binding }));
  return tellsApart(inspector, values, bound, (state) => {
    const rows: string[][] = bound.map(() => []);
    for (const { row, index } of successorsByReference(inspector, state)) rows[index]!.push(row);
    return rows.map((of, index) => (actions.has(bound[index]!.of) ? of.sort().join(" ") : ""));
  });
}

/**
 * Whether functions say something else of some renaming of a state, each with its binding renamed, than they say of the
 * state, while they say the same each time they are asked of the state itself.
 * @param ask returns what each of the functions says of a state
 */
function tellsApart(
  { instance, canonicalizer }: Inspector,
  values: Values,
  bound: readonly Bound<object>[],
  ask: (state: Values) => readonly (string | boolean)[],
): boolean {
  const { orbits, set } = canonicalizer.nominal ?? {};
  if (orbits === undefined) return false;
  const first = ask(values);
  const places = renamedBindings(bound, orbits.permutations);
  const differs = orbits.permutations.some(({ to }, permutation) => {
    if (permutation === 0) return false;
    const renamed = ask(rename(values, set!, to, instance));
    return first.some((said, i) => {
      const place = places[i]![permutation];
      return place !== undefined && said !== renamed[place];
    });
  });
  return differs && ask(values).every((said, i) => said === first[i]);
}

const impure =
  "is not a pure function of the state: on an equal state it came to something else.\n" +
  "  Verdicts would depend on chance. Take out clocks, random numbers and captured variables that change, and compare values with\n" +
  "  equals() rather than ===.";

const asymmetric =
  "does not treat the members of a scalarset alike: with their names exchanged it came to something else.\n" +
  "  Symmetry reduction would give wrong verdicts. Name no member, do not depend on the order of a set, or declare the set ordered.";

/** Compares what the trees say of a state with what the invariants say. @throws FunctionError if they differ */
function compareInvariants(inspector: Inspector, row: Uint16Array, values: Values): void {
  const { instance, model } = inspector;
  const state = instance.stateOf(values);
  for (const { tree, place, holds } of model.invariants) {
    const of = instance.properties[place]!;
    const name = `property "${of.name}"`;
    if ((model.trees.leafOf(tree, row) === DISABLED) === asked(name, () => holds(state))) continue;
    const alike = model.invariants.filter((other) => other.place === place);
    const bound = alike.map(({ binding }) => ({ of, binding }));
    const complaint = tellsApart(inspector, values, bound, (values) => {
      const state = instance.stateOf(values);
      return alike.map(({ holds }) => asked(name, () => holds(state)));
    })
      ? asymmetric
      : impure;
    throw new FunctionError(`the audit found that ${name} ${complaint}`);
  }
}

/** Compares what each property says of a state and of its renaming. @throws FunctionError if they differ */
function compareProperties(inspector: Inspector, values: Values, renamed: Values): void {
  const { instance } = inspector;
  const [state, mirrored] = [instance.stateOf(values), instance.stateOf(renamed)];
  for (const place of inspector.model.checked) {
    const property = instance.properties[place]!;
    const judge = (of: typeof state): string => {
      if (property.kind === "no deadlock") return String(property.stuck(of));
      if (property.kind === "invariant") {
        return String(instance.bindings(property.domains).every((binding) => property.holds(of, binding)));
      }
      if (isLiveness(property)) {
        // A renaming may change for which bindings a predicate holds, but not for how many.
        const bindings = instance.bindings(property.domains);
        const count = (holds: typeof property.holds) => bindings.filter((binding) => holds(of, binding)).length;
        return `${count(property.holds)} ${property.from ? count(property.from) : ""}`;
      }
      if (!hasGoals(property)) return "";
      return property.goals
        .map((goal) => "domains" in goal && instance.bindings(goal.domains).some((binding) => goal.holds(of, binding)))
        .join();
    };
    const name = `property "${property.name}"`;
    if (asked(name, () => judge(state) !== judge(mirrored)))
      throw new FunctionError(`the audit found that ${name} ${asymmetric}`);
  }
}
