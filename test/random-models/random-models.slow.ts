/** Four hundred random models, by seed, agree with a plain interpreter, and are no trivialities. */
import { describe, test } from "vitest";
import { expectAgreement } from "./seeds.js";

const [MODELS, AT_ONCE] = [400, 100];

describe("random models come to what a plain interpreter says", () => {
  const firsts = Array.from({ length: MODELS / AT_ONCE }, (_, i) => 1001 + i * AT_ONCE);
  test.each(firsts)(`seeds from %i on, ${AT_ONCE} of them`, (first) => expectAgreement(first, AT_ONCE, 2));
});
