/** What docs/explanation/messaging-layer.md says of section 3.1. */
import { describe, expect, test } from "vitest";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { Bag } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { stateOf } from "../../checker/model/state-under-test.js";
import { checkSync } from "../../checker/search/check.js";
import { oneRequestOneAnswer } from "../../invariants/popcorn/links.js";
import { kernels } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { Fetch, Invalid, type Message } from "../../spec/popcorn/messages.js";
import { exceptRelease } from "../support/extent.js";

const ofLinks = { ...popcorn, properties: () => [oneRequestOneAnswer] };

describe("from one kernel to another at most one request and one answer are in flight, in", () => {
  const cases = readKnownAnswers().filter(({ model, distinct }) => model === "popcorn" && (distinct ?? 1e9) < 60_000);
  test.each(exceptRelease(cases, ({ distinct }) => distinct! > 100).map(({ parameters }) => [parameters]))(
    "%j",
    (parameters) => {
      const { properties, distinct } = checkSync(new Instance(ofLinks as typeof popcorn, parameters), {});
      expect(properties.find(({ name }) => name === oneRequestOneAnswer.name)).toMatchObject({ verdict: "holds" });
      expect(distinct).toBeGreaterThan(1);
    },
  );
});

test("a second request is told", () => {
  const start = stateOf(ofLinks as typeof popcorn, { kernels: 2, stage: "4.7" });
  const sent = (...messages: Message[]) => start.with({ link: { K1: { K2: Bag.of(...messages) } } });
  const twice = sent(Fetch(), Invalid(null));
  const told = [start, sent(Fetch()), twice].map((at) => at.violated());
  expect(told).toEqual([[], [], [oneRequestOneAnswer.name]]);
  const bound = { from: kernels.member(0), to: kernels.member(1) } as never;
  expect(oneRequestOneAnswer.explain(twice.state, bound)).toBe("K1 has sent K2 Fetch, Invalid");
});
