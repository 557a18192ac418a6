/** What docs/explanation/messaging-layer.md says of section 3.1. */
import { describe, expect, test } from "vitest";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import { oneRequestOneAnswer } from "../../invariants/popcorn/links.js";
import { type Kernel, kernels } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { Fetch, Invalid } from "../../spec/popcorn/messages.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { exceptSlow } from "../support/extent.js";

const ofLinks = { ...popcorn, properties: () => [oneRequestOneAnswer] };

describe("from one kernel to another at most one request and one answer are in flight, in", () => {
  const cases = readKnownAnswers().filter(({ model, distinct }) => model === "popcorn" && (distinct ?? 1e9) < 60_000);
  test.each(exceptSlow(cases, ({ distinct }) => distinct! > 100).map(({ parameters }) => [parameters]))(
    "%j",
    (parameters) => {
      const { properties, distinct } = checkSync(new Instance(ofLinks as typeof popcorn, parameters), {});
      expect(properties.find(({ name }) => name === oneRequestOneAnswer.name)).toMatchObject({ verdict: "holds" });
      expect(distinct).toBeGreaterThan(1);
    },
  );
});

test("a second request is told", () => {
  const instance = new Instance(popcorn, { kernels: 2, stage: "4.7" });
  const state = instance.stateOf(instance.initial[0]!) as unknown as PopcornState;
  const [from, to] = state.members(kernels) as [Kernel, Kernel];
  const { holds, explain } = oneRequestOneAnswer;
  const once = state.withLink(from, to, state.link(from, to).put(Fetch()));
  const twice = once.withLink(from, to, once.link(from, to).put(Invalid(null)));
  const bound = { from, to } as never;
  expect([state, once, twice].map((at) => holds(at, bound))).toEqual([true, true, false]);
  expect(explain(twice, bound)).toBe("K1 has sent K2 Fetch, Invalid");
});
