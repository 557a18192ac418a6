/** The matchers: what passes, what fails with which text, and that no open question is ever green. */
import "popcheck/vitest";
import { describe, expect, test } from "vitest";
import { check } from "../../checker/api/index.js";
import { noUnspecifiedReception, vocabulary } from "../../checker/model/index.js";
import { withProperties } from "../../checker/model/model.js";
import directory, { caches, type State } from "../../docs/examples/directory/protocol.js";
import { german, nodes } from "../../spec/german.js";

/** German's protocol with one node, and the directory with two caches: fewer say the same of the matchers. */
const one = { parameters: { nodes: 1 } } as const;
const two = { parameters: { caches: 2 } } as const;
const { always, coverage, goal, leadsTo } = vocabulary<State>();

/** Returns the message with which an expectation fails. @throws Error if it does not */
async function failure(expectation: Promise<void>): Promise<string> {
  const message = await expectation.then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  if (message === undefined) throw new Error("the expectation is met");
  return message;
}

describe("toHold", () => {
  test("passes what check says holds, and fails it with not", async () => {
    await expect(german).toHold("CntrlProp", one);
    await expect(german).toHold(["CntrlProp", "DataProp"], one);
    await expect(german).toHold(undefined, one);
    const { distinct } = await check(german, { ...one, threads: 1 });
    expect(await failure(expect(german).not.toHold("CntrlProp", one))).toContain(
      `CntrlProp: holds in all ${distinct} states of german (nodes 1, data 2)`,
    );
  });

  test("fails a violated property with its counterexample, and passes it with not", async () => {
    const options = { parameters: { caches: 2, ordered: false } };
    const message = await failure(expect(directory).toHold(["a reader sees the last write", "SWMR"], options));
    expect(message).toMatch(/^VIOLATED {2}a reader sees.*shortest: 9 steps\n 0 +initial /);
    expect(message).toMatch(/\n\nVIOLATED {2}SWMR .*shortest: 8 steps\n 0 +initial /);
    expect(message).toContain("^ C1 is Modified while C2 is Modified");
    await expect(directory).not.toHold("SWMR", options);
  });

  test("a coverage that is not whole fails", async () => {
    const never = coverage({
      ...{ name: "cover", says: "" },
      goals: [goal("four wait", {}, (state) => state.home().awaiting.size > 3)],
    });
    const message = await failure(expect(withProperties(directory, () => [never])).toHold("cover", two));
    expect(message).toMatch(/^UNCOVERED {2}cover: .*four wait/);
  });
});

describe("toViolate", () => {
  const options = { parameters: { caches: 2, ordered: false } };

  test("takes the length of the run, and shows the run if it has another one", async () => {
    await expect(directory).toViolate("SWMR", { ...options, steps: 8 });
    const message = await failure(expect(directory).toViolate("SWMR", { ...options, steps: 7 }));
    expect(message).toMatch(/^SWMR: in 7 steps was expected, and the run that was found has 8\nVIOLATED {2}SWMR/);
  });

  test("fails if the property holds, and passes with not", async () => {
    const message = await failure(expect(directory).toViolate("SWMR", two));
    expect(message).toBe("SWMR is not violated: it holds in all 65 states of directory (caches 2, ordered true)");
    await expect(directory).not.toViolate("SWMR", two);
    expect(await failure(expect(directory).not.toViolate("SWMR", options))).toContain("VIOLATED  SWMR");
    expect(await failure(expect(directory).not.toViolate("SWMR", { steps: 8 }))).toContain("leave it out with not");
  });

  test("a random search may find it, and one that does not says nothing", async () => {
    await expect(directory).toViolate("SWMR", { ...options, search: "random", walks: 5_000, seed: 1, maxDepth: 40 });
    const random = { search: "random", walks: 3, seed: 1, maxDepth: 2 } as const;
    expect(await failure(expect(directory).toViolate("SWMR", random))).toContain("nothing is decided");
  });
});

describe("toReach", () => {
  test("takes a condition or a function, and the length of the run", async () => {
    await expect(german).toReach("some i: node[i].cache = E", { ...one, steps: 4 });
    await expect(german).toReach((state) => state.members(nodes).every((i) => state.node(i).cache === "S"), one);
    // A condition that names a member.
    await expect(directory).toReach("cache[C2].page = Modified", { ...two, steps: 3 });
    const message = await failure(expect(german).toReach("some i: node[i].cache = E", { ...one, steps: 3 }));
    expect(message).toMatch(/in 3 steps was expected, and the run that was found has 4\n.*reached\n 0 {2}initial /);
  });

  test("says what keeps a state from being reached, and passes with not", async () => {
    const wanted = "some j, k: cache[j].page = Modified and cache[k].page = Exclusive";
    expect(await failure(expect(directory).toReach(wanted, two))).toMatch(
      /in none of all 65 states of directory \(caches 2, ordered true\)\n {2}.*cache\[k\]\.page/,
    );
    await expect(directory).not.toReach("some j, k: cache[j].page = Modified and cache[k].page = Shared", two);
    expect(await failure(expect(german).not.toReach("some i: node[i].cache = E", one))).toContain(
      "reached\n 0  initial",
    );
  });

  test("finds a state that is deeper than a message without a rule, but says of none that it is not there", async () => {
    const options = { parameters: { caches: 2, ordered: false } };
    await expect(directory).toReach("some j, k: cache[j].page = Modified and cache[k].page = Modified", {
      ...options,
      steps: 8,
    });
    expect(await failure(expect(directory).not.toReach("home.page = Away", options))).toContain("did not go on where");
  });

  test("looks on from every initial state", async () => {
    await expect(german).toReach("home.memory = 2", { ...one, steps: 0 });
  });

  test("refuses a condition or a function that means nothing", async () => {
    expect(await failure(expect(german).toReach("nodes = 1", one))).toContain("nodes");
    const wrong = (() => "yes") as unknown as () => boolean;
    expect(await failure(expect(german).toReach(wrong, one))).toContain("neither true nor false");
  });
});

describe("an open question fails, with not and without:", () => {
  const vacuous = leadsTo({
    ...{ name: "vacuous", says: "", for: { c: caches } },
    ...{ from: (state) => state.home().awaiting.size > 3, to: () => false, explain: () => "" },
  });
  const fine = always({ name: "fine", says: "", for: {}, holds: () => true, explain: () => "" });
  const open = withProperties(directory, () => [vacuous, fine, noUnspecifiedReception]);

  test.each([
    ["an incomplete search", "fine", { ...two, maxStates: 20 }, "the search is incomplete: "],
    ["a property that holds vacuously", "vacuous", two, "vacuous holds vacuously: "],
    ["no such property", "fin", two, "fin"],
    [
      "another property that is violated",
      "fine",
      { parameters: { caches: 2, ordered: false } },
      "the search did not go on where this happens:\nVIOLATED  no unspecified reception",
    ],
  ] as const)("%s", async (_what, name, options, says) => {
    for (const expectation of [
      () => expect(open).toHold(name, options),
      () => expect(open).not.toHold(name, options),
      () => expect(open).toViolate(name, options),
      () => expect(open).not.toViolate(name, options),
    ])
      expect(await failure(expectation())).toContain(says);
  });

  test("a state that was not reached in an incomplete search", async () => {
    const wanted = "some c: cache[c].page = Modified";
    const shallow = { ...two, maxDepth: 2 };
    for (const expectation of [
      () => expect(directory).toReach(wanted, shallow),
      () => expect(directory).not.toReach(wanted, shallow),
    ])
      expect(await failure(expectation())).toContain("nothing is decided of directory (caches 2, ordered true)");
  });

  test("a function that throws", async () => {
    const throws = (): boolean => {
      throw new Error("not today");
    };
    const expectations = [
      () => expect(directory).toReach(throws, two),
      () => expect(directory).not.toReach(throws, two),
    ];
    for (const expectation of expectations) expect(await failure(expectation())).toContain("not today");
  });

  test("no property at all", async () => {
    const none = withProperties({ ...directory, ignoresUnspecifiedReceptions: "a test" }, () => []);
    expect(await failure(expect(none).toHold())).toContain("the model lists no property");
    expect(await failure(expect(directory).toHold([]))).toContain("name a property");
  });
});
