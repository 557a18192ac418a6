/** Refinement: what holds, what fails and how that is told, in every way to search; and which mappings are refused. */
import { Set as ImmutableSet } from "immutable";
import { describe, expect, test } from "vitest";
import { check } from "../../checker/api/index.js";
import { LoadError } from "../../checker/errors.js";
import {
  disabled,
  type Member,
  model,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { type AnyModel, withProperties } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import type { PropertyOutcome } from "../../checker/search/outcome.js";
import directory, { Copy } from "../../docs/examples/directory/protocol.js";
import { replay } from "../../traces/replay/replay.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { nameOfWay, PLAIN, REDUCED, searchBy } from "../support/search-ways.js";

/** A property whose name ends in these words. */
const named = (properties: readonly PropertyOutcome[], words: string) =>
  properties.find(({ name }) => name.endsWith(words))!;
const verdictsOf = (of: AnyModel, given = {}) =>
  Object.fromEntries(checkSync(new Instance(of, given)).properties.map(({ name, verdict }) => [name, verdict]));

// ---- The alternating bit protocol, over a wire that loses messages, and the channel that it is to be ---------------

const channelVariables = () => ({ stage: single("free" as "free" | "sent" | "delivered") });
type ChannelState = StateOf<ReturnType<typeof channelVariables>, Record<never, never>>;
const ofChannel = vocabulary<ChannelState>();
const moves = (from: "free" | "sent" | "delivered", to: typeof from) => (s: ChannelState) =>
  s.stage() === from ? s.withStage(to) : disabled;
const channel = model({
  name: "channel",
  about: "what is sent is delivered, once",
  parameters: {},
  variables: channelVariables,
  actions: () => [
    ofChannel.action("Send", {}, moves("free", "sent"), { environment: true }),
    ofChannel.action("Deliver", {}, moves("sent", "delivered"), { fair: "weak" }),
    ofChannel.action("Return", {}, moves("delivered", "free"), { fair: "weak" }),
  ],
  properties: () => [],
});

const bitVariables = () => ({
  bit: single(0),
  isBusy: single(false),
  expected: single(0),
  wire: single(null as number | null),
  acks: single(null as number | null),
});
type BitState = StateOf<ReturnType<typeof bitVariables>, Record<never, never>>;
const ofBits = vocabulary<BitState>();

/** @param fair of what receives. Under weak fairness the wire can lose every message */
function alternatingBit(fair: "weak" | "strong", looksAtBit = true) {
  const { action, refines } = ofBits;
  const environment = true;
  return model({
    name: "alternating-bit",
    about: "Bartlett, Scantlebury and Wilkinson, 1969",
    parameters: {},
    variables: bitVariables,
    actions: () => [
      action("Accept", {}, (s) => (s.isBusy() ? disabled : s.withIsBusy(true)), { environment }),
      action("Transmit", {}, (s) => (s.isBusy() ? s.withWire(s.bit()) : disabled), { fair: "weak" }),
      action("LoseData", {}, (s) => (s.wire() === null ? disabled : s.withWire(null)), { environment }),
      action("LoseAck", {}, (s) => (s.acks() === null ? disabled : s.withAcks(null)), { environment }),
      action(
        "ReceiveData",
        {},
        (s) => {
          const bit = s.wire();
          if (bit === null) return disabled;
          const received = s.withWire(null).withAcks(bit);
          return bit === s.expected() || !looksAtBit ? received.withExpected(1 - s.expected()) : received;
        },
        { fair },
      ),
      action(
        "ReceiveAck",
        {},
        (s) => {
          const bit = s.acks();
          if (bit === null) return disabled;
          const received = s.withAcks(null);
          return bit === s.bit() && s.isBusy() ? received.withIsBusy(false).withBit(1 - bit) : received;
        },
        { fair },
      ),
    ],
    properties: () =>
      refines({
        ...{ name: "abp", says: "the bits make a reliable channel", model: channel },
        map: { stage: (s) => (!s.isBusy() ? "free" : s.bit() === s.expected() ? "sent" : "delivered") },
      }),
  });
}

describe("the alternating bit protocol", () => {
  test("refines a reliable channel, if what receives is strongly fair", () => {
    expect(verdictsOf(alternatingBit("strong"))).toEqual({
      "abp: initial states": "holds",
      "abp: steps": "holds",
      "abp: weak fairness of Deliver": "holds",
      "abp: weak fairness of Return": "holds",
    });
  });

  test("refines it in its steps alone, if the wire may lose each message", () => {
    const { properties } = checkSync(new Instance(alternatingBit("weak")));
    expect(named(properties, ": steps").verdict).toBe("holds");
    const deliver = named(properties, "Deliver");
    expect(deliver.verdict).toBe("violated");
    expect(deliver.explanation).toContain("Deliver of channel stays enabled, and is never taken from some time on");
    expect(deliver.explanation).toContain("there it is stage = sent");
    // Around the cycle the message is sent and lost, and nothing is delivered.
    const { states, "#meta": meta } = deliver.trace!;
    const round = states.slice(meta.loop! + 1).map((state) => state["#meta"].action);
    expect(round).toContain("LoseData");
    expect(round).not.toContain("ReceiveData");
  });

  test("does not, if the receiver does not look at the bit", () => {
    const { properties } = checkSync(new Instance(alternatingBit("strong", false)));
    const { verdict, trace, explanation } = named(properties, ": steps");
    expect(verdict).toBe("violated");
    // Accept, Transmit, ReceiveData; then the same again, and what was delivered is as if it was not.
    expect(lengthOf(trace!)).toBe(5);
    expect(explanation).toBe(
      "no step of channel: it was stage = delivered; now stage = sent, not delivered; " +
        "nearest comes Return, after which stage = free, not sent",
    );
  });

  test("has its counterexamples replayed", () => {
    for (const of of [alternatingBit("weak"), alternatingBit("strong", false)]) {
      const instance = new Instance(of);
      const violated = checkSync(instance).properties.filter(({ verdict }) => verdict === "violated");
      expect(violated.length).toBeGreaterThan(0);
      for (const { trace, explanation } of violated) expect(replay(instance, trace!).explanation).toBe(explanation);
    }
  });

  const ways = [
    { ...REDUCED, store: "compressed", threads: 2, spilled: true, resumed: true },
    { ...PLAIN, store: "fingerprint" },
    { ...PLAIN, search: "dfs" },
  ] as const;
  test.each(ways.map((way) => [nameOfWay(way), way] as const))("is told alike by %s", (_, way) => {
    const { outcome, spilled } = searchBy(() => new Instance(alternatingBit("weak", false)), way, 4);
    expect(named(outcome.properties, ": steps").verdict).toBe("violated");
    const isDecided = !spilled && way.store !== "fingerprint";
    expect(named(outcome.properties, "Deliver").verdict).toBe(isDecided ? "violated" : "incomplete");
  });

  test("is told alike by a random search", async () => {
    const outcome = await check(alternatingBit("strong", false), { search: "random", seed: 1, walks: 20, threads: 1 });
    expect(named(outcome.properties, ": steps").verdict).toBe("violated");
  });
});

// ---- A protocol with records, channels, ordinals and a scalarset refines itself ------------------------------------

describe("a mapping that gives whole records and channels", () => {
  type State = Parameters<NonNullable<typeof directory.initial>>[0];
  const itself = (change: (of: State) => State = (state) => state) =>
    withProperties(directory, (parameters) =>
      vocabulary<State>().refines({
        ...{ name: "itself", says: "", model: directory, parameters },
        map: {
          // A record that is made anew is as good as the one that was read.
          cache: (state, c) => {
            const { page, data } = change(state).cache(c);
            return page === "Writing" ? new Copy({ page, data }) : change(state).cache(c);
          },
          home: (state) => change(state).home(),
          latest: (state) => change(state).latest(),
          up: (state, c) => change(state).up(c),
          down: (state, c) => change(state).down(c),
        },
      }),
    );

  test.each(exceptRelease([true, false], (symmetry) => !symmetry))(
    "lets a protocol refine itself, with symmetry %s",
    (symmetry) => {
      const { properties } = checkSync(new Instance(itself(), { caches: 2 }), { symmetry });
      expect(properties.map(({ verdict }) => verdict)).toEqual(properties.map(() => "holds"));
      // One for each kind of message of the two tables.
      expect(properties.filter(({ name }) => name.includes("fairness of")).length).toBe(6);
    },
  );

  test("shows the abstract model a change of a field", () => {
    const forgets = itself((state) => state.withHome(state.home().set("awaiting", ImmutableSet())));
    const { properties } = checkSync(new Instance(forgets, { caches: 2 }), { properties: ["itself: steps"] });
    expect(named(properties, ": steps").verdict).toBe("violated");
  });
});

// ---- Which mappings are refused ------------------------------------------------------------------------------------

const workers = scalarset("worker", { prefix: "W", size: "workers" });
const places = scalarset("place", { prefix: "P", size: 2 });
const workVariables = () => ({ isDone: perMember(workers, false) });
type WorkState = StateOf<ReturnType<typeof workVariables>, { readonly workers: number }>;
const ofWork = vocabulary<WorkState>();
const size = { workers: { kind: "integer" as const, about: "", default: 2, min: 1, max: 4 } };
const does = ofWork.action("Do", { w: workers }, (s, { w }) => (s.isDone(w) ? disabled : s.withIsDone(w, true)), {
  fair: "weak",
});
const work = model({
  ...{ name: "work", about: "", parameters: size, variables: workVariables },
  actions: () => [does],
  properties: () => [],
});
const working = (properties: AnyModel["properties"]): AnyModel => ({ ...work, properties });
const shape = { name: "r", says: "", model: work };

describe("a mapping", () => {
  const refused = (map: unknown, more = {}) => {
    expect(() => new Instance(working(() => ofWork.refines({ ...shape, map, ...more } as never)))).toThrow(LoadError);
    try {
      new Instance(working(() => ofWork.refines({ ...shape, map, ...more } as never)));
    } catch (error) {
      return (error as Error).message;
    }
    return "";
  };

  test("must give each variable of the abstract model, by a function", () => {
    expect(refused({})).toContain('map of "r" has undefined for isDone, a variable of work');
    expect(refused({ isDone: false })).toContain("has false for isDone");
    expect(refused(undefined)).toContain("is undefined");
  });

  test("must give no other", () => {
    expect(refused({ isDone: () => true, other: () => 1 })).toContain("gives other, and work has no such variable");
  });

  test("must map to sets with as many members", () => {
    const map = { isDone: (s: WorkState, w: Member<"worker">) => s.isDone(w) };
    expect(refused(map, { parameters: { workers: 3 } })).toContain(
      "maps states with 2 members of worker to states of work with 3",
    );
  });

  test("must give values", () => {
    const map = { isDone: () => [1] as never };
    const { properties } = checkSync(new Instance(working(() => ofWork.refines({ ...shape, map }))));
    const { verdict, explanation } = named(properties, "no error");
    expect([verdict, explanation]).toEqual([
      "violated",
      expect.stringContaining('map of "r" gives isDone[W1] a plain array, [1], which is no value'),
    ]);
  });
});

describe("the fairness of an abstract model", () => {
  const assumption = ofWork.compassion({
    ...{ name: "all is done", says: "", for: {}, actions: ["Do"] },
    whenever: () => true,
    answered: (s) => s.members(workers).every((w) => s.isDone(w)),
  });
  const assuming = { ...work, fairness: () => [assumption] };
  const map = { isDone: (s: WorkState, w: Member<"worker">) => s.isDone(w) };

  test("is not compared where it is an assumption, and the model is refused", () => {
    expect(() => ofWork.refines({ ...shape, model: assuming, map })).toThrow('assumes of runs: "all is done"');
  });

  test("can be left out, which the verdict says", () => {
    const stepsOnly = "it is about steps";
    const of = working(() => ofWork.refines({ ...shape, model: assuming, map, stepsOnly }));
    const { properties } = checkSync(new Instance(of));
    expect(properties.map(({ name, verdict }) => [name, verdict])).toEqual([
      ["r: initial states", "holds"],
      ["r: steps, without fairness", "holds"],
    ]);
    expect(properties[1]!.says).toContain("the fairness of work is not compared: it is about steps");
  });

  test("is met by a run that takes the action only on its way between states that do not", () => {
    const clockVariables = () => ({ time: single(0) });
    type Clock = StateOf<ReturnType<typeof clockVariables>, Record<never, never>>;
    const { action, refines } = vocabulary<Clock>();
    const clock = (period: number, properties: AnyModel["properties"] = () => []) =>
      model({
        ...{ name: `clock of ${period}`, about: "", parameters: {}, variables: clockVariables, properties },
        actions: () => [action("Tick", {}, (s) => s.withTime((s.time() + 1) % period), { fair: "weak" })],
      });
    const map = { time: (s: Clock) => Math.floor(s.time() / 2) };
    const four = clock(4, () => refines({ ...{ name: "r", says: "", model: clock(2) }, map }));
    expect(verdictsOf(four)["r: weak fairness of Tick"]).toBe("holds");
  });

  test("is met by a fair protocol, and not by one that need do nothing", () => {
    const { fair: _, ...lazy } = does;
    const refining = (action: typeof does) => ({
      ...working(() => ofWork.refines({ ...shape, map })),
      actions: () => [action],
    });
    expect(verdictsOf(refining(does))["r: weak fairness of Do"]).toBe("holds");
    const { waiting, verdict } = named(checkSync(new Instance(refining(lazy))).properties, "Do");
    expect([verdict, waiting]).toEqual(["violated", "standstill"]);
  });
});

describe("symmetry", () => {
  const placeVariables = () => ({ isTaken: perMember(places, false) });
  type PlaceState = StateOf<ReturnType<typeof placeVariables>, Record<never, never>>;
  /** @param which the places that can be taken, by their order */
  const seats = (which: readonly number[]) =>
    model({
      ...{ name: "seats", about: "", parameters: {}, variables: placeVariables },
      actions: () => [
        vocabulary<PlaceState>().action("Take", { p: places }, (s, { p }) =>
          which.includes(s.members(places).indexOf(p)) && !s.isTaken(p) ? s.withIsTaken(p, true) : disabled,
        ),
      ],
      properties: () => [],
    });
  /** Workers take places by their order: the mapping names members of the set that is reduced. */
  const seated = (which: readonly number[]) =>
    working(() =>
      ofWork.refines({
        ...{ name: "seated", says: "", model: seats(which) },
        map: { isTaken: (s, p) => s.isDone(s.members(workers)[p === places.member(0) ? 0 : 1]!) },
      }),
    );

  test("lets a mapping name members where it makes no difference", () => {
    const instance = new Instance(seated([0, 1]));
    for (const symmetry of [true, false])
      expect(named(checkSync(instance, { symmetry }).properties, ": steps").verdict).toBe("holds");
  });

  test("refuses a mapping that treats members differently", () => {
    const instance = new Instance(seated([0]));
    expect(named(checkSync(instance, { symmetry: false }).properties, ": steps").verdict).toBe("violated");
    expect(() => checkSync(instance)).toThrow("does not treat the members of worker alike");
  });
});
