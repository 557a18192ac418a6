/** The mutants of a model, made of what a survey has seen it do. */
import type { Instance } from "../model/instance.js";
import { changeMutants } from "./change-mutants.js";
import type { Mutant } from "./mutant.js";
import { readMutants } from "./read-mutants.js";
import { stepMutants } from "./step-mutants.js";
import type { Survey } from "./survey.js";

/** Returns all mutants of a model, in an order that depends on nothing but the model. */
export function mutantsOf(instance: Instance, survey: Survey): Mutant[] {
  const all = [...survey.deeds.values()].flatMap((deeds) => [
    ...changeMutants(instance, survey, deeds),
    ...readMutants(instance, deeds),
    ...stepMutants(instance, deeds),
  ]);
  return all.sort((a, b) => (keyOfMutant(a) < keyOfMutant(b) ? -1 : 1));
}

function keyOfMutant({ kind, where, says }: Mutant): string {
  return JSON.stringify([where, kind, says]);
}
