/** A state that a unit test builds: what it may be given, what is applied to it, and what is told if that cannot be. */
import { describe, expect, test } from "vitest";
import { Bag, Queue, vocabulary, withProperties } from "../../checker/model/index.js";
import { stateOf } from "../../checker/model/state-under-test.js";
import directory, {
  Copy,
  caches,
  Directory,
  type State,
  ToCache,
  ToHome,
} from "../../docs/examples/directory/protocol.js";
import { dieHard } from "../../spec/toy/die-hard.js";
import { naiveMutex } from "../../spec/toy/naive-mutex.js";

const start = stateOf(directory, { caches: 2 });
const [c1, c2] = [caches.member(0), caches.member(1)];
const { first } = start.state.latest().ordinal;
const modified = new Copy({ page: "Modified", data: first });

describe("with", () => {
  test("gives values by variable and by the names of members, or as an action writes them", () => {
    const next = start.with({ home: new Directory({ page: "Busy" }), cache: { C2: modified } });
    expect([next.state.home().page, next.state.cache(c1).page, next.state.cache(c2).page]).toEqual([
      ...["Busy", "Invalid", "Modified"],
    ]);
    expect(start.with((state) => state.withCache(c2, modified)).state.cache(c2)).toBe(modified);
    expect(start.state.cache(c2).page).toBe("Invalid");
    expect(String(next)).toContain("home {page: Busy, ");
  });

  test("refuses what there is not, what is no value, and what is no row or column of a table", () => {
    expect(() => start.with({ cashe: {} } as never)).toThrow("has no variable cashe; did you mean cache?");
    expect(() => start.with({ cache: { C3: modified } })).toThrow(
      "there is no cache[C3]; there are cache[C1], cache[C2]",
    );
    expect(() => start.with(() => stateOf(directory).state)).toThrow("which is no state that it was given");
    expect(() => start.with({ latest: [] as never })).toThrow("the test wrote into latest a plain array");
    const wrong = new Copy({ page: "Stale" as never });
    expect(() => start.with({ cache: { C1: wrong } })).toThrow("in the state that the test wrote, Cache(C1) is in");
    const message = new ToCache({ kind: "Nack" as never });
    expect(() => start.with({ down: { C1: Queue.of(message) } })).toThrow('of the kind the text "Nack"');
  });
});

describe("apply", () => {
  test("returns the state after an action, and names a member by itself or by its name", () => {
    const asked = start.apply("Read", { c: c1 });
    expect(asked.state.up(c1).messages()).toEqual([new ToHome({ kind: "GetRead" })]);
    expect(String(start.apply("Read", { c: "C1" }))).toBe(String(asked));
    expect(stateOf(directory, { caches: 1 }).apply("Read").state.cache(c1).page).toBe("Reading");
  });

  test("goes on from fresh ordinals as the search does", () => {
    const once = start.with({ cache: { C1: modified } }).apply("Store", { c: c1 });
    // At rest values have odd ranks, so that a fresh one has room between any two.
    expect([once.state.home().data.rank, once.state.latest().rank]).toEqual([1, 3]);
    const twice = once.apply("Store", { c: c1 });
    expect(twice.state.cache(c1).data).toBe(twice.state.latest());
    expect(twice.violated()).toEqual([]);
  });

  test("refuses what cannot be done, and says why", () => {
    expect(() => start.apply("Reed", { c: c1 })).toThrow("has no action Reed; did you mean Read?");
    expect(() => start.apply("Read")).toThrow("action Read is bound in several ways: Read(c = C1), Read(c = C2)");
    expect(() => start.apply("Read", { c: "C7" })).toThrow(
      "action Read cannot be bound to c = C7; there are Read(c = C1)",
    );
    expect(() => start.apply("Store", { c: c1 })).toThrow("Store(c = C1) is disabled in the state cache[C1]");
    expect(start.applyAll("Store", { c: c1 })).toEqual([]);
  });

  test("takes the messages that an action can take, one at a time", () => {
    const up = Bag.of(new ToHome({ kind: "GetRead" }), new ToHome({ kind: "GetWrite" }));
    const both = start.with({ up: { C1: up } });
    expect(() => both.apply("Home", { c: c1 })).toThrow("Home(c = C1) has 2 next states");
    expect(both.applyAll("Home", { c: c1 }).map(({ state }) => state.up(c1).messages()[0]?.kind)).toEqual([
      ...["GetWrite", "GetRead"],
    ]);
  });
});

describe("receive", () => {
  test("puts the message into the channel, or takes the one that is there", () => {
    const message = new ToHome({ kind: "GetRead" });
    for (const from of [start, start.with({ up: { C1: Bag.of(message) } })]) {
      const { state } = from.receive(message, { c: c1 });
      expect(state.up(c1).isEmpty()).toBe(true);
      expect(state.down(c1).messages()).toEqual([new ToCache({ kind: "Read", data: first })]);
    }
  });

  test("refuses an impossible cell, a stalled message, and one that nobody or somebody else takes", () => {
    const ack = new ToHome({ kind: "Ack" });
    expect(() => start.receive(ack, { c: c1 })).toThrow(
      "Home(c = C1) meets the impossible cell Idle × Ack: an Idle home",
    );
    const busy = start.with({ home: new Directory({ page: "Busy", requester: c2, write: true }) });
    const request = new ToHome({ kind: "GetRead" });
    expect(() => busy.receive(request, { c: c1 })).toThrow("Home(c = C1) is disabled");
    expect(busy.receiveAll(request, { c: c1 })).toEqual([]);
    expect(() => start.receive(ack, { c: c1 }, "Cache")).toThrow(
      "no Cache receives {kind: Ack, data: null} by a table",
    );
    expect(() => stateOf(dieHard).receive(ack)).toThrow("no action receives");
    const queue = Queue.of(new ToCache({ kind: "Invalidate" }));
    expect(() => start.with({ down: { C1: queue } }).receive(new ToCache({ kind: "Read" }), { c: c1 })).toThrow(
      "{kind: Read, data: null} cannot be received: before it in down[C1] is {kind: Invalidate, data: null}",
    );
  });
});

test("violated names the invariants of the state", () => {
  expect(start.violated()).toEqual([]);
  expect(start.with({ cache: { C1: modified, C2: modified } }).violated()).toEqual(["SWMR"]);
  const stale = start
    .with({ cache: { C1: modified } })
    .apply("Store", { c: c1 })
    .with({ cache: { C1: new Copy() } });
  expect(stale.with((state) => state.withCache(c2, modified)).violated()).toEqual(["a reader sees the last write"]);
});

test("violated names the invariants of steps that the step to the state violates", () => {
  const frozen = vocabulary<State>().alwaysStep({
    ...{ name: "nothing is written", says: "", for: {} },
    holds: (before, after) => before.latest() === after.latest(),
    explain: () => "",
  });
  const own = stateOf(
    withProperties(directory, () => [frozen]),
    { caches: 1 },
  );
  const stored = own.with({ cache: { C1: modified } }).apply("Store");
  expect(stored.violated()).toEqual(["nothing is written"]);
  expect(stored.receive(new ToCache({ kind: "Invalidate" })).violated()).toEqual([]);
});

test("a model without parameters is taken with its defaults", () => {
  expect(stateOf(naiveMutex).violated()).toEqual([]);
  expect(() => stateOf(directory, { cashes: 2 } as never)).toThrow("has no parameter called cashes");
});
