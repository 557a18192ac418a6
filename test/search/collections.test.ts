/** Variables whose collections are held by element are searched as the naive explorer searches them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Bag, disabled, model, type StateOf, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { Splits } from "../../checker/observe/columns.js";
import { Check, checkSync } from "../../checker/search/check.js";
import { checkpointsIn } from "../../checker/search/exhaustive/checkpoint.js";
import { readManifest } from "../../checker/search/exhaustive/manifest.js";
import { recorded } from "../../checker/search/exhaustive/snapshot.js";
import type { SearchOptions } from "../../checker/search/options.js";
import { releaseTest } from "../support/extent.js";
import { orbitsIn } from "../support/orbits.js";
import { agree, type Given } from "./agreement.js";
import { expectSameByAllWays } from "./agreement-of-ways.js";
import mailbox from "./models/mailbox.js";

const cases: [string, Given][] = [
  ["messages that mention none, one, and two nodes", { nodes: 2, colours: 2 }],
  ["messages with time stamps, which stay in the rest", { nodes: 2, colours: 1, stamps: "stamped" }],
  ["a set that becomes null", { nodes: 2, colours: 2, closes: "null" }],
];

/** Searches a mailbox. Returns the outcome and how variables are split in the end. */
function searched(given: Given, options: SearchOptions = {}) {
  const check = new Check(new Instance(mailbox, given), options);
  try {
    check.work();
    const { distinct, generated, depth, properties, incomplete } = check.outcome();
    const verdicts = properties.map(({ name, verdict }) => `${name}: ${verdict}`);
    return { distinct, generated, depth, verdicts, incomplete, splits: check.search.engine.families.splits };
  } finally {
    check.close();
  }
}

const elementsOf = (splits: Splits, variable: string): number => {
  const split = splits[variable];
  return split !== undefined && split !== "never" && "elements" in split ? split.elements.length : 0;
};

describe("every search agrees with the naive explorer on", () => {
  test.each(cases)("%s", (_, given) => agree(mailbox, given));
  test("three nodes", () => agree(mailbox, { nodes: 3, colours: 1 }));
});

releaseTest("every way to search comes to the same on them", () => {
  for (const [i, [, given]] of cases.entries()) expectSameByAllWays(mailbox, given, i);
});

describe("a search whose collections have many values", () => {
  test("begins anew with columns for their elements, and counts each orbit once", () => {
    const given = { nodes: 3, colours: 1 };
    const { distinct, splits, incomplete } = searched(given);
    expect(incomplete).toBeUndefined();
    // Three asks, six tells, and three pairs; the end is met too late.
    expect(elementsOf(splits, "mail")).toBe(12);
    expect(distinct).toBe(orbitsIn(mailbox, given));
  });

  test.each<[string, SearchOptions]>([
    ["two threads", { threads: 2, levelForThreads: 1 }],
    ["a compressed store", { store: "compressed" }],
    ["fingerprints", { store: "fingerprint" }],
  ])("comes to the same with %s", (_, options) => {
    const given = { nodes: 3, colours: 1 };
    const properties = ["nobody is told twice", "every ask is of a painted colour", "the log fills"];
    const { splits, ...plain } = searched(given, { properties });
    const { splits: others, ...found } = searched(given, { ...options, properties });
    expect(found).toEqual(plain);
    expect(recorded(others)).toEqual(recorded(splits));
  });

  test("leaves elements with time stamps in the rest, and what has become null as it is", () => {
    const stamped = searched({ nodes: 2, colours: 2, stamps: "stamped" }).splits;
    // Four asks, two tells, and a pair.
    expect(elementsOf(stamped, "mail")).toBe(7);
    expect(JSON.stringify(recorded(stamped))).not.toContain("stamp");
    expect(searched({ nodes: 3, colours: 1, closes: "null" }).splits.mail).toBe("never");
  });

  test("counts what is covered by whole collections, and does not split them", () => {
    const given = { nodes: 3, colours: 1 };
    const check = new Check(new Instance(mailbox, given), { coverage: true });
    check.work();
    expect(check.search.engine.families.splits).toEqual({});
    const { coverage, distinct } = check.outcome();
    check.close();
    expect(distinct).toBe(searched(given).distinct);
    expect(coverage!.values.find(({ field }) => field === "mail")!.values.length).toBeGreaterThan(32);
  });

  test("is taken up from a checkpoint with the same columns", () => {
    const folder = mkdtempSync(join(tmpdir(), "popcheck-collections-"));
    try {
      const given = { nodes: 3, colours: 1 };
      const make = (options: SearchOptions) =>
        new Check(new Instance(mailbox, given), { checkpoint: folder, ...options });
      const first = make({ maxStates: 500 });
      first.search.about = {};
      first.work();
      const { splits } = first.search.engine.families;
      expect(elementsOf(splits, "mail")).toBeGreaterThan(0);
      first.close();
      const [name] = checkpointsIn(folder);
      const { body } = readManifest(folder, name!);
      expect(body.splits).toEqual(recorded(splits));
      const check = make({ threads: 2 });
      check.resume(folder, name!, body, 1);
      expect(recorded(check.search.engine.families.splits)).toEqual(body.splits);
      check.work();
      const { distinct, generated, incomplete } = check.outcome();
      check.close();
      const whole = searched(given);
      expect({ distinct, generated, incomplete }).toEqual({
        distinct: whole.distinct,
        generated: whole.generated,
        incomplete: undefined,
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("is told when its checkpoint names elements that the model does not come to", () => {
    const check = new Check(new Instance(mailbox, { nodes: 2, colours: 2 }), {});
    const body = { splits: { mail: { elements: ["none of them"] } } };
    expect(() => check.resume("nowhere", "none", body as never, 1)).toThrow(/its collections have other elements/);
    check.close();
  });
});

test("a counterexample of a search by element is confirmed by the reference semantics", () => {
  const { properties } = checkSync(new Instance(mailbox, { nodes: 3, colours: 1 }), { audit: 1, maxStates: 700 });
  const twice = properties.find(({ name }) => name === "nobody is told twice")!;
  expect(twice.verdict).toBe("violated");
  expect(twice.trace).toBeDefined();
});

test("a bag out of which nobody takes a message is told, also if it is held by element", () => {
  const variables = () => ({ box: single(Bag.of<string>()), tray: single(Bag.of<string>()) });
  const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const desk = model({
    ...{ name: "desk", about: "", parameters: {}, variables, properties: () => [] },
    actions: () => [
      action("Put", {}, (s) => (s.box().size < 2 ? s.withBox(s.box().put("a")).withTray(s.tray().put("a")) : disabled)),
      action("Take", {}, (s) => (s.tray().count("a") > 0 ? s.withTray(s.tray().take("a")) : disabled)),
    ],
  });
  for (const splits of [{}, { box: { elements: ["a"] }, tray: { elements: ["a"] } }]) {
    const check = new Check(new Instance(desk), {}, splits);
    check.work();
    const { neverReceived, distinct } = check.outcome();
    check.close();
    expect({ neverReceived, distinct }).toEqual({ neverReceived: ["box"], distinct: 6 });
  }
});
