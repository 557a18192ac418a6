/**
 * Thread migration: a broken rule is noticed by the property that it breaks, and the races of the readings are those
 * that docs/explanation/thread-migration.md tells.
 */
import { describe, expect, test } from "vitest";
import { checkArgumentsOf } from "../../checker/cli/args/case.js";
import { readKnownAnswers } from "../../checker/cli/known-answers.js";
import { type Action, disabled } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checkSync } from "../../checker/search/check.js";
import {
  kernels,
  type ThreadMigrationState as State,
  type Thread,
  threadMigration,
  threads,
} from "../../spec/thread-migration.js";
import { exchangesByStep, messageHistoryOf } from "../../traces/analysis/messages.js";
import { read } from "../docs/documents.js";

type Given = Readonly<Record<string, unknown>>;
type Bound = Readonly<Record<"t" | "parent", Thread>>;

/** The model with what the action of this name comes to changed. */
function changed(name: string, change: (after: State, before: State, bound: Bound) => State): AnyModel {
  const broken = (action: Action<State>): Action<State> => ({
    ...action,
    run: (before, binding, message) => {
      const result = action.run(before, binding, message).result as State | readonly State[] | typeof disabled;
      if (result === disabled) return { result };
      const all = Array.isArray(result) ? (result as readonly State[]) : [result as State];
      return { result: all.map((after) => change(after, before, binding as unknown as Bound)) };
    },
  });
  const actions: typeof threadMigration.actions = (parameters) =>
    (threadMigration.actions(parameters) as readonly Action<State>[]).map((each) =>
      each.name === name ? broken(each) : each,
    );
  return { ...threadMigration, actions };
}

/** The model whose action of this name is never forced to happen. */
function unforced(name: string): AnyModel {
  const actions: typeof threadMigration.actions = (parameters) =>
    (threadMigration.actions(parameters) as readonly Action<State>[]).map(({ fair, ...each }) =>
      each.name === name || fair === undefined ? each : { ...each, fair },
    );
  return { ...threadMigration, actions };
}

const propertiesOf = (model: AnyModel, given: Given = {}) => checkSync(new Instance(model, given)).properties;
const violatedIn = (model: AnyModel, given?: Given) =>
  propertiesOf(model, given).flatMap(({ name, verdict }) => (verdict === "violated" ? [name] : []));

test("unbroken, all properties hold", () => {
  expect(violatedIn(threadMigration)).toEqual([]);
});

describe("a broken rule is noticed", () => {
  const broken: readonly [what: string, model: AnyModel, property: string][] = [
    [
      "a handler creates a thread group although it finds one",
      changed("Search", (after, before, { t }) =>
        after.handler(t).stage === "waits"
          ? before
              .withHandler(t, before.handler(t).merge({ stage: "none", at: null }))
              .withThread(t, before.thread(t).merge({ stage: "runs", group: 2 }))
          : after,
      ),
      "one thread group on a kernel",
    ],
    [
      "SIGFORK is not sent",
      changed("Search", (after, before) =>
        before.members(threads).reduce((next, t) => next.withSignal(t, before.signal(t)), after),
      ),
      "no thread is lost",
    ],
    [
      "SIGFORK stays pending after the fork",
      changed("Fork", (after, before, { parent }) => after.withSignal(parent, before.signal(parent))),
      "no thread runs twice",
    ],
    [
      "a clone is in a thread group of its own",
      changed("Fork", (after, _, { t }) => after.withThread(t, after.thread(t).set("group", 2))),
      "one thread group on a kernel",
    ],
    ["a thread that is told to fork need not do so", unforced("Fork"), "every migrant runs"],
    ["a thread that arrives need not be searched for", unforced("Search"), "every migrant runs"],
    ["a thread in flight need not arrive", unforced("Arrive"), "every migrant runs"],
    [
      "a thread that migrates is not sent",
      changed("Migrate", (after, before) =>
        before
          .members(kernels)
          .reduce(
            (next, from) =>
              before.others(from).reduce((now, to) => now.withLink(from, to, before.link(from, to)), next),
            after,
          ),
      ),
      "no thread is lost",
    ],
  ];
  test.each(broken)("%s", (_, model, property) => {
    expect(violatedIn(model)).toContain(property);
  });
});

describe("the race of a reading is the one that is told", () => {
  const traceOf = (given: Given, property: string) => {
    const { trace } = propertiesOf(threadMigration, given).find(({ name }) => name === property)!;
    return { trace: trace!, actions: trace!.states.slice(1).map((state) => state["#meta"].action) };
  };

  test("two searches come before two creations", () => {
    const { actions } = traceOf({ processThreads: 2, lockedSearch: false }, "one thread group on a kernel");
    expect(actions.slice(-4)).toEqual(["Search", "Search", "Create", "Create"]);
  });

  test("a thread is found, and gone before it is told", () => {
    const { actions } = traceOf({ processThreads: 2, lockedSearch: false }, "no thread is lost");
    expect(actions.slice(-3)).toEqual(["Search", expect.stringMatching(/^(Exit|Migrate)$/), "Tell"]);
  });

  test("a thread is told, and gone before it forks", () => {
    const { actions } = traceOf({ processThreads: 2, leaving: "at-once" }, "no thread is lost");
    expect(actions.slice(-2)).toEqual(["Search", expect.stringMatching(/^(Exit|Migrate)$/)]);
  });

  test("a thread comes back to where the process began, and is not found to belong there", () => {
    const { actions } = traceOf({ processThreads: 2, finds: "migrated-threads" }, "one thread group on a kernel");
    expect(actions).toEqual(["Migrate", "Arrive", "Search", "Migrate", "Arrive", "Search"]);
  });

  test("two are told to the same thread before it forks, and one signal is left", () => {
    const { actions } = traceOf({ signals: "merged" }, "no thread is lost");
    expect(actions.slice(-2)).toEqual(["Search", "Search"]);
    expect(actions).not.toContain("Fork");
  });

  test("a handler gives up a fork that happens all the same", () => {
    const { actions } = traceOf({ processThreads: 2, retry: "after-a-while" }, "no thread runs twice");
    expect(actions.indexOf("GiveUp")).toBeLessThan(actions.indexOf("Fork"));
    expect(actions.indexOf("GiveUp")).toBeGreaterThan(0);
  });
});

test("the document's table of what fails has the recorded verdicts", () => {
  const cases = readKnownAnswers().filter(({ model }) => model === threadMigration.name);
  const rowOf = (known: (typeof cases)[number]) => {
    const failed = Object.entries(known.verdicts!).filter(([, verdict]) => verdict.startsWith("violated"));
    const fails = failed.map(([name, verdict]) => `*${name}* ${verdict.replace("violated ", "")}`).join(", ");
    return `| \`${checkArgumentsOf(known).replace(`${known.model} `, "")}\` | ${fails} |`;
  };
  const told = [...read("docs/explanation/thread-migration.md").matchAll(/^\| `--process-threads.*$/gm)].map(
    ([row]) => row,
  );
  expect(told.length).toBeGreaterThan(5);
  expect(told.filter((row) => !cases.some((known) => rowOf(known) === row))).toEqual([]);
  const shown = cases.filter(({ verify }) => verify).map(rowOf);
  expect(shown.filter((row) => !told.includes(row) && !row.endsWith("|  |"))).toEqual([]);
});

test("pictures show that kernels send threads to kernels, and SIGFORK to threads", () => {
  const { trace } = propertiesOf(threadMigration, { processThreads: 2, retry: "after-a-while" }).find(
    ({ name }) => name === "no thread runs twice",
  )!;
  const { sent } = exchangesByStep(messageHistoryOf(trace!));
  const ends = new Set(sent.flat().map(({ from, to, text }) => `${text.split("(")[0]} ${from[0]}→${to[0]}`));
  expect(ends).toEqual(new Set(["Migrate K→K", "SIGFORK K→T"]));
});
