/** How Popcorn says that its page is used: what is local, what serves an access, and which actions do it. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { accesses } from "../../spec/popcorn/accesses.js";
import { type Copy, type Kernel, kernels } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import type { Options } from "../../spec/popcorn/options.js";
import type { PopcornState } from "../../spec/popcorn/state.js";

function of(parameters: Readonly<Record<string, unknown>>) {
  const instance = new Instance(popcorn, { kernels: 2, ...parameters });
  const state = instance.stateOf(instance.initial[0]!) as unknown as PopcornState;
  const options = instance.parameters as unknown as Options;
  const [at] = state.members(kernels) as [Kernel];
  return { state, at, options, ...accesses(options) };
}

const withPage = (state: PopcornState, at: Kernel, page: Copy["page"]) =>
  state.withCopy(at, state.copy(at).becomes(page));

describe("an access is local", () => {
  const { state, at, read, write, isLatest } = of({ stage: "4.8" });
  test.each([
    ["Unmapped", false, false],
    ["Invalid", false, false],
    ["InvalidRead1", false, false],
    ["Shared", true, false],
    ["WritingPend1", false, false],
    ["Modified", true, true],
    ["NotReplicated", true, true],
  ] as const)("in %s: a read %s, a write %s", (page, reads, writes) => {
    const is = withPage(state, at, page);
    expect([read.isLocal!(is, at), write.isLocal!(is, at)]).toEqual([reads, writes]);
  });

  test("on a copy whose kernel runs the process, as far as there are others", () => {
    const alone = of({ stage: "4.8", oneKernel: true });
    const absent = alone.state.members(kernels)[1] as Kernel;
    const shared = withPage(alone.state, absent, "Shared");
    expect(alone.read.isLocal!(shared, absent)).toBe(false);
    expect(alone.read.isLocal!(shared.withMembership(absent, "member"), absent)).toBe(true);
  });

  test("on a Modified copy that holds requests, unless question 20 says otherwise", () => {
    for (const localInModified of [true, false]) {
      const { state, at, write } = of({ stage: "4.7", localInModified });
      const asked = state.withCopy(at, state.copy(at).set("heldFetch", state.copy(at).heldFetch.add(at)));
      expect(write.isLocal!(asked, at)).toBe(localInModified);
    }
  });

  test("and shows the latest data, or not", () => {
    const { latest } = state.content();
    const holding = state.withCopy(at, state.copy(at).set("data", latest));
    expect(isLatest(holding, at)).toBe(true);
    expect(isLatest(holding.withContent(holding.content().set("latest", latest.justAfter())), at)).toBe(false);
  });
});

describe("an access is served", () => {
  const { state, at, read, write } = of({ stage: "repaired" });
  const step = (from: Copy["page"], to: Copy["page"]) => [withPage(state, at, from), withPage(state, at, to)] as const;

  test.each([
    ["InvalidRead1", "Shared", true],
    // Repair R4: by a Copy that is not kept.
    ["InvalidRead2", "Invalid", true],
    ["InvalidRead1", "Invalid", true],
    ["InvalidRead1", "InvalidRead2", false],
    ["FetchingInvalid", "Invalid", false],
    ["Invalid", "InvalidRead1", false],
  ] as const)("a read, from %s to %s: %s", (from, to, served) => {
    expect(read.isServedBy(...step(from, to), at)).toBe(served);
  });

  test("a write, by the step that writes at its own kernel", () => {
    const [, other] = state.members(kernels) as [Kernel, Kernel];
    const version = state.content().latest.justAfter();
    const wrote = state
      .withContent(state.content().set("latest", version))
      .withCopy(at, state.copy(at).set("data", version));
    expect([at, other].map((k) => write.isServedBy(state, wrote, k))).toEqual([true, false]);
    expect(write.isServedBy(wrote, wrote, at)).toBe(false);
  });
});

test("actions are those that the model has", () => {
  for (const parameters of [{ stage: "4.2" }, { oneKernel: true }, { readOnly: true }, { forcedRead: "at-once" }]) {
    const { read, write, enter = [], options } = of(parameters);
    const known = popcorn.actions(options).map(({ name }) => name);
    expect([...read.actions, ...write.actions, ...enter].filter((name) => !known.includes(name))).toEqual([]);
  }
  expect(of({ oneKernel: true }).enter).toEqual(["Join"]);
  expect(of({ forcedRead: "at-once" }).write.actions).toContain("App_Write_Without_Data");
});
