/** Two thousand random models, by seed, each in one of all ways, agree with a plain interpreter. They are no toys. */
import { describe, test } from "vitest";
import { expectAgreement } from "./seeds.js";

const [MODELS, AT_ONCE] = [2000, 100];

describe("random models come to what a plain interpreter says", () => {
  const firsts = Array.from({ length: MODELS / AT_ONCE }, (_, i) => 1001 + i * AT_ONCE);
  test.each(firsts)(`seeds from %i on, ${AT_ONCE} of them`, (first) => expectAgreement(first, AT_ONCE, 1));
});
