/** Which of an instance's properties a search is asked to decide. */
import { UsageError } from "../errors.js";
import type { Instance } from "../model/instance.js";
import { hasGoals, type Property } from "../model/property.js";
import type { AnyState } from "../model/state.js";
import { hasImpossible } from "../model/table.js";
import type { AskedProperties } from "./options.js";

/**
 * Returns the places of the asked properties among the instance's: those that are named first. Unspecified receptions
 * are asked about whatever else is named: a state space in which messages are not taken says little about the others.
 */
export function placesOf(instance: Instance, { properties: names, receptions = true }: AskedProperties): number[] {
  const places = instance.properties.map((_, place) => place);
  const isReception = (place: number) => instance.properties[place]!.kind === "no unspecified reception";
  if (names === undefined) return places.filter((place) => receptions || !isReception(place));
  const named = places.filter((place) => names.includes(instance.properties[place]!.name));
  return [...named, ...places.filter((place) => receptions && isReception(place) && !named.includes(place))];
}

/** @throws UsageError if `properties` names properties that the model does not have */
export function refuseUnknown(instance: Instance, properties: readonly string[] = []): void {
  const known = instance.properties.map(({ name }) => name);
  for (const name of properties) {
    if (!known.includes(name))
      throw new UsageError(`${instance.model.name} has no property called "${name}"; it has ${known.join(", ")}`);
  }
}

/**
 * Returns what an outcome says of unspecified receptions that are not asked about.
 * @param checked the places of the properties that are
 * @param ignored why a reception is impossible that was met; undefined if none was
 */
export function unaskedReceptions(
  { properties, model }: Instance,
  checked: readonly number[],
  ignored: string | undefined,
): string[] {
  const place = properties.findIndex(({ kind }) => kind === "no unspecified reception");
  const isLeftOut = model.ignoresUnspecifiedReceptions === undefined && place >= 0 && !checked.includes(place);
  return [
    ...(isLeftOut ? ["nobody asked whether messages meet an impossible cell, by --no-receptions"] : []),
    ...(ignored === undefined ? [] : [`messages met cells that are impossible ("${ignored}"), and were not taken`]),
  ];
}

/**
 * Returns why a property cannot but hold, whatever the protocol does: it says nothing of any state or step. Undefined
 * for every other property.
 * @param generated the number of transitions that the search has seen
 */
export function whyTrivial(instance: Instance, property: Property<AnyState>, generated: number): string | undefined {
  if (hasGoals(property)) return property.goals.length === 0 ? "it has no goals" : undefined;
  if (property.kind === "no unspecified reception")
    return instance.tables.some(hasImpossible) ? undefined : "no cell of a receive table is impossible";
  if (property.kind === "no deadlock") return undefined;
  if (instance.bindings(property.domains).length === 0) return "it is about no members or values at all";
  return property.kind === "step invariant" && generated === 0 ? "no step can be taken" : undefined;
}
