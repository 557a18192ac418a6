/** The orbits that renaming makes of a described model's states, and whether the model is symmetric at all. */
import { isLivenessOf, type PropertyOf, type SetName } from "./description.js";
import type { PlainGraph } from "./plain-graph.js";
import type { Names, PlainAction, PlainModel, PlainStep } from "./plain-semantics.js";
import { keyOfPlain, type PlainState, permutationsOf } from "./plain-state.js";

/** Every renaming of the members of some sets. */
function renamingsOf(graph: PlainGraph, sets: readonly SetName[]): ((state: PlainState) => PlainState)[] {
  const { layout } = graph.model;
  return sets.reduce<((state: PlainState) => PlainState)[]>(
    (all, set) =>
      all.flatMap((before) =>
        permutationsOf(layout.sizeOf(set)).map((to) => (state: PlainState) => layout.rename(before(state), set, to)),
      ),
    [(state) => state],
  );
}

export interface PlainOrbits {
  /** Of each orbit: the first of its states that was found. */
  readonly first: readonly number[];
  /** Of each orbit: the number of its states. */
  readonly sizes: readonly number[];
}

/**
 * Returns the orbits of the states under all renamings of the members of `sets`; undefined if some renaming of a state
 * is not reachable, so that the model is not symmetric.
 */
export function orbitsOf(graph: PlainGraph, sets: readonly SetName[]): PlainOrbits | undefined {
  const renamings = renamingsOf(graph, sets);
  const isSeen = new Set<number>();
  const [first, sizes]: [number[], number[]] = [[], []];
  for (const [number, state] of graph.states.entries()) {
    if (isSeen.has(number)) continue;
    const orbit = new Set(renamings.map((rename) => graph.numbers.get(keyOfPlain(rename(state)))));
    if (orbit.has(undefined)) return undefined;
    for (const each of orbit) isSeen.add(each!);
    first.push(number);
    sizes.push(orbit.size);
  }
  return { first, sizes };
}

/**
 * Returns what of a model tells members of `set` apart in a reachable state: some function says another thing of the
 * state with two members exchanged; undefined if none does.
 */
export function asymmetryOf(graph: PlainGraph, set: SetName): string | undefined {
  const { model, states, steps } = graph;
  const { layout } = model;
  const size = layout.sizeOf(set);
  const exchanges = permutationsOf(size).filter((to) => to.filter((after, i) => after !== i).length === 2);
  for (const to of exchanges) {
    const rename = (state: PlainState) => layout.rename(state, set, to);
    const initial = new Set(graph.initial);
    if (graph.initial.some((i) => !initial.has(graph.numbers.get(keyOfPlain(rename(states[i]!))) ?? -1)))
      return "the initial states";
    for (const [number, state] of states.entries()) {
      const other = rename(state);
      const renamed = steps[number]!.map((step) => keyOfStep(model, step, rename, set, to)).sort();
      const asked = model
        .steps(other)
        .map((step) => keyOfStep(model, step, (next) => next, set))
        .sort();
      const at = renamed.findIndex((key, i) => key !== asked[i]);
      if (at >= 0 || renamed.length !== asked.length) return `an action: ${renamed[at] ?? asked[renamed.length]}`;
      const property = model.of.properties.find((each) => tellsApart(model, each, state, other, set, to));
      if (property !== undefined) return `property ${property.name}`;
      const assumption = model.of.assumptions.find((each) =>
        model.bindings(each.domains).some((names) => {
          const mirrored = renamedNames(each.domains, names, set, to);
          return [each.before, each.after, each.answered].some(
            (condition) =>
              model.holdsOf(each, condition, state, names) !== model.holdsOf(each, condition, other, mirrored),
          );
        }),
      );
      if (assumption !== undefined) return `assumption ${assumption.name}`;
    }
  }
  return undefined;
}

function keyOfStep(
  model: PlainModel,
  { action, kind, next }: PlainStep,
  rename: (state: PlainState) => PlainState,
  set: SetName,
  to?: readonly number[],
): string {
  const names = to === undefined ? action.names : renamedNames(action.of.domains, action.names, set, to);
  const after = next === undefined ? "unspecified" : keyOfPlain(rename(model.layout.renumber(next)));
  return `${action.of.name} ${keyOfNames(names)} ${kind} ${after}`;
}

export function keyOfNames(names: Names): string {
  return [...names].map(([name, value]) => `${name}=${value}`).join();
}

function renamedNames(domains: PlainAction["of"]["domains"], names: Names, set: SetName, to: readonly number[]): Names {
  return new Map(
    domains.map((domain) => {
      const value = names.get(domain.name)!;
      return [domain.name, "set" in domain && domain.set === set && value >= 0 ? to[value]! : value];
    }),
  );
}

function tellsApart(
  model: PlainModel,
  property: PropertyOf,
  state: PlainState,
  other: PlainState,
  set: SetName,
  to: readonly number[],
): boolean {
  const differs = (
    of: { readonly domains: PlainAction["of"]["domains"] },
    holds: (s: PlainState, n: Names) => boolean,
  ) =>
    model.bindings(of.domains).some((names) => {
      return holds(state, names) !== holds(other, renamedNames(of.domains, names, set, to));
    });
  if (property.kind === "no unspecified reception") return false;
  if (property.kind === "no deadlock") {
    const names = new Map();
    return model.holds(property.stuck, { state, names }) !== model.holds(property.stuck, { state: other, names });
  }
  if (property.kind === "reachable")
    return property.goals.some((goal) => differs(goal, (s, names) => model.holdsOf(goal, goal.holds, s, names)));
  if (property.kind === "step invariant")
    return [property.before, property.after].some((condition) =>
      differs(property, (s, names) => model.holdsOf(property, condition, s, names)),
    );
  if (differs(property, (s, names) => model.holdsOf(property, property.holds, s, names))) return true;
  return isLivenessOf(property) && differs(property, (s, names) => model.isDue(property, s, names));
}
