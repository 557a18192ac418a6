/** The scalarsets of an instance: the sets of which members may be exchanged. */
import type { Domains } from "./action.js";
import type { Instance } from "./instance.js";
import { hasGoals } from "./property.js";
import { type Exchange, exchangesOfNeighbours, type IndexSet } from "./scalarset.js";

/**
 * Returns the sets of more than one member that are not ordered: those that index variables, and those that actions,
 * properties and goals range over, of which variables may hold members.
 */
export function scalarsetsOf(instance: Instance): IndexSet[] {
  const { layout } = instance;
  // Without variables there is one state, in which nobody is.
  if (layout.variables.length === 0) return [];
  const sets = new Set([...layout.setsOfMembers(), ...rangedOver(instance)]);
  return [...sets].filter((set) => !set.ordered(layout.parameters) && layout.sizeOf(set) > 1);
}

/** Returns the exchanges of neighbours in all scalarsets, which generate all renamings. */
export function exchangesIn(instance: Instance): Exchange[] {
  return scalarsetsOf(instance).flatMap((set) => exchangesOfNeighbours(set, instance.layout.sizeOf(set)));
}

function rangedOver({ actions, properties }: Instance): IndexSet[] {
  const domains: Domains[] = [
    ...actions.map(({ action }) => action.domains),
    ...properties.flatMap((property) => {
      if (hasGoals(property)) return property.goals.flatMap((goal) => ("anyCellOf" in goal ? [] : [goal.domains]));
      return "domains" in property ? [property.domains] : [];
    }),
  ];
  const sets = domains.flatMap((of) =>
    Object.values(of).flatMap((domain) => ("member" in domain ? [domain] : (domain.set ?? []))),
  );
  return sets.map((set) => set.extends?.set ?? set);
}
