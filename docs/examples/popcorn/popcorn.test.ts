/** What this Popcorn must do, as tests: `npm test`. The matchers search; `stateOf` builds one state and applies rules. */
import "popcheck/vitest";
import { stateOf } from "popcheck";
import { kernels } from "popcheck/spec/popcorn/copy";
import { Ack, Fetch } from "popcheck/spec/popcorn/messages";
import { describe, expect, test } from "vitest";
import popcorn from "./popcorn.js";

describe("stage by stage", () => {
  test("4.2 lets two kernels write, after 8 steps", async () => {
    await expect(popcorn).toViolate("SWMR", { parameters: { stage: "4.2", kernels: 2 }, steps: 8 });
  });

  test("4.7 does not, with two kernels", async () => {
    await expect(popcorn).toHold(["SWMR", "coherent data"], { parameters: { stage: "4.7", kernels: 2 } });
  });

  test("4.7 lets a kernel write, and another wait for it", async () => {
    const wanted = "some j, k: copy[j].page = Modified and copy[k].page = InvalidRead1";
    await expect(popcorn).toReach(wanted, { parameters: { stage: "4.7", kernels: 2 }, steps: 1 });
  });
});

describe("a cell by itself", () => {
  const start = stateOf(popcorn, { stage: "4.7", kernels: 2 });
  const [k1, k2] = [kernels.member(0), kernels.member(1)];

  test("a Modified copy that is fetched is sent, and Shared from then on", () => {
    const { state } = start.apply("App_Read", { at: k2 }).receive(Fetch(), { from: k2, to: k1 });
    expect(state.copy(k1).page).toBe("Shared");
    const sent = state.link(k1, k2).messages();
    expect(sent.map(({ kind }) => kind)).toEqual(["Copy"]);
  });

  test("nobody acknowledges what was not asked", () => {
    expect(() => start.receive(Ack(), { from: k2, to: k1 })).toThrow("impossible cell Modified × Ack");
  });
});
