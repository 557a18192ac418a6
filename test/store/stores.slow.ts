/** Every store says the same of the known answers of a few hundred states; of smaller ones in stores.test.ts. */
import { test } from "vitest";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { expectSameByStores } from "./same-by-stores.js";

const larger = readKnownAnswers().filter(
  ({ distinct }) => distinct !== undefined && distinct >= 150 && distinct < 1000,
);

test.each(larger.map((known) => [known.model, known.parameters, known.symmetry ?? true, known] as const))(
  "%s %j, symmetry: %s",
  (_name, _parameters, _symmetry, known) => expectSameByStores(known),
);
