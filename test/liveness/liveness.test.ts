/**
 * Liveness, one test for each mistake that checkers of it are known for, and what it says of runs that go on for ever.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Record as ImmutableRecord } from "immutable";
import { describe, expect, test } from "vitest";
import { resumeFrom } from "../../checker/api/resumption.js";
import { MemoryExceeded } from "../../checker/errors.js";
import { LivenessChecker } from "../../checker/liveness/decide.js";
import {
  Bag,
  type Compassion,
  disabled,
  model,
  nameOf,
  oneOf,
  type Property,
  type StateOf,
  scalarset,
  single,
  vocabulary,
  withProperties,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Liveness } from "../../checker/model/property.js";
import type { AnyState } from "../../checker/model/state.js";
import { checksumOfProgram } from "../../checker/models/source.js";
import { version } from "../../checker/package.js";
import { Check, checkSync } from "../../checker/search/check.js";
import { ExhaustiveSearch } from "../../checker/search/exhaustive/exhaustive-search.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome, PropertyOutcome } from "../../checker/search/outcome.js";
import { exploredBy } from "../../checker/search/verdict/liveness-phase.js";
import { popcornProperties } from "../../invariants/popcorn/index.js";
import { popcorn as protocol } from "../../spec/popcorn/index.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { tokenRing } from "../../spec/toy/token-ring.js";
import { releaseTest } from "../support/extent.js";
import { searchTo } from "../support/slices.js";

const popcorn: AnyModel = withProperties(protocol, popcornProperties);
const players = scalarset("player", { prefix: "P", size: 3 });
const variables = () => ({ holder: single(players.member(0)), count: single(0) });
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, alwaysEventually, eventually, eventuallyAlways, leadsTo, compassion } = vocabulary<State>();

interface Parts {
  readonly actions: AnyModel["actions"];
  readonly properties: readonly Property<State>[];
  readonly fairness?: readonly Compassion<State>[];
}

/** A ball that players hold in turn, and a counter. */
function ball({ actions, properties, fairness = [] }: Parts): AnyModel {
  const initial = (state: State) => state.members(players).map((p) => state.withHolder(p));
  return {
    ...model({ name: "ball", about: "", parameters: {}, variables, actions: () => [], properties: () => properties }),
    ...{ actions, initial, fairness: () => fairness },
  };
}

const shape = { says: "", explain: () => "it waits" };
const everyTurn = alwaysEventually({
  ...shape,
  name: "every turn",
  for: { i: players },
  holds: (s, { i }) => s.holder() === i,
  explain: (_, { i }) => `${nameOf(i)} waits for the ball`,
});
/** The holder passes the ball to another, whom it chooses. */
const pass = (fair: "weak" | "strong") =>
  action(
    "Pass",
    { from: players, to: players },
    (s, { from, to }) => (from !== to && s.holder() === from ? s.withHolder(to) : disabled),
    { fair },
  );
const only = (of: AnyModel, options: SearchOptions = {}): PropertyOutcome =>
  checkSync(new Instance(of), options).properties[0]!;
const inShort = ({ verdict, waiting, vacuous }: PropertyOutcome) => [verdict, waiting ?? vacuous];

describe.each([true, false])("symmetry (%s)", (symmetry) => {
  test("does not hide a violation: what one player does in the reduced graph is no deed of another", () => {
    // Reduced, there is one state, and its only step is Pass: taken as it is, every requirement is met.
    const of = ball({ actions: () => [pass("weak")], properties: [everyTurn] });
    const outcome = only(of, { symmetry });
    expect(inShort(outcome)).toEqual(["violated", "starvation"]);
    expect(outcome.explanation).toMatch(
      /^P\d waits for the ball; the last 2 steps can repeat for ever, in which others get/,
    );
  });

  test("does not invent a violation: who waits in the reduced graph is not always the same", () => {
    const of = ball({ actions: () => [pass("strong")], properties: [everyTurn] });
    expect(inShort(only(of, { symmetry }))).toEqual(["holds", undefined]);
  });

  test("tells whom a property is asked of apart from all others, also for two at once", () => {
    const inTurn = leadsTo({
      ...shape,
      name: "in turn",
      for: { i: players, j: players },
      from: (s, { i }) => s.holder() === i,
      to: (s, { j }) => s.holder() === j,
    });
    for (const [fair, expected] of [
      ["weak", "violated"],
      ["strong", "holds"],
    ] as const)
      expect(only(ball({ actions: () => [pass(fair)], properties: [inTurn] }), { symmetry }).verdict).toBe(expected);
  });
});

releaseTest("depth first it comes to the same", () => {
  for (const [stage, given] of [
    ["4.6", {}],
    ["4.7", {}],
    ["4.8", { clocksAdvance: false }],
  ] as const) {
    const verdicts = (search: "bfs" | "dfs") =>
      checkSync(new Instance(popcorn, { stage, kernels: 2, ...given }), { search }).properties.map((p) => [
        p.name,
        ...inShort(p),
      ]);
    expect(verdicts("dfs")).toEqual(verdicts("bfs"));
  }
});

test.each([
  ["eventual Modified", "4.7", { clocksAdvance: false }],
  ["eventual read", "4.6", {}],
])("a violation is not missed with several threads, and is the same: %s in %s", async (name, stage, given) => {
  const run = (threads: number) => {
    const instance = new Instance(popcorn, { stage, kernels: 2, ...given });
    const { properties } = checkSync(instance, { threads, properties: [name], levelForThreads: 1 });
    return properties[0]!;
  };
  const [one, ...others] = [run(1), run(2), run(4)];
  expect(one!.verdict).toBe("violated");
  for (const other of others) expect(other).toEqual(one);
});

/** A counter up to a bound. */
const up = (bound: number, fair?: "weak") =>
  action("Up", {}, (s) => (s.count() < bound ? s.withCount(s.count() + 1) : disabled), fair ? { fair } : {});
const reaches = (bound: number) =>
  eventually({ ...shape, name: "reaches", for: {}, holds: (s) => s.count() === bound });

describe("a property that holds vacuously", () => {
  test("under a constraint that cuts runs short does not hold at all", () => {
    const of = ball({ actions: () => [up(50, "weak")], properties: [reaches(50)] });
    expect(only(of).verdict).toBe("holds");
    for (const options of [{ maxDepth: 49 }, { maxStates: 20 }, { storeMemory: 1 }])
      expect(only(of, { ...options, search: "bfs" }).verdict).toBe("incomplete");
  });

  test("because what it follows on never happens is said to", () => {
    const never = leadsTo({ ...shape, name: "never due", for: {}, from: (s) => s.count() === 7, to: () => false });
    expect(inShort(only(ball({ actions: () => [up(5)], properties: [never] })))).toEqual([
      "holds",
      "what it is to follow on never happens",
    ]);
  });

  const assume = (answered: (s: State) => boolean) =>
    compassion({ name: "it comes", says: "", for: {}, actions: ["Turn"], whenever: () => true, answered });
  const turn = action("Turn", {}, (s) => (s.count() > 9 ? disabled : s.withCount((s.count() + 1) % 3)), {
    fair: "weak",
  });
  const leave = action("Leave", {}, (s) => (s.count() === 0 ? s.withCount(99) : disabled));

  test("because it is its own assumption is said to", () => {
    const comes = (holds: (s: State) => boolean, actions: Parts["actions"]) => {
      const properties = [alwaysEventually({ ...shape, name: "comes", for: {}, holds })];
      return only(ball({ actions, properties, fairness: [assume(holds)] }));
    };
    // The rounds in which it never comes are excluded by the assumption alone: nothing of the protocol sees to it.
    const outcome = comes(
      (s) => s.count() === 99,
      () => [turn, leave],
    );
    expect(outcome.verdict).toBe("holds");
    expect(outcome.vacuous).toMatch(/^an assumption of fairness says so by itself/);
    expect(
      inShort(
        comes(
          (s) => s.count() === 0,
          () => [turn],
        ),
      ),
    ).toEqual(["holds", undefined]);
  });

  test("because no run is fair at all is said to", () => {
    const properties = [eventuallyAlways({ ...shape, name: "ends", for: {}, holds: (s) => s.count() === 5 })];
    const of = ball({ actions: () => [turn], properties, fairness: [assume((s) => s.count() === 99)] });
    const outcome = only(of);
    expect(outcome.verdict).toBe("holds");
    expect(outcome.vacuous).toBeDefined();
  });
});

releaseTest("a resumed run does not forget liveness", async () => {
  const folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));

  const given = { stage: "4.8", kernels: 3, network: "fifo" };
  const options = { properties: ["eventual read", "eventual Modified"], receptions: false, checkpoint: folder };
  const whole = checkSync(new Instance(popcorn, given), options);
  const first = new Check(new Instance(popcorn, given), options);
  const source = { checksum: "0".repeat(64), files: {} };
  const run = { version: version(), program: checksumOfProgram(), model: "", source };
  first.search.about = { ...run, parameters: {}, given, options, seconds: 1 };
  searchTo(first, 10_000);
  first.search.checkpoint();
  first.stop("killed");
  expect(first.outcome().properties.map(({ verdict }) => verdict)).toEqual(["incomplete", "incomplete"]);
  const resumed = await resumeFrom(
    folder,
    async ({ name, body }) => {
      const check = new Check(new Instance(popcorn, given), options);
      check.resume(folder, name, body as never, 1);
      check.work();
      return check.outcome();
    },
    () => {},
  );
  rmSync(folder, { recursive: true, force: true });
  expect((resumed as Outcome).properties).toEqual(whole.properties);
  expect(whole.properties.map(({ verdict }) => verdict)).toEqual(["violated", "violated"]);
});

describe("deliveries are fair to each kind of message by itself", () => {
  class Message extends ImmutableRecord({ kind: "Ping" as "Ping" | "Stop" }) {}
  const link = () => ({ link: single(Bag.of<Message>()), stopped: single(false), sent: single(false) });
  type Link = StateOf<ReturnType<typeof link>, Record<never, never>>;
  const of = vocabulary<Link>();
  const put = (state: Link, kind: "Ping" | "Stop") =>
    state.withLink(state.link().put(new Message({ kind })) as Bag<Message>);
  const send = of.action("Send", {}, (s) => (s.sent() ? disabled : put(put(s.withSent(true), "Ping"), "Stop")), {
    fair: "weak",
  });
  const cells = {
    Any: {
      Ping: of.rule<Link>("it comes again", (state) => put(state, "Ping")),
      Stop: of.rule<Link>("it ends", (state) => state.withStopped(true)),
    },
  };
  const table = { name: "link", rows: ["Any"], columns: ["Ping", "Stop"], cells } as const;
  const deliver = of.receive(
    "Receive",
    {},
    {
      ...{ channel: (s: Link) => s.link(), table, row: () => "Any" as const },
      ...{ column: (m: Message) => m.kind, context: (s: Link) => s },
    },
    { fair: "weak" },
  );
  const stops = of.eventually({ ...shape, name: "stops", for: {}, holds: (s) => s.stopped() });
  const verdictWith = (receive: AnyModel["actions"] extends (p: never) => readonly (infer A)[] ? A : never) =>
    only({
      ...model({
        name: "link",
        about: "",
        parameters: {},
        variables: link,
        actions: () => [],
        properties: () => [stops],
      }),
      actions: () => [send, receive],
    });

  test("so that what comes again and again does not keep the rest waiting", () => {
    expect(verdictWith(deliver).verdict).toBe("holds");
  });

  test("which is more than fairness to the channel", () => {
    const { kinds: _, ...channel } = deliver;
    expect(inShort(verdictWith(channel))).toEqual(["violated", "livelock"]);
  });
});

describe("where liveness is not decided it says so, and is no pass:", () => {
  const of = ball({ actions: () => [up(50, "weak")], properties: [reaches(50)] });
  test.each([
    ["on fingerprints", { store: "fingerprint" }, /not decided on fingerprints/],
    ["interrupted", {}, /interrupted while liveness was being decided/],
  ] as const)("%s", (how, options, reason) => {
    const search = new Check(new Instance(of), options);
    if (how === "interrupted") {
      while (!search.search.finished) search.search.run();
      search.stop("interrupted");
    } else search.work();
    const outcome = search.outcome();
    expect(outcome.incomplete).toMatch(reason);
    expect(outcome.properties[0]!.verdict).toBe("incomplete");
  });

  test("where it would take more memory than there is", () => {
    const explorer = new ExhaustiveSearch(new Instance(of), {});
    explorer.run();
    const [property] = explorer.instance.properties;
    const decide = (room: number) => {
      const steps = new LivenessChecker(exploredBy(explorer), () => room).decide(property as Liveness<AnyState>);
      let step = steps.next();
      while (!step.done) step = steps.next();
      return step.value.lasso;
    };
    expect(() => decide(1000)).toThrow(MemoryExceeded);
    expect(() => decide(1000)).toThrow(/^liveness would take 1 MiB more/);
    expect(decide(100_000)).toBeUndefined();
  });

  test("on disk", () => {
    const folder = mkdtempSync(join(tmpdir(), "popcheck-test-"));
    const options = { storeMemory: 2 ** 20 + 2 ** 18, spill: folder };
    const asked = checkSync(new Instance(tokenRing, { nodes: 4, start: "anyhow" }), options);
    rmSync(folder, { recursive: true, force: true });
    expect(asked.incomplete).toMatch(/the states are on disk/);
  });
});

test("many strong requirements do not blow up, though each is refuted only after the one before", () => {
  const size = 30;
  // A walk to and fro; where requirement k could be met, requirement k - 1 is called for.
  const walk = action("Walk", { by: oneOf(-1, 1) }, (s, { by }) => {
    const next = s.count() + by;
    return next < 0 || next > size ? disabled : s.withCount(next);
  });
  const ks = Array.from({ length: size }, (_, k) => k);
  const exits = ks.map((k) =>
    action(
      `Exit${k}`,
      {},
      (s) =>
        s.count() === k
          ? k === 0
            ? s.withCount(99)
            : s.withCount(k - 1)
          : s.count() === k + 1 && k > 0
            ? s.withCount(k - 1)
            : disabled,
      { fair: "strong" },
    ),
  );
  const leaves = leadsTo({
    ...shape,
    name: "leaves",
    for: {},
    from: (s) => s.count() === 0,
    to: (s) => s.count() === 99,
  });
  const outcome = only(ball({ actions: () => [walk, ...exits], properties: [leaves] }));
  expect(outcome.verdict).toBe("holds");
});

describe("who waits for ever", () => {
  const waits = (given: Record<string, unknown>) =>
    Object.fromEntries(
      checkSync(new Instance(starvingMutex, given)).properties.map((p) => [p.name, p.waiting ?? p.verdict]),
    );

  test("starves if others get on, and that takes another", () => {
    expect(waits({ processes: 2 })).toMatchObject({ "who waits gets in": "starvation" });
    expect(waits({ processes: 1 })).toMatchObject({ "who waits gets in": "holds" });
    expect(waits({ processes: 2, fairness: "strong" })).toMatchObject({ "who waits gets in": "holds" });
  });

  const catches = leadsTo({
    ...shape,
    name: "catches",
    for: { i: players },
    from: (s, { i }) => s.holder() !== i,
    to: (s, { i }) => s.holder() === i,
  });

  test("is in a livelock if steps are taken, and nobody gets on", () => {
    const juggle = action("Juggle", {}, (s) => s.withCount(1 - s.count()), { fair: "weak" });
    const of = ball({ actions: () => [juggle], properties: [catches] });
    expect(only(of).waiting).toBe("livelock");
  });

  test("waits at a standstill if nothing more need happen, and that is told first", () => {
    const throws = action("Throw", { to: players }, (s, { to }) => (s.holder() === to ? disabled : s.withHolder(to)));
    const outcome = only(ball({ actions: () => [throws], properties: [catches] }));
    expect(outcome.waiting).toBe("standstill");
    expect(outcome.trace!["#meta"].loop).toBe(outcome.trace!.states.length - 1);
  });
});
