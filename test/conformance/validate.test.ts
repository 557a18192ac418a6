/** What is a run, what is missing, and what is said of a log that is none. */
import { Record } from "immutable";
import { describe, expect, test } from "vitest";
import type { LogEvent } from "../../checker/conformance/events.js";
import { type ValidationOptions, validate } from "../../checker/conformance/validate.js";
import { perMember, type StateOf, scalarset, single, singleProcess, vocabulary } from "../../checker/model/index.js";
import type { Instance } from "../../checker/model/instance.js";
import { german } from "../../spec/german.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { threadMigration } from "../../spec/thread-migration.js";
import { tokenRing } from "../../spec/toy/token-ring.js";
import { replay } from "../../traces/replay/replay.js";
import { follow } from "../../traces/replay/run.js";
import { dice } from "../support/dice.js";
import { bare, eventsOfRun, walked } from "./walk-log.js";

type Given = Readonly<{ [parameter: string]: unknown }>;
const textOf = (events: readonly object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

/** Validates a log of one page. */
function validated({ model, parameters }: Instance, events: readonly object[], options?: ValidationOptions) {
  const { pages } = validate(model, parameters, textOf(events), "the log", options);
  return pages[0]!;
}

/** Returns the events with the logs of processes one behind the other. */
function concatenated(events: readonly LogEvent[]): LogEvent[] {
  const processes = [...new Set(events.map(({ process }) => process))].sort().reverse();
  return processes.flatMap((name) => events.filter(({ process }) => process === name));
}

describe("a log of a walk is a run", () => {
  test.each<[string, object, Given]>([
    ["popcorn 4.2", popcorn, { stage: "4.2", kernels: 2 }],
    ["popcorn 4.4, first in first out", popcorn, { stage: "4.4", kernels: 3, network: "fifo" }],
    ["popcorn 4.7", popcorn, { stage: "4.7", kernels: 3 }],
    ["popcorn 4.7, clocks with ties", popcorn, { stage: "4.7", kernels: 3, clocks: "ties" }],
    ["popcorn 4.7, clocks with a bounded skew", popcorn, { stage: "4.7", kernels: 2, clocks: "bounded", skew: 2 }],
    ["popcorn 4.8 with owners and groups", popcorn, { stage: "4.8", kernels: 3, owner: true, multicast: true }],
    [
      "popcorn 4.8 with a read-only area, whose end is nobody's step",
      popcorn,
      { stage: "4.8", kernels: 2, readOnly: true, becomesWritable: "together" },
    ],
    ["popcorn repaired", popcorn, { stage: "repaired", kernels: 3 }],
    ["popcorn repaired-4.8", popcorn, { stage: "repaired-4.8", kernels: 2 }],
    ["german", german, { nodes: 3 }],
    ["thread migration", threadMigration, {}],
    ["token ring", tokenRing, {}],
  ])("%s, in the order of time and in none", (_, model, given) => {
    const instance = bare(model, given);
    const steps = eventsOfRun(instance, walked(instance, 30, 11));
    const log = steps.flat().filter(({ process }) => process !== instance.model.name);
    const expected = { verdict: "run", events: log.length, explained: log.length, steps: steps.length, missing: 0 };
    expect(validated(instance, log, { inOrder: true })).toMatchObject(expected);
    expect(validated(instance, concatenated(log))).toMatchObject(expected);
  });

  test("in the order of its lines only if time goes that way", () => {
    const instance = bare(popcorn, { stage: "4.7", kernels: 2 });
    const log = concatenated(eventsOfRun(instance, walked(instance, 20, 3)).flat());
    expect(validated(instance, log).verdict).toBe("run");
    expect(validated(instance, log, { inOrder: true }).verdict).toBe("no run");
  });

  test("a long one as well, each state searched from once", () => {
    const instance = bare(popcorn, { stage: "4.7", kernels: 3 });
    const log = eventsOfRun(instance, walked(instance, 100, 2)).flat();
    // The walk may have begun in the last of the three initial states.
    expect(validated(instance, log).states).toBeLessThan(105);
    // The last answer is missing: the search has been everywhere, and nowhere far from the run.
    const last = log.findLastIndex(({ event }) => event === "send");
    const { verdict, states } = validated(instance, log.toSpliced(last, 1));
    expect({ verdict, isSmall: states < 700 }).toEqual({ verdict: "no run", isSmall: true });
  });
});

describe("the run that is found is a trace", () => {
  /** The events of a log by process, without numbers, which a trace tells in its own way. */
  const unnumbered = (events: readonly LogEvent[]) =>
    [...new Set(events.map(({ process }) => process))]
      .sort()
      .map((name) => events.filter(({ process }) => process === name))
      .map((own) => JSON.stringify(own).replace(/:-?[\d.]+/g, ":0"));

  test.each<[string, object, Given]>([
    ["popcorn 4.7", popcorn, { stage: "4.7", kernels: 3 }],
    ["popcorn 4.7, clocks with a bounded skew", popcorn, { stage: "4.7", kernels: 2, clocks: "bounded" }],
    ["popcorn repaired", popcorn, { stage: "repaired", kernels: 2 }],
    ["german", german, { nodes: 2 }],
  ])("%s", (_, model, given) => {
    const instance = bare(model, given);
    const log = concatenated(eventsOfRun(instance, walked(instance, 40, 8)).flat());
    const { trace } = validated(instance, log, { traces: true });
    const [initial, ...steps] = trace!.states.map((state) => state["#meta"].choice);
    const again = eventsOfRun(instance, follow(instance, { initial: initial!, steps })).flat();
    expect(validated(instance, again).verdict).toBe("run");
    expect(unnumbered(again)).toEqual(unnumbered(log));
    expect(replay(instance, trace!).difference).toBeUndefined();
  });

  test("from whatever initial state it begins in", () => {
    const instance = bare(popcorn, { stage: "4.7", kernels: 2 });
    const begun = [1, 2, 3, 4].map((seed) => {
      const log = eventsOfRun(instance, walked(instance, 12, seed)).flat();
      return validated(instance, log, { traces: true }).trace!.states[0]!["#meta"].choice;
    });
    expect(new Set(begun)).toEqual(new Set([0, 1]));
  });

  test("the longest one, if the log is none", () => {
    const instance = bare(popcorn, { stage: "4.7", kernels: 2 });
    const { steps, trace } = validated(instance, twoWriters(17, 23, "Ack"), { traces: true });
    expect(trace!.states.at(-1)!["#meta"]).toMatchObject({ index: steps, action: "App_Write" });
  });
});

describe("events may be missing", () => {
  const instance = bare(popcorn, { stage: "4.7", kernels: 2 });

  test.each([1, 2, 3, 4, 5, 6])("up to three, of walk %i", (seed) => {
    const roll = dice(seed);
    let log = eventsOfRun(instance, walked(instance, 24, seed, ["Local_Write"])).flat();
    for (let missing = 1; missing <= 3; missing++) {
      log = log.toSpliced(roll(log.length), 1);
      expect(validated(instance, log, { missing }).verdict).toBe("run");
    }
  });

  test("no more of them than is allowed", () => {
    const log = eventsOfRun(instance, walked(instance, 24, 3, ["Local_Write"]))
      .flat()
      .filter(({ event }) => event !== "App_Write");
    const least = [0, 1, 2, 3, 4, 5].find((missing) => validated(instance, log, { missing }).verdict === "run");
    expect(least).toBeGreaterThan(0);
    expect(validated(instance, log, { missing: least! })).toMatchObject({ missing: least });
  });

  test("which counts all steps together", () => {
    const log = [
      ...bothShared.slice(0, 3),
      ...received("K2", "K1", { kind: "Copy" }),
      ...write("K1", "K2", 17),
      ...received("K2", "K1", { kind: "Invalid", stamp: 17 }),
      ...received("K1", "K2", { kind: "Ack" }),
    ];
    expect(validated(instance, log, { missing: 1 }).verdict).toBe("no run");
    expect(validated(instance, log, { missing: 2 })).toMatchObject({ verdict: "run", missing: 2 });
  });

  test("any number, where the log says so, and only there", () => {
    const log = eventsOfRun(instance, walked(instance, 30, 5, ["Local_Write"])).flat();
    const [from, to] = [8, 22];
    const lost = log.slice(from, to).filter(({ process }) => process === "K1");
    expect(lost.length).toBeGreaterThan(3);
    const left = log.filter((event) => !lost.includes(event));
    const place = left.findIndex((event) => event.process === "K1" && log.indexOf(event) >= to);
    const mark = { process: "K1", event: "lost" };
    expect(validated(instance, left).verdict).toBe("no run");
    expect(validated(instance, left.toSpliced(place, 0, mark as never))).toMatchObject({ verdict: "run", missing: 0 });
    expect(validated(instance, [...left, { process: "K2", event: "lost" }]).verdict).toBe("no run");
  });

  test("or never logged", () => {
    const log = eventsOfRun(instance, walked(instance, 40, 6, ["Local_Write"])).flat();
    const unlogged = ["Read_Done", "Write_Done", "Write_Lost", "Local_Write"];
    const left = log.filter(({ event }) => !unlogged.includes(event));
    expect(left.length).toBeLessThan(log.length);
    expect(validated(instance, left).verdict).toBe("no run");
    expect(validated(instance, [{ unlogged }, ...left]).verdict).toBe("run");
  });
});

const read = (kernel: string, other: string) => [
  { process: kernel, event: "App_Read" },
  { process: kernel, event: "send", to: other, message: { kind: "Fetch" } },
];
const write = (kernel: string, other: string, stamp: number) => [
  { process: kernel, event: "App_Write" },
  { process: kernel, event: "send", to: other, message: { kind: "Invalid", stamp } },
];
const received = (kernel: string, other: string, message: object, answer?: object) => [
  { process: kernel, event: "receive", from: other, message },
  ...(answer ? [{ process: kernel, event: "send", to: other, message: answer }] : []),
];
const bothShared = [
  ...read("K2", "K1"),
  ...received("K1", "K2", { kind: "Fetch" }, { kind: "Copy" }),
  ...received("K2", "K1", { kind: "Copy" }),
  { process: "K2", event: "Read_Done" },
];
const twoWriters = (first: number, second: number, answer: string) => [
  ...bothShared,
  ...write("K1", "K2", first),
  ...write("K2", "K1", second),
  ...received("K1", "K2", { kind: "Invalid", stamp: second }, { kind: answer }),
];
/** K1 writes twice, and K2 reads between: no message tells the first stamp any more when the second is taken. */
const writesTwice = (first: number, second: number) => [
  ...bothShared,
  ...write("K1", "K2", first),
  ...received("K2", "K1", { kind: "Invalid" }, { kind: "Ack" }),
  ...received("K1", "K2", { kind: "Ack" }),
  { process: "K1", event: "Write_Done" },
  ...bothShared,
  ...write("K1", "K2", second),
];

describe("time stamps and versions are compared", () => {
  const instance = bare(popcorn, { stage: "4.7", kernels: 2 });
  const verdictOf = (log: readonly object[], of = instance) => validated(of, log).verdict;

  test("which of two is greater decides a vote", () => {
    expect(verdictOf(twoWriters(17, 23, "Nack"))).toBe("run");
    expect(verdictOf(twoWriters(17, 23, "Ack"))).toBe("no run");
    expect(verdictOf(twoWriters(23, 17, "Ack"))).toBe("run");
    expect(verdictOf(twoWriters(-2, -2.5, "Ack"))).toBe("run");
  });

  test("two stamps are two numbers, unless clocks have ties", () => {
    const withTies = bare(popcorn, { stage: "4.7", kernels: 2, clocks: "ties" });
    expect(verdictOf(twoWriters(17, 17, "Nack"))).toBe("no run");
    expect(verdictOf(twoWriters(17, 17, "Nack"), withTies)).toBe("run");
    expect(verdictOf(twoWriters(17, 17, "Ack"), withTies)).toBe("no run");
  });

  test("a clock does not go back, although no state holds its last stamp", () => {
    expect(verdictOf(writesTwice(17, 18))).toBe("run");
    expect(verdictOf(writesTwice(17, 16))).toBe("no run");
    expect(verdictOf(writesTwice(17, 17))).toBe("no run");
  });

  test("ticks are as far apart as the model says", () => {
    const bounded = bare(popcorn, { stage: "4.7", kernels: 2, clocks: "bounded", skew: 2 });
    const ticks = (kernel: string, count: number) => Array(count).fill({ process: kernel, event: "Tick" });
    const log = (first: number, second: number) => [...ticks("K1", 1), ...twoWriters(first, second, "Ack")];
    expect(verdictOf(log(8, 7), bounded)).toBe("run");
    expect(verdictOf(log(9, 7), bounded)).toBe("no run");
  });

  test("clocks that tick unseen leave the search finite", () => {
    const bounded = bare(popcorn, { stage: "4.7", kernels: 2, clocks: "bounded" });
    const log = [{ unlogged: ["Tick"] }, ...twoWriters(8, 7, "Ack")];
    expect(verdictOf(log, bounded)).toBe("run");
    const { verdict } = validated(bounded, [...log, { process: "K1", event: "App_Read" }], { maxStates: 5000 });
    expect(verdict).toBe("no run");
  });

  test("a Copy has the version that was written last, whatever number that is", () => {
    const copies = (...versions: number[]) =>
      versions.flatMap((data, i) => [
        ...(i === 0
          ? []
          : [
              ...write("K1", "K2", i),
              ...received("K2", "K1", { kind: "Invalid" }, { kind: "Ack" }),
              ...received("K1", "K2", { kind: "Ack" }),
              { process: "K1", event: "Write_Done" },
            ]),
        ...read("K2", "K1"),
        ...received("K1", "K2", { kind: "Fetch" }, { kind: "Copy", data }),
        ...received("K2", "K1", { kind: "Copy", data }),
        { process: "K2", event: "Read_Done" },
      ]);
    expect(verdictOf(copies(1, 5, 5.5))).toBe("run");
    expect(verdictOf(copies(1, 5, 4))).toBe("no run");
    expect(verdictOf(copies(1, 5, 5))).toBe("no run");
  });
});

describe("a refusal", () => {
  const instance = bare(popcorn, { stage: "4.7", kernels: 2 });

  test("says where the longest run ends, what is allowed there, and what the log says", () => {
    const { refusal, explained, steps } = validated(instance, twoWriters(17, 23, "Ack"));
    expect({ explained, steps }).toEqual({ explained: 10, steps: 6 });
    expect(refusal!.halted).toMatchObject([
      {
        process: "K1",
        line: 12,
        says: [{ event: "receive" }, { event: "send", message: { kind: "Ack" } }],
        allows: [
          [
            { event: "receive", message: { kind: "Invalid", stamp: 23 } },
            { event: "send", message: { kind: "Nack", writing: true } },
          ],
        ],
      },
    ]);
    expect(refusal!.standings).toEqual([
      { of: "copy[K1]", is: "WritingPend1" },
      { of: "copy[K2]", is: "WritingPend1" },
    ]);
    expect(refusal!.inFlight.map(({ process, to }) => [process, to])).toEqual([
      ["K1", "K2"],
      ["K2", "K1"],
    ]);
  });

  test("names first who acts by itself, and not who waits for it", () => {
    const log = [...bothShared, ...received("K1", "K2", { kind: "Ack" }), { process: "K2", event: "Write_Done" }];
    expect(validated(instance, log).refusal!.halted.map(({ process, line }) => [process, line])).toEqual([
      ["K2", 8],
      ["K1", 7],
    ]);
  });

  test("does not count events whose numbers are others", () => {
    const log = [
      ...bothShared,
      ...write("K1", "K2", 17),
      ...received("K2", "K1", { kind: "Invalid", stamp: 18 }, { kind: "Ack" }),
    ];
    expect(validated(instance, log).refusal!.halted).toMatchObject([{ process: "K2", line: 9 }]);
  });

  test("says that a log ends in the middle of a step", () => {
    const { refusal } = validated(instance, bothShared.slice(0, 3));
    expect(refusal!.halted).toMatchObject([{ process: "K1", line: 0 }]);
  });

  test("tells numbers that the log has told, and bounds of others", () => {
    const late = validated(instance, [...twoWriters(17, 23, "Nack"), { process: "K2", event: "App_Read" }]).refusal!;
    expect(JSON.stringify(late.inFlight)).toContain('"stamp":17');
    const unknown = validated(instance, [...writesTwice(17, 18).slice(0, -2), { process: "K1", event: "Tick" }]);
    expect(JSON.stringify(unknown.refusal!.halted[0]!.allows)).toContain('"stamp":"above 17"');
  });

  test("says which messages the model calls impossible", () => {
    const receive = (process: string, ...kinds: string[]) =>
      kinds.map((kind) => ({ process, event: "receive", message: { kind } }));
    const { refusal } = validated(bare(popcorn, { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" }), [
      { unlogged: ["send"] },
      { process: "K1", event: "App_Read" },
      ...receive("K2", "Fetch"),
      ...receive("K3", "Fetch"),
      ...receive("K1", "Copy_Void", "Copy_Void"),
      { process: "K1", event: "Fetch_Done" },
      { process: "K2", event: "App_Read" },
      ...receive("K1", "Fetch"),
      { process: "K1", event: "App_Write" },
      ...receive("K3", "Fetch", "Invalid"),
      { process: "K2", event: "Join" },
    ]);
    expect(refusal!.halted).toMatchObject([
      { process: "K2", noRule: [] },
      {
        process: "K3",
        allows: [[{ event: "App_Read" }]],
        noRule: [expect.stringMatching(/^Invalid\(stamp any number\): question 13/)],
      },
    ]);
  });

  test("is no verdict where the search ends early", () => {
    const log = eventsOfRun(instance, walked(instance, 40, 6)).flat();
    const { verdict, explained, refusal } = validated(instance, log, { maxStates: 10 });
    expect({ verdict, explained: explained > 0, isTold: refusal !== undefined }).toEqual({
      verdict: "undecided",
      explained: true,
      isTold: true,
    });
  });
});

describe("several pages", () => {
  test("are validated by themselves, and the gravest verdict is that of the log", () => {
    const paged = (page: number, events: readonly object[]) => events.map((event) => ({ page, ...event }));
    const [good, bad] = [paged(1, bothShared), paged(7, bothShared.slice(1))];
    const log = good.flatMap((event, i) => [event, ...(i < bad.length ? [bad[i]!] : [])]);
    const of = (options?: ValidationOptions) =>
      validate(popcorn as never, { stage: "4.7", kernels: 2 }, textOf(log), "the log", options);
    const limited = of({ maxStates: 4 });
    expect([limited.verdict, ...limited.pages.map(({ verdict }) => verdict)]).toEqual([
      "no run",
      "undecided",
      "no run",
    ]);
    const { verdict, pages } = of();
    expect({ verdict, pages: pages.map(({ page, verdict }) => [page, verdict]) }).toEqual({
      verdict: "no run",
      pages: [
        [1, "run"],
        [7, "no run"],
      ],
    });
  });
});

test("an action is run again where it writes over another value, although it has read the same", () => {
  class Box extends Record({ mail: "", note: 0 }) {}
  const boxes = scalarset("box", { prefix: "B", size: 1 });
  const post = singleProcess("post", "sent");
  const variables = () => ({ box: perMember(boxes, new Box()), sent: single(0) });
  const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const letters = {
    ...{ name: "letters", about: "a box that is emptied without a look", parameters: {}, variables },
    processes: [boxes, post],
    channels: { "box.mail": { from: post, to: "index", empty: "" } },
    actions: () => [
      action("Empty", { at: boxes }, (state, { at }) => state.withBox(at, new Box()), { by: "at" }),
      action("Send", { at: boxes }, (state, { at }) => state.withBox(at, new Box({ mail: "hi" })), { by: post }),
    ],
  };
  const log = [
    { process: "B1", event: "Empty" },
    { process: "post", event: "Send" },
    { process: "post", event: "send", to: "B1", message: { kind: "hi" } },
    { process: "B1", event: "receive", from: "post", message: { kind: "hi" } },
    { process: "B1", event: "Empty" },
  ];
  expect(validated(bare(letters), log)).toMatchObject({ verdict: "run", steps: 4 });
});

test.each(["receive", "send", "lost"])("an action cannot be called %s", (name) => {
  const variables = () => ({ sent: single(0) });
  const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const actions = () => [action(name, {}, (state) => state.withSent(1))];
  const letters = { name: "letters", about: "", parameters: {}, variables, actions, properties: () => [] };
  expect(() => validate(letters as never, {}, "", "the log")).toThrow(`an action of letters is called ${name}`);
});

test("clocks decide nothing, but for the order in which steps are tried", () => {
  const instance = bare(popcorn, { stage: "4.7", kernels: 3 });
  const log = concatenated(
    eventsOfRun(instance, walked(instance, 60, 11))
      .flat()
      .map((event, i) => ({ ...event, clock: i })),
  );
  const without = log.map(({ clock: _, ...event }) => event);
  const [clocked, unclocked] = [log, without].map((events) => validated(instance, events));
  expect([clocked!.verdict, unclocked!.verdict]).toEqual(["run", "run"]);
  expect(clocked!.states).toBe(61);
});
