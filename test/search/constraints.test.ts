/** Constraints bound a search, and every verdict that rests on it says so: compared with the naive explorer. */
import { describe, expect, test } from "vitest";
import { ObservedMachine } from "../../checker/diagram/observed-machine.js";
import { Session } from "../../checker/explorer/session.js";
import {
  assert,
  type Constraint,
  disabled,
  type Member,
  model,
  nameOf,
  type Property,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { canProgress, type Successor, successorsOf } from "../../checker/model/reference.js";
import { statusOf } from "../../checker/reports/exit-status.js";
import { outcomeInWords } from "../../checker/reports/html-report.js";
import { jsonOf } from "../../checker/reports/json.js";
import { junitOf } from "../../checker/reports/junit.js";
import { reportOf, verdictInShort } from "../../checker/reports/report.js";
import { plain } from "../../checker/reports/terminal.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { randomSearchAlone } from "../../checker/search/random/random-search.js";
import { replay } from "../../traces/replay/replay.js";
import { lengthOf } from "../../traces/trace.js";
import { exceptRelease } from "../support/extent.js";
import { explore } from "../support/naive-explorer.js";
import { violatedLiveness } from "../support/naive-liveness.js";
import { nameOfWay, PLAIN, REDUCED, searchBy, WAYS } from "../support/search-ways.js";

const clerks = scalarset("clerk", { prefix: "C", size: 3 });
type Clerk = Member<"clerk">;
/** What each clerk has counted up to, without end, and who counted last. */
const variables = () => ({ count: perMember(clerks, 0), last: single<Clerk | null>(null), calm: single(true) });
type State = StateOf<ReturnType<typeof variables>>;
const { action, actionConstraint, always, alwaysEventually, alwaysStep, constraint, coverage } = vocabulary<State>();
const { compassion, eventually, eventuallyAlways, goal, leadsTo, noDeadlock, reachable } = vocabulary<State>();

const sum = (s: State) => s.members(clerks).reduce((all, c) => all + s.count(c), 0);
const up = action("Up", { c: clerks }, (s, { c }) => s.withCount(c, s.count(c) + 1).withLast(c), { fair: "weak" });
const down = action(
  "Down",
  { c: clerks },
  (s, { c }) => (s.count(c) === 0 ? disabled : s.withCount(c, s.count(c) - 1).withLast(c)),
  { fair: "strong" },
);
/** Reads nothing, so that no value leads to it. */
const idle = action("Idle", {}, (s) => s.withLast(null));
const disturb = action("Disturb", {}, (s) => (s.calm() ? s.withCalm(false) : disabled), { environment: true });

const small = constraint({
  name: "small",
  says: "the clerks count up to 4 together",
  for: {},
  holds: (s) => sum(s) <= 4,
});
const each = constraint({
  name: "each",
  says: "each clerk counts up to 2",
  for: { c: clerks },
  holds: (s, { c }) => s.count(c) <= 2,
});
const inTurn = actionConstraint({
  name: "in turn",
  says: "no clerk counts twice in a row",
  for: { c: clerks },
  holds: (before, after, { c }, step) => !(step.action === "Up" && before.last() === c && after.last() === c),
});
const calmFirst = actionConstraint({
  name: "calm first",
  says: "nobody is disturbed who has counted",
  for: {},
  holds: (before, after) => before.calm() === after.calm() || sum(before) === 0,
});
const wide = constraint({ name: "wide", says: "less than a thousand", for: {}, holds: (s) => sum(s) < 1000 });

const shape = { says: "", for: {}, explain: () => "" };
const properties: readonly Property<State>[] = [
  always({ ...shape, name: "below 5", holds: (s) => sum(s) < 5 }),
  always({ ...shape, name: "below 9", holds: (s) => sum(s) < 9 }),
  alwaysStep({ ...shape, name: "by one", holds: (before, after) => Math.abs(sum(before) - sum(after)) <= 1 }),
  alwaysStep({ ...shape, name: "not to 4", holds: (_, after) => sum(after) !== 4 }),
  noDeadlock({ name: "no deadlock", says: "", stuck: () => true, explain: () => "stuck" }),
  reachable({
    name: "meets",
    says: "",
    goals: [goal("3", {}, (s) => sum(s) === 3), goal("far", {}, (s) => sum(s) > 50)],
  }),
  coverage({ name: "covers", says: "", goals: [goal("far", {}, (s) => sum(s) > 50)] }),
];
const live: readonly Property<State>[] = [
  eventually({ ...shape, name: "someone counts", holds: (s) => sum(s) > 0 }),
  alwaysEventually({ ...shape, name: "again zero", holds: (s) => sum(s) === 0 }),
  alwaysEventually({ ...shape, name: "again one each", for: { c: clerks }, holds: (s, { c }) => s.count(c) === 1 }),
  eventuallyAlways({ ...shape, name: "at last above", holds: (s) => sum(s) > 1 }),
  leadsTo({
    ...shape,
    name: "goes down",
    for: { c: clerks },
    from: (s, { c }) => s.count(c) === 2,
    to: (s, { c }) => s.count(c) < 2,
  }),
];

const made = (constraints: readonly Constraint<State>[], more: readonly unknown[] = [], of = properties): AnyModel =>
  model({
    name: "clerks",
    about: "",
    parameters: {},
    variables,
    headline: {},
    actions: () => [up, down, disturb, idle, ...more] as never,
    properties: () => of,
    constraints: () => constraints,
  });
const verdictsOf = ({ properties }: Outcome) =>
  Object.fromEntries(properties.map((property) => [property.name, verdictInShort(property)]));

describe.each<[string, readonly Constraint<State>[]]>([
  ["a state constraint", [small]],
  ["one with a binding", [each]],
  ["two of them, and one that cuts nothing", [small, each, wide]],
  ["an action constraint besides", [each, inTurn]],
  ["an action constraint that seldom cuts", [small, calmFirst, wide]],
])("%s", (_, constraints) => {
  const make = () => new Instance(made(constraints));
  const expected = explore({ model: made(constraints), parameters: {} });
  const within = constraints.filter((of) => of !== wide).map(({ name }) => name);

  test("is what the naive explorer makes of it, in every way to search", () => {
    const ways = constraints.length === 2 ? exceptRelease(WAYS, (_, i) => i % 9 > 0) : [PLAIN];
    for (const way of ways.filter(({ symmetry }) => !symmetry)) {
      const { outcome } = searchBy(make, way, 12, { audit: 1 });
      const named = nameOfWay(way);
      expect([outcome.distinct, outcome.generated], named).toEqual([expected.distinct, expected.generated]);
      const { states, steps, all } = outcome.constraints!;
      expect({ states, steps }, named).toEqual(expected.cutOff);
      expect(
        all.flatMap(({ name, cuts }) => (cuts ? [name] : [])),
        named,
      ).toEqual(within);
      if (way.search === "bfs" && !way.resumed) expect(outcome.statistics!.levels, named).toEqual(expected.levels);
      for (const { name, verdict, trace, kind, within: bounds } of outcome.properties) {
        const depth = expected.violated.get(name);
        if (kind === "reachable" || kind === "coverage") {
          // That a goal was not met within the bounds does not say that it is not met.
          expect(verdict, `${named} ${name}`).toBe("incomplete");
          continue;
        }
        expect(verdict, `${named} ${name}`).toBe(depth === undefined ? "holds" : "violated");
        if (depth === undefined) expect(bounds, `${named} ${name}`).toEqual(within);
        else if (way.search === "bfs" && trace !== undefined) expect(lengthOf(trace), `${named} ${name}`).toBe(depth);
      }
    }
  });

  test("comes to the same verdicts with symmetry, which looks at less", () => {
    const [plain, ...reduced] = [PLAIN, REDUCED, { ...REDUCED, threads: 2 as const }].map(
      (way) => searchBy(make, way, 12, { audit: 1 }).outcome,
    );
    for (const outcome of reduced) {
      expect(verdictsOf(outcome)).toEqual(verdictsOf(plain!));
      expect(outcome.constraints!.states).toBeLessThan(plain!.constraints!.states);
    }
    expect(reduced[0]!.constraints).toEqual(reduced[1]!.constraints);
  });

  test("invents no lasso: liveness is what the naive oracle says", () => {
    const of = made(constraints, [], live);
    const violated = violatedLiveness({ model: of, parameters: {} });
    for (const symmetry of [false, true]) {
      const outcome = checkSync(new Instance(of), { symmetry });
      for (const { name, verdict, within: bounds, trace } of outcome.properties) {
        expect(verdict, name).toBe(violated.has(name) ? "violated" : "holds");
        if (verdict === "holds") expect(bounds, name).toEqual(within);
        else expect(replay(new Instance(of), trace!)).toMatchObject({ difference: undefined });
      }
    }
    // A step is cut off in each state but the first where clerks take turns.
    expect([violated.size > 0, violated.size < live.length]).toEqual([!constraints.includes(inTurn), true]);
  });
});

describe("what a constraint cuts off", () => {
  test("is no deadlock: neither a state that is not expanded nor one whose steps are not taken", () => {
    const still = actionConstraint({ name: "still", says: "all is calm", for: {}, holds: (_, after) => after.calm() });
    const jump = action("Jump", {}, (s) => (s.calm() ? s.withCalm(false) : disabled));
    const dead = properties.filter(({ kind }) => kind === "no deadlock");
    const stuck = (constraints: readonly Constraint<State>[]): AnyModel => ({
      ...made(constraints, [], dead),
      actions: () => [jump],
    });
    expect(verdictsOf(checkSync(new Instance(stuck([still]))))).toEqual({ "no deadlock": 'holds within "still"' });
    const calm = constraint({ name: "calm", says: "all is calm", for: {}, holds: (s) => s.calm() });
    expect(verdictsOf(checkSync(new Instance(stuck([calm]))))).toEqual({ "no deadlock": 'holds within "calm"' });
    expect(verdictsOf(checkSync(new Instance(stuck([]))))).toEqual({ "no deadlock": "violated 1" });
  });

  test("is no step that an assumption of fairness is asked about", () => {
    const either = action("Either", {}, (s) => [s.withCalm(false), s.withCalm(true)], { fair: "weak" });
    const calm = actionConstraint({ name: "calm", says: "", for: {}, holds: (_, after) => after.calm() });
    const answered = (whenever: (after: State) => boolean) =>
      compassion({
        ...{ name: "answered", says: "", for: {}, actions: ["Either"], answered: () => false },
        whenever: (_, after) => whenever(after),
      });
    const of = (whenever: (after: State) => boolean, constraints: readonly Constraint<State>[]): AnyModel => ({
      ...made(constraints, [], [alwaysEventually({ ...shape, name: "calm", holds: (s) => s.calm() })]),
      actions: () => [either],
      fairness: () => [answered(whenever)],
    });
    const throws = (after: State) => {
      if (!after.calm()) throw new Error("nobody takes this step");
      return true;
    };
    const outcome = checkSync(new Instance(of(throws, [calm])));
    // Whether some run meets the assumption is not known: what was cut off may belong to one.
    expect(outcome.properties).toMatchObject([{ name: "calm", verdict: "holds", within: ["calm"] }]);
    expect(outcome.properties[0]!.vacuous).toBeUndefined();
    const whole = checkSync(new Instance(of(() => true, [])));
    expect(whole.properties).toMatchObject([{ verdict: "holds", vacuous: expect.stringContaining("assumption") }]);
  });

  test("is not blamed for what an assumption throws", () => {
    const all = (s: State) => s.members(clerks).reduce((after, c) => after.withCount(c, 1), s);
    const either = action("Either", {}, (s) => (sum(s) > 0 ? s : [s.withCalm(false), all(s)]), { fair: "weak" });
    const calm = actionConstraint({ name: "calm", says: "", for: {}, holds: (_, after) => after.calm() });
    const answered = compassion({
      ...{ name: "answered", says: "", for: {}, actions: ["Either"], answered: () => true },
      whenever: (before, after) => {
        if (!after.calm() || sum(before) > 0) throw new Error("no idea");
        return true;
      },
    });
    const of: AnyModel = {
      ...made([calm], [], [alwaysEventually({ ...shape, name: "none", holds: (s) => sum(s) === 0 })]),
      actions: () => [either],
      fairness: () => [answered],
    };
    const error = checkSync(new Instance(of)).properties.find(({ kind }) => kind === "no error")!;
    expect(error.explanation).toMatch(/^assumption "answered" threw no idea/);
    expect(lengthOf(error.trace!)).toBe(1);
  });

  test("is not asked about: neither its steps nor what they would throw", () => {
    const wild = action("Wild", {}, (s) => {
      assert(sum(s) <= 4, "nobody is here");
      return disabled;
    });
    const outcome = checkSync(new Instance(made([small], [wild])));
    expect(verdictsOf(outcome)["no failed assertion"]).toBe('holds within "small"');
    expect(verdictsOf(outcome)["below 5"]).toBe("violated 5");
  });

  test("nothing is cut off: verdicts are plain, and the report says so", () => {
    const bounded = action("Up", { c: clerks }, (s, { c }) => (s.count(c) < 1 ? s.withCount(c, 1) : disabled));
    const of: AnyModel = { ...made([wide]), actions: () => [bounded] };
    const outcome = checkSync(new Instance(of));
    expect(verdictsOf(outcome)["below 9"]).toBe("holds");
    expect(verdictsOf(outcome).meets).toBe("violated");
    expect(textOf(outcome)).toMatch(
      /^constraints {2}wide: less than a thousand; it cut nothing off, so no verdict rests/m,
    );
    expect(outcome.constraints).toMatchObject({ states: 0, steps: 0 });
  });
});

const textOf = (outcome: Outcome) => reportOf(outcome, { look: plain, given: {}, full: false, replay: new Map() });

describe("the verdict says within what it holds:", () => {
  const outcome = checkSync(new Instance(made([small, inTurn])));

  test("text", () => {
    const text = textOf(outcome);
    expect(text).toMatch(/^holds within "small" and "in turn" {2}below 9/m);
    expect(text).toContain("constraints  small: the clerks count up to 4 together\n             in turn: no clerk");
    const { states, steps } = outcome.constraints!;
    expect(text).toContain(`cut off: ${states} states not expanded, ${steps} steps not taken`);
    expect(text).toMatch(/^undecided {4}meets: never reached within "small" and "in turn": far/m);
  });

  test("JSON, JUnit and the page", () => {
    const { properties: of, constraints, complete, status } = jsonOf(outcome);
    expect(of.find(({ name }) => name === "below 9")).toMatchObject({ outcome: "holds", within: ["small", "in turn"] });
    expect(of.find(({ name }) => name === "below 5")!.within).toBeNull();
    expect(constraints!.all[1]).toMatchObject({ name: "in turn", kind: "action constraint", cuts: true });
    expect([complete, status]).toEqual([true, 12]);
    expect(junitOf(outcome, {})).toContain("holds within &quot;small&quot; and &quot;in turn&quot;");
    const page = outcomeInWords(outcome, {});
    expect(page.properties.find(({ name }) => name === "below 9")!.within).toBe('within "small" and "in turn"');
    expect(page.notes[0]).toMatch(/all that there are within the constraints$/);
  });

  test("a goal that is not met within it is open, and so is the run: exit status 3", () => {
    const open = checkSync(
      new Instance(
        made(
          [small],
          [],
          properties.filter(({ name }) => name === "meets"),
        ),
      ),
    );
    expect(statusOf(open)).toBe(3);
  });
});

test("random searches keep within them", async () => {
  const of = made([small, inTurn], [], [always({ ...shape, name: "below 6", holds: (s) => sum(s) < 6 })]);
  for (const search of ["random", "swarm"] as const) {
    const outcome = await randomSearchAlone(new Instance(of), { search, seed: 1, walks: 30, maxDepth: 40 });
    expect(verdictsOf(outcome)).toEqual({ "below 6": "incomplete" });
    expect(outcome.depth).toBeGreaterThan(4);
    expect(textOf(outcome)).toContain("constraints  small");
  }
});

test("a constraint that does not treat members alike is refused", () => {
  const first = constraint({
    name: "first",
    says: "",
    for: { c: clerks },
    holds: (s, { c }) => nameOf(c) !== "C1" || s.count(c) < 2,
  });
  const one = constraint({ name: "one", says: "", for: {}, holds: (s) => s.count(s.members(clerks)[0]!) < 2 });
  const step = actionConstraint({
    ...{ name: "step", says: "", for: {} },
    holds: (_, after) => after.last() === null || nameOf(after.last()!) !== "C2",
  });
  // Nothing but the number of the steps that are cut off tells this one's members apart.
  const twice = action("Twice", { c: clerks }, (s, { c }) =>
    nameOf(c) === "C1" ? [s.withCalm(false), s.withCalm(false).withLast(c)] : [s.withCalm(false)],
  );
  const calm = actionConstraint({
    name: "calm",
    says: "",
    for: {},
    holds: (_, _after, __, step) => step.action !== "Twice",
  });
  expect(() => checkSync(new Instance(made([small, calm], [twice])))).toThrow(/^action Twice.* does not treat/);
  for (const [of, who] of [
    [first, 'constraint "first"'],
    [one, 'constraint "one"'],
    [step, "action Up"],
  ] as const)
    expect(() => checkSync(new Instance(made([small, of]))), who).toThrow(
      new RegExp(`^${who}.* does not treat the members of clerk alike`),
    );
});

describe("mistakes are told:", () => {
  test("all initial states cut off; a name twice; no constraint; no boolean", () => {
    const none = constraint({ name: "none", says: "", for: {}, holds: (s) => sum(s) > 0 });
    expect(() => new Instance(made([none]))).toThrow(/\("none"\) cut every initial state off/);
    expect(() => new Instance(made([small, small]))).toThrow(/small/);
    expect(() => new Instance(made([up as never]))).toThrow(/one of the constraints of clerks is .*Make each with/s);
    const silent = constraint({
      name: "silent",
      says: "",
      for: {},
      holds: (s) => (sum(s) < 2 ? true : (undefined as never)),
    });
    const outcome = checkSync(new Instance(made([silent])));
    const error = outcome.properties.find(({ kind }) => kind === "no error")!;
    expect(error.explanation).toMatch(/^holds of constraint "silent" \(test.*\) returned undefined/);
    expect(lengthOf(error.trace!)).toBe(2);
  });
});

test("a first initial state that is cut off is looked at, and nothing is learnt from it", () => {
  const beyond = action("Beyond", {}, (s) => {
    if (sum(s) > 4) assert(sum(s) < 100, "asked beyond the bound");
    return disabled;
  });
  const of: AnyModel = {
    ...made([small], [beyond]),
    initial: (s: State) => [s.withCount(s.members(clerks)[0]!, 7), s, s.withLast(s.members(clerks)[0]!)],
  };
  const expected = explore({ model: of, parameters: {} });
  const outcome = checkSync(new Instance(of), { symmetry: false, audit: 1 });
  expect([outcome.distinct, outcome.generated]).toEqual([expected.distinct, expected.generated]);
  expect(outcome.constraints).toMatchObject(expected.cutOff);
  expect(outcome.properties.map(({ kind }) => kind)).not.toContain("no failed assertion");
});

test("what was cut off is counted on by a search that is taken up from a checkpoint", () => {
  // States are cut off on early levels, too.
  const make = () => new Instance(made([each, calmFirst]));
  const [whole, resumed] = [PLAIN, { ...PLAIN, resumed: true }].map((way) => searchBy(make, way, 200));
  expect(resumed!.resumed).toBe(true);
  expect(resumed!.outcome.constraints).toEqual(whole!.outcome.constraints);
  expect(Math.min(whole!.outcome.constraints!.states, whole!.outcome.constraints!.steps)).toBeGreaterThan(0);
});

test("by the reference semantics, too, a state in which something is cut off is no deadlock", () => {
  const still = actionConstraint({ name: "still", says: "", for: {}, holds: (_, after) => after.calm() });
  const jump = action("Jump", {}, (s) => (s.calm() ? s.withCalm(false) : disabled));
  const of = (constraints: readonly Constraint<State>[]) =>
    new Instance({ ...made(constraints), actions: () => [jump] });
  for (const instance of [of([still]), of([small])]) expect(canProgress(instance, instance.initial[0]!)).toBe(true);
  const after = of([]).unbounded;
  const [{ next }] = [...successorsOf(after, after.initial[0]!)] as [Successor];
  expect(canProgress(after, next!)).toBe(false);
});

test("stepping by hand and simulations are not bounded, and a diagram says that it is", () => {
  const instance = new Instance(made([each]));
  const session = new Session(instance, { memory: 1e10 });
  for (let i = 0; i < 4; i++) session.do({ do: "take", choice: 0 });
  expect(session.view().enabled.length).toBeGreaterThan(3);
  expect(session.instance.constraints).toEqual([]);
  expect(instance.unbounded.constraints).toEqual([]);
  expect(() => new ObservedMachine(made([each]), {})).toThrow(/no state machine to draw/);
});
