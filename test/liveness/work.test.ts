/** While liveness is decided, it is told which property it is, what is being done, and which share of that is done. */
import { expect, test, vi } from "vitest";
import { LivenessChecker } from "../../checker/liveness/decide.js";
import { Instance } from "../../checker/model/instance.js";
import type { Liveness } from "../../checker/model/property.js";
import type { AnyState } from "../../checker/model/state.js";
import { Check } from "../../checker/search/check.js";
import { exploredBy } from "../../checker/search/verdict/liveness-phase.js";
import { ShardedStore } from "../../checker/store/shards.js";
import { tokenRing } from "../../spec/toy/token-ring.js";

const properties = ["the ring stabilizes", "who wants gets in"];

/** Returns a check whose search is over. */
function searched(nodes: number): Check {
  const check = new Check(new Instance(tokenRing, { nodes, start: "anyhow" }), { properties });
  while (!check.search.finished) check.search.run(Number.POSITIVE_INFINITY);
  return check;
}

test.each(properties)("the shares of what is done grow from naught to all: %s", (name) => {
  const { search, instance } = searched(4);
  const checker = new LivenessChecker(exploredBy(search));
  const property = instance.properties.find((property) => property.name === name) as Liveness<AnyState>;
  expect(checker.work).toBeUndefined();
  const told = new Map<string, number[]>();
  for (const _ of checker.decide(property)) {
    const { doing, share } = checker.work!;
    if (share === undefined) expect(doing).toBe("deciding components");
    else told.set(doing, [...(told.get(doing) ?? []), share]);
  }
  expect([...told.keys()]).toEqual(["asking predicates", "reading transitions", "searching nodes"]);
  for (const shares of told.values()) {
    expect(shares.length).toBeGreaterThanOrEqual(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares[0]).toBeLessThan(0.34);
    expect(shares.at(-1)).toBeGreaterThan(0.66);
    expect(shares.at(-1)).toBeLessThanOrEqual(1);
  }
});

test("a sample names the property that is being decided, and its number", () => {
  const check = searched(4);
  expect(check.sample().deciding).toBeUndefined();
  while (check.sample().deciding === undefined) expect(check.work(0.05)).toBe(false);
  const { property, number, of } = check.sample().deciding!;
  expect([property, of]).toEqual([
    check.instance.properties.filter((p) => properties.includes(p.name))[number - 1]!.name,
    2,
  ]);
});

test("states are not counted anew for each state: a count adds up all shards", () => {
  const { search, instance } = searched(4);
  const checker = new LivenessChecker(exploredBy(search));
  const { count } = search.store;
  const counted = vi.spyOn(ShardedStore.prototype, "count", "get");
  for (const property of instance.properties.filter(({ name }) => properties.includes(name)))
    for (const _ of checker.decide(property as Liveness<AnyState>));
  expect(counted.mock.calls.length).toBeLessThan(count / 100);
  counted.mockRestore();
});
