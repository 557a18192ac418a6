/** What the tests of mutants share: the mutants of a model, and verdicts on them by another way. */
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { type Mutant, mutatedModel } from "../../checker/mutation/mutant.js";
import { mutantsOf } from "../../checker/mutation/mutants.js";
import { Survey } from "../../checker/mutation/survey.js";
import { checkSync } from "../../checker/search/check.js";
import type { SearchOptions } from "../../checker/search/options.js";

/** Returns the mutants of a model. */
export function surveyed(model: AnyModel, given: object = {}, options: SearchOptions = {}): Mutant[] {
  const survey = new Survey(model);
  const original = new Instance(model, { ...given });
  checkSync(new Instance(survey.model, { ...given }), options);
  return mutantsOf(original, survey);
}

/** Returns the mutant that does something otherwise in a place. */
export function mutantThat(mutants: readonly Mutant[], where: string, says: string): Mutant {
  const found = mutants.find((mutant) => mutant.where === where && mutant.says === says);
  if (found !== undefined) return found;
  const there = mutants.filter((mutant) => mutant.where === where).map((mutant) => `${mutant.kind}: ${mutant.says}`);
  throw new Error(`no mutant of ${where} says "${says}"; there are\n${there.join("\n")}`);
}

export function instanceOf(model: AnyModel, mutant: Mutant, given: object = {}): Instance {
  return new Instance(mutatedModel(model, mutant), { ...given });
}
