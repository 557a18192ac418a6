/** The engine against the naive explorer on Popcorn, for every value of every option, in both stages that have it. */
import { describe, test } from "vitest";
import { loadModel } from "../../checker/models/models.js";
import { agree, readingsOf } from "./agreement.js";

const { model } = await loadModel("popcorn");

describe("every reading of every open question is searched correctly, with 2 kernels", () => {
  test.each(readingsOf(model))("$title", ({ given }) => agree(model, given));
});

test.each([1, 2])("bounded skew agrees too, for a window of %d", (skew) =>
  agree(model, { stage: "4.4", kernels: 2, clocks: "bounded", skew }),
);
