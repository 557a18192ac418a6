/** Fairness of several actions as one, and of a part of an action: in two classics, as a naive graph has it. */
import { Set as ImmutableSet, Record } from "immutable";
import { describe, expect, test } from "vitest";
import { Explainer } from "../../checker/explanation/explained.js";
import { fairnessInWords } from "../../checker/model/fairness.js";
import {
  Bag,
  chooseAny,
  disabled,
  type Member,
  model,
  nameOf,
  oneOf,
  ordered,
  perMember,
  Queue,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Liveness } from "../../checker/model/property.js";
import type { AnyState } from "../../checker/model/state.js";
import { checkSync } from "../../checker/search/check.js";
import { cycleInWords } from "../../traces/analysis/explanation.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { lassoEvidence } from "../../traces/replay/lasso.js";
import { replay } from "../../traces/replay/replay.js";
import { violatedLiveness } from "../support/naive-liveness.js";

const shape = { says: "", explain: () => "it waits" };

/** Returns the names of what is violated, as the naive graph has it and, with and without symmetry, the engine. */
function violatedBy(of: AnyModel): string[] {
  const expected = violatedLiveness({ model: of, parameters: {} });
  for (const symmetry of [true, false]) {
    const { properties } = checkSync(new Instance(of), { symmetry });
    const violated = properties.filter(({ verdict }) => verdict === "violated").map(({ name }) => name);
    expect(new Set(violated), `symmetry ${symmetry}`).toEqual(expected);
    expect(properties.filter(({ verdict }) => verdict !== "violated" && verdict !== "holds")).toEqual([]);
  }
  return [...expected];
}

describe("Peterson's algorithm, of which no process wants to enter for ever", () => {
  const both = scalarset("process", { prefix: "P", size: 2 });
  type Process = Member<"process">;
  const variables = () => ({
    at: perMember(both, "idle" as "idle" | "wants" | "raised" | "waits" | "in"),
    turn: single(null as Process | null),
  });
  type State = StateOf<ReturnType<typeof variables>>;
  const { action, leadsTo, strongFairness, weakFairness } = vocabulary<State>();
  const other = (s: State, i: Process) => s.others(i)[0]!;
  const hasFlag = (s: State, i: Process) => s.at(i) !== "idle" && s.at(i) !== "wants";
  const move = (
    name: string,
    from: string,
    may: (s: State, i: Process) => boolean,
    next: (s: State, i: Process) => State,
  ) => [name, (s: State, { i }: { i: Process }) => (s.at(i) === from && may(s, i) ? next(s, i) : disabled)] as const;
  const always = () => true;
  const moves = [
    move("Raise", "wants", always, (s, i) => s.withAt(i, "raised")),
    move("Yield", "raised", always, (s, i) => s.withAt(i, "waits").withTurn(other(s, i))),
    move(
      "Enter",
      "waits",
      (s, i) => !hasFlag(s, other(s, i)) || s.turn() === i,
      (s, i) => s.withAt(i, "in"),
    ),
    move("Leave", "in", always, (s, i) => s.withAt(i, "idle")),
  ];
  const names = moves.map(([name]) => name);
  const want = action("Want", { i: both }, ...[move("", "idle", always, (s, i) => s.withAt(i, "wants"))[1]], {
    environment: true,
  });
  const getsIn = leadsTo({
    ...{ ...shape, name: "gets in", for: { i: both } },
    from: (s, { i }) => s.at(i) === "wants",
    to: (s, { i }) => s.at(i) === "in",
  });
  const made = (fair: "weak" | undefined, fairness: readonly unknown[]): AnyModel =>
    model({
      ...{ name: "peterson", about: "", parameters: {}, variables },
      actions: () => [
        want,
        ...moves.map(([name, next]) => action(name, { i: both }, next, fair === undefined ? {} : { fair })),
      ],
      properties: () => [getsIn],
      fairness: () => fairness as never,
    });

  test.each<[string, AnyModel, boolean]>([
    ["each action of each process is fair", made("weak", []), true],
    ["nothing is fair", made(undefined, []), false],
    [
      "the steps of each process as one are fair",
      made(undefined, [weakFairness({ name: "each", says: "", for: { i: both }, actions: names })]),
      true,
    ],
    [
      "only all steps as one are fair",
      made(undefined, [weakFairness({ name: "next", says: "", for: {}, actions: names })]),
      false,
    ],
    [
      "all steps as one are strongly fair",
      made(undefined, [strongFairness({ name: "next", says: "", for: {}, actions: names })]),
      false,
    ],
    [
      "the steps of all others as one are fair, of which each has one",
      made(undefined, [
        weakFairness({
          ...{ name: "others", says: "", for: { j: both }, actions: names },
          when: (_, __, { j }, step) => step.binding.i !== j,
        }),
      ]),
      true,
    ],
  ])("if %s: %#", (_, of, holds) => {
    expect(violatedBy(of)).toEqual(holds ? [] : ["gets in"]);
  });

  test("what is not taken says that others meet its fairness", () => {
    const of = made(undefined, [weakFairness({ name: "next", says: "somebody goes on", for: {}, actions: names })]);
    const instance = new Instance(of);
    const { trace } = checkSync(instance).properties[0]!;
    const told = cycleInWords(new Explainer(instance).trace(trace!));
    expect(told.join("\n")).toMatch(
      /^Raise\(P\d\) can be taken all the time and is not: "next" \(weak\), for which it may count, is met without it/,
    );
    expect(fairnessInWords(instance)).toEqual([
      'weakly fair as "next": some step of Raise or Yield or Enter or Leave: somebody goes on',
      "never forced to happen: Want",
    ]);
  });

  test.each<[string, readonly unknown[], RegExp]>([
    [
      "a step of the environment",
      [weakFairness({ name: "f", says: "", for: {}, actions: ["Want"] })],
      /Want is a step of the environment, and "f" cannot make it fair/,
    ],
    [
      "a name that would say nothing",
      [weakFairness({ name: "f", says: "", for: { j: both }, actions: ["Raise"] })],
      /"f" is asked for each j, and Raise binds no j: say by `when`/,
    ],
    ["no action", [weakFairness({ name: "f", says: "", for: {}, actions: ["Rise"] })], /no such action/],
    [
      "two of one name",
      [0, 1].map(() => weakFairness({ name: "f", says: "", for: {}, actions: ["Raise"] })),
      /two assumptions of fairness called "f"/,
    ],
    ["what is none", ["weak"], /assumptions of fairness of peterson is the text "weak"/],
  ])("refuses %s", (_, fairness, message) => {
    expect(() => new Instance(made(undefined, fairness))).toThrow(message);
  });

  test("a predicate that throws, or says neither true nor false, is an error with a run that leads there", () => {
    for (const when of [
      (s: State) => {
        if (s.turn() !== null) throw new Error("no idea");
        return true;
      },
      (s: State) => (s.turn() !== null ? undefined : true),
    ]) {
      const fairness = weakFairness({ name: "f", says: "", for: {}, actions: names, when: when as never });
      const { properties } = checkSync(new Instance(made("weak", [fairness])));
      expect(properties.at(-1)!.explanation).toMatch(/assumption "f".*(threw no idea|no boolean)/);
    }
  });

  test("a predicate that tells members apart is refused", () => {
    const fairness = weakFairness({
      ...{ name: "f", says: "", for: {}, actions: names },
      when: (_, __, ___, { binding }) => nameOf(binding.i as Process) === "P1",
    });
    expect(() => checkSync(new Instance(made("weak", [fairness])))).toThrow(/alike/);
  });
});

describe("the alternating bit over channels of capacity one that lose, over which new data come again and again", () => {
  const ends = ordered("end", { prefix: "E", size: 2 });
  const [sender, receiver] = [ends.member(0), ends.member(1)];
  class Message extends Record({ kind: "Data" as "Data" | "Ack", bit: false }) {}
  const variables = () => ({
    inbox: perMember(ends, Queue.of<Message>(), { capacity: 1, overflow: "block" }),
    sends: single(false),
    expects: single(false),
  });
  type State = StateOf<ReturnType<typeof variables>>;
  const { action, alwaysEventually, receive, rule, strongFairness, weakFairness } = vocabulary<State>();
  const put = (s: State, at: typeof sender, message: Message) => s.withInbox(at, s.inbox(at).put(message));
  const send = action("Send", {}, (s) => put(s, receiver, new Message({ bit: s.sends() })), { fair: "weak" });
  const reply = action("Reply", {}, (s) => put(s, sender, new Message({ kind: "Ack", bit: !s.expects() })), {
    fair: "weak",
  });
  const lose = action(
    "Lose",
    { at: ends },
    (s, { at }) => {
      const [message] = s.inbox(at).takeable();
      return message === undefined ? disabled : s.withInbox(at, s.inbox(at).take(message));
    },
    { environment: true },
  );
  interface Context {
    readonly s: State;
    readonly bit: boolean;
  }
  const cells = {
    Data: rule<Context>("what is expected is taken", ({ s, bit }) => (bit === s.expects() ? s.withExpects(!bit) : s)),
    Ack: rule<Context>("the next is sent", ({ s, bit }) => (bit === s.sends() ? s.withSends(!bit) : s)),
  };
  const receiving = (fair: "strong" | undefined) =>
    receive(
      "Receive",
      { at: ends },
      {
        channel: (s, { at }) => s.inbox(at),
        table: { name: "end", rows: ["up"] as const, columns: ["Data", "Ack"] as const, cells: { up: cells } },
        row: () => "up",
        column: ({ kind }: Message) => kind,
        context: (s, _, { bit }: Message) => ({ s, bit }),
      },
      fair === undefined ? {} : { fair },
    );
  const goesOn = alwaysEventually({
    ...{ ...shape, name: "goes on", for: { bit: oneOf(true, false) } },
    holds: (s, { bit }) => s.expects() === bit,
  });
  const made = (fair: "strong" | undefined, fairness: readonly unknown[]): AnyModel =>
    model({
      ...{ name: "alternating bit", about: "", parameters: {}, variables },
      actions: () => [send, reply, lose, receiving(fair)],
      properties: () => [goesOn],
      fairness: () => fairness as never,
    });
  const part = (kind: "Data" | "Ack", strength: "weak" | "strong" = "strong") =>
    (strength === "weak" ? weakFairness : strongFairness)({
      ...{ name: kind, says: "", for: {}, actions: ["Receive"] },
      when: (_, __, ___, { message }) => (message as Message).kind === kind,
    });

  test.each<[string, AnyModel, boolean]>([
    ["each kind of message is received with strong fairness", made("strong", []), true],
    ["Data and Ack are parts of Receive that are strongly fair", made(undefined, [part("Data"), part("Ack")]), true],
    ["only to receive an Ack is", made(undefined, [part("Ack")]), false],
    ["only to receive Data is", made(undefined, [part("Data")]), false],
    [
      "only to receive anything is",
      made(undefined, [strongFairness({ name: "any", says: "", for: {}, actions: ["Receive"] })]),
      false,
    ],
    [
      "to receive anything is at each end",
      made(undefined, [strongFairness({ name: "any", says: "", for: { at: ends }, actions: ["Receive"] })]),
      true,
    ],
    ["the parts are weakly fair", made(undefined, [part("Data", "weak"), part("Ack", "weak")]), false],
  ])("if %s: %#", (_, of, holds) => {
    expect(violatedBy(of)).toEqual(holds ? [] : ["goes on"]);
  });
});

test("of two steps that lead to the same state the lasso takes the one that fairness asks for", () => {
  class Message extends Record({ kind: "M" as const, n: 0 }) {}
  const variables = () => ({ net: single(Bag.of(new Message({ n: 1 }), new Message({ n: 2 }))) });
  type State = StateOf<ReturnType<typeof variables>>;
  const { eventually, receive, rule, strongFairness } = vocabulary<State>();
  const again = rule<{ s: State; message: Message }>("it comes back", ({ s, message }) =>
    s.withNet(s.net().put(message)),
  );
  const hear = receive(
    "Hear",
    {},
    {
      channel: (s) => s.net(),
      table: { name: "t", rows: ["up"] as const, columns: ["M"] as const, cells: { up: { M: again } } },
      row: () => "up",
      column: ({ kind }: Message) => kind,
      context: (s, _, message: Message) => ({ s, message }),
    },
  );
  for (const wanted of [1, 2]) {
    const of: AnyModel = model({
      ...{ name: "echo", about: "", parameters: {}, variables },
      actions: () => [hear],
      properties: () => [eventually({ ...shape, name: "never", for: {}, holds: (s) => s.net().isEmpty() })],
      fairness: () => [
        strongFairness({
          ...{ name: `hear ${wanted}`, says: "", for: {}, actions: ["Hear"] },
          when: (_, __, ___, { message }) => (message as Message).n === wanted,
        }),
      ],
    });
    expect(violatedBy(of)).toEqual(["never"]);
    const { trace, waiting } = checkSync(new Instance(of)).properties[0]!;
    expect(waiting).toBe("livelock");
    expect(trace!.states.slice(1).map((state) => state["#meta"].choice)).toEqual([wanted - 1]);
    // Followed by the plain functions alone, the other one is no fair run.
    const instance = new Instance(of);
    const property = instance.properties[0] as Liveness<AnyState>;
    const isFair = (n: number) => lassoEvidence(instance, property, { initial: 0, steps: [n - 1] }, 0) !== undefined;
    expect([isFair(wanted), isFair(3 - wanted)]).toEqual([true, false]);
  }
});

describe("a server that chooses whom to serve from those that wait", () => {
  const clients = scalarset("client", { prefix: "C", size: 3 });
  type Client = Member<"client">;
  const variables = () => ({ waiting: single(ImmutableSet<Client>()), served: single(null as Client | null) });
  type State = StateOf<ReturnType<typeof variables>>;
  const { action, leadsTo, strongFairness } = vocabulary<State>();
  const ask = action(
    "Ask",
    { c: clients },
    (s, { c }) => (s.waiting().has(c) ? disabled : s.withWaiting(s.waiting().add(c))),
    { environment: true },
  );
  const serve = (name: string | undefined, fair?: "strong") =>
    action(
      "Serve",
      {},
      (s) => chooseAny(s.waiting(), (who) => s.withServed(who).withWaiting(s.waiting().delete(who)), name),
      fair === undefined ? {} : { fair },
    );
  const isServed = leadsTo({
    ...{ ...shape, name: "is served", for: { c: clients } },
    from: (s, { c }) => s.waiting().has(c),
    to: (s, { c }) => !s.waiting().has(c),
  });
  const made = (server: unknown, fairness: readonly unknown[] = []): AnyModel =>
    model({
      ...{ name: "server", about: "", parameters: {}, variables },
      actions: () => [ask, server] as never,
      properties: () => [isServed],
      fairness: () => fairness as never,
    });
  const ofEach = strongFairness({
    ...{ name: "each", says: "", for: { c: clients }, actions: ["Serve"] },
    when: (_, __, { c }, { chosen }) => chosen.who === c,
  });

  test("may let one wait for ever if only to serve somebody is fair, and not if each choice is", () => {
    expect(violatedBy(made(serve("who", "strong")))).toEqual(["is served"]);
    expect(violatedBy(made(serve("who"), [ofEach]))).toEqual([]);
    // What has no name cannot be asked for.
    expect(violatedBy(made(serve(undefined), [ofEach]))).toEqual(["is served"]);
  });

  test("is named in the trace with its choice, which changes no verdict and no count", () => {
    const [named, bare] = [serve("who", "strong"), serve(undefined, "strong")].map((of) =>
      checkSync(new Instance(made(of))),
    );
    expect([named!.distinct, named!.generated]).toEqual([bare!.distinct, bare!.generated]);
    const trace = named!.properties[0]!.trace!;
    const steps = trace.states.map((_, i) => stepNameOf(trace, i));
    expect(steps).toContainEqual(expect.stringMatching(/^Serve\(C\d\)$/));
    for (const state of trace.states.filter((of) => of["#meta"].action === "Serve"))
      expect(state["#meta"].chosen).toEqual({ who: expect.stringMatching(/^C\d$/) });
    expect(replay(new Instance(made(serve("who", "strong"))), parseTrace(JSON.stringify(trace)))).toMatchObject({
      difference: undefined,
    });
  });

  test("refuses a name that the action binds already", () => {
    const twice = action("Serve", { c: clients }, (s, { c }) => chooseAny([c], () => s.withServed(c), "c"));
    expect(checkSync(new Instance(made(twice))).properties.at(-1)!.explanation).toMatch(
      /names what it chooses c, and binds c already/,
    );
  });
});
