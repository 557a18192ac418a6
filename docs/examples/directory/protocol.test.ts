/** What the protocol must do, as tests: `npm test`. The matchers search; `stateOf` builds one state and applies rules. */
import { Queue } from "popcheck/model";
import "popcheck/vitest";
import { stateOf } from "popcheck";
import { describe, expect, test } from "vitest";
import protocol, { Copy, caches, Directory, pages, ToCache, ToHome } from "./protocol.js";

describe("the whole protocol", () => {
  test("keeps all its properties", async () => {
    await expect(protocol).toHold();
  });

  test.each(pages)("comes to %s", async (page) => {
    await expect(protocol).toReach(`some c: cache[c].page = ${page}`);
  });

  test("never has a copy that may be written while data to be read is on its way", async () => {
    await expect(protocol).not.toReach("some j, k: cache[j].page = Modified and down[k] has Read");
  });

  test("has two caches acknowledge before a third one writes", async () => {
    await expect(protocol).toReach((state) => state.home().awaiting.size === 2, { steps: 6 });
  });

  // An invariant that has never been seen to fail says little.
  test("needs messages that arrive in order: else two caches write at once", async () => {
    await expect(protocol).toViolate("SWMR", { parameters: { caches: 2, ordered: false }, steps: 8 });
  });
});

describe("a rule by itself", () => {
  const start = stateOf(protocol, { caches: 2 });
  const c1 = caches.member(0);
  const { first } = stateOf(protocol).state.latest().ordinal;

  test("a Modified copy that is invalidated goes back to the home", () => {
    const before = start.with({ cache: { C1: new Copy({ page: "Modified", data: first }) } });
    const { state } = before.receive(new ToCache({ kind: "Invalidate" }), { c: "C1" });
    expect(state.cache(c1).page).toBe("Invalid");
    expect(state.up(c1).messages()).toEqual([new ToHome({ kind: "Ack", data: first })]);
  });

  test("a Busy home leaves a request where it is", () => {
    const busy = start.with({ home: new Directory({ page: "Busy", requester: c1, write: true }) });
    expect(busy.receiveAll(new ToHome({ kind: "GetRead" }), { c: "C2" })).toEqual([]);
  });

  test("an Invalidate behind a Read waits for it", () => {
    const down = Queue.of(new ToCache({ kind: "Read", data: first }));
    const reading = start.with({ cache: { C1: new Copy({ page: "Reading" }) }, down: { C1: down } });
    expect(() => reading.receive(new ToCache({ kind: "Invalidate" }), { c: "C1" })).toThrow("before it in down[C1]");
  });

  test("the invariants see what is wrong", () => {
    const both = new Copy({ page: "Modified", data: first });
    expect(start.with({ cache: { C1: both, C2: both } }).violated()).toEqual(["SWMR"]);
  });
});
