/** What docs/explanation/simulation.md says of Figure 7(b): readers send no Fetch again unless somebody writes. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import { noFetchWithoutWrite } from "../../invariants/popcorn/fetches.js";
import { type Kernel, kernels } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { Fetch, Invalid } from "../../spec/popcorn/messages.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { exceptRelease } from "../support/extent.js";

const asked = { ...popcorn, properties: () => [noFetchWithoutWrite] };

const stages = ["4.2", "4.3", "4.4", "4.5", "4.6", "4.7a", "4.7", "4.8", "repaired", "repaired-4.8"];
const cases: { stage: string; kernels: number; [option: string]: unknown }[] = [
  ...stages.map((stage) => ({ stage, kernels: 2 })),
  { stage: "4.8", kernels: 2, owner: true },
  { stage: "repaired-4.8", kernels: 2, multicast: true },
  { stage: "4.2", kernels: 3 },
  ...["4.7", "4.8", "repaired", "repaired-4.8"].map((stage) => ({ stage, kernels: 3, network: "fifo" })),
  { stage: "4.7", kernels: 3 },
  { stage: "4.8", kernels: 3 },
];
const isSlow = ({ stage, kernels }: { stage: string; kernels: number }) => kernels === 3 && stage !== "4.2";

describe("no Fetch without a write between, in", () => {
  test.each(exceptRelease(cases, isSlow))("%j", (parameters) => {
    const { properties, distinct, incomplete } = checkSync(new Instance(asked as typeof popcorn, parameters), {});
    expect(properties.find(({ name }) => name === noFetchWithoutWrite.name)).toMatchObject({ verdict: "holds" });
    expect([incomplete, distinct > 10]).toEqual([undefined, true]);
  });
});

describe("a step that breaks it is told:", () => {
  const instance = new Instance(popcorn, { kernels: 2, stage: "4.7" });
  const first = instance.stateOf(instance.initial[0]!) as unknown as PopcornState;
  const [at, other] = first.members(kernels) as [Kernel, Kernel];
  const told = (after: PopcornState, before = first) => {
    const step = { action: "a step", writes: () => true };
    const { holds, explain } = noFetchWithoutWrite;
    return holds(before, after, { at } as never, step) ? undefined : explain(before, after, { at } as never, step);
  };
  const put = (state: PopcornState, message: ReturnType<typeof Fetch>) =>
    state.withLink(at, other, state.link(at, other).put(message));
  const lost = first.withCopy(at, first.copy(at).becomes("Invalid"));

  test.each([
    ["a Fetch of who can read", put(first, Fetch()), "K1 sends a Fetch, although it has a copy to read"],
    [
      "a copy that is lost",
      lost,
      "K1 loses a copy that it could read, although no Invalid came to it and it does not write",
    ],
    ["an Invalid of nobody's write", put(first, Invalid(null)), "K1 sends an Invalid, and writes nothing"],
  ])("%s", (_name, after, words) => {
    expect(told(after)).toBe(words);
  });

  test("and no other", () => {
    const writing = first.withCopy(at, first.copy(at).becomes("WritingPend1"));
    const invalidated = first.withLink(other, at, first.link(other, at).put(Invalid(null)));
    expect([told(first), told(put(writing, Invalid(null))), told(lost, invalidated)]).toEqual(Array(3).fill(undefined));
    expect(told(put(lost, Fetch()), lost)).toBeUndefined();
  });
});
