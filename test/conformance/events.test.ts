import { expect, test } from "vitest";
import { StepEvents } from "../../checker/conformance/events.js";
import {
  Bag,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  vocabulary,
} from "../../checker/model/index.js";
import type { Instance } from "../../checker/model/instance.js";
import { successorsOf } from "../../checker/model/reference.js";
import { german } from "../../spec/german.js";
import { popcorn } from "../../spec/popcorn/index.js";
import { threadMigration } from "../../spec/thread-migration.js";
import { Following } from "../../traces/replay/run.js";
import { bare, eventsOfRun, walked } from "./walk-log.js";

/** Returns the events of the run that takes these steps, each named by its action and values of its binding. */
function eventsAlong(instance: Instance, ...names: string[]): string[] {
  const following = new Following(instance, 0);
  for (const name of names) {
    const [action, ...values] = name.split(" ");
    const step = [...successorsOf(instance, following.values)].find(
      ({ instance: { action: of, binding }, next }) =>
        next !== undefined &&
        of.name === action &&
        values.every((value) => Object.values(binding).some((bound) => String(bound).includes(value))),
    );
    if (step === undefined) throw new Error(`${name} cannot be taken`);
    following.take(step);
  }
  return eventsOfRun(instance, following.run()).map((events) => events.map(brief).join("; "));
}

function brief({ process, event, from, to, message, with: details }: ReturnType<typeof eventsOfRun>[0][0]): string {
  const told = Object.entries((message ?? details ?? {}) as object).filter(([, value]) => value && value !== "Empty");
  const way = from ? ` from ${from}` : to ? ` to ${to}` : "";
  return [`${process} ${event}${way}`, ...told.map(([name, value]) => `${name} ${value}`)].join(", ");
}

test("a step has the events of who receives, acts and sends", () => {
  const instance = bare(popcorn, { stage: "4.7", kernels: 2 });
  expect(eventsAlong(instance, "App_Read K2", "Receive K1", "Receive K2", "Read_Done K2", "App_Write K1")).toEqual([
    "K2 App_Read; K2 send to K1, kind Fetch",
    "K1 receive from K2, kind Fetch; K1 send to K2, kind Copy, data 1",
    "K2 receive from K1, kind Copy, data 1",
    "K2 Read_Done",
    "K1 App_Write; K1 send to K2, kind Invalid, stamp 1",
  ]);
});

test("fields that are channels are sent and received too, and a single process has events of its own", () => {
  expect(eventsAlong(bare(german, { nodes: 1 }), "SendReqE", "RecvReqE", "SendGntE", "RecvGntE", "Store 2")).toEqual([
    "N1 SendReqE; N1 send to home, kind ReqE",
    "home receive from N1, kind ReqE",
    "home SendGntE, i N1; home send to N1, kind GntE, grantData 1",
    "N1 receive from home, kind GntE, grantData 1",
    "N1 Store, data 2",
  ]);
});

test("a message that is taken and put again is received and sent", () => {
  const variables = () => ({ loop: single(Bag.of("token")) });
  type State = StateOf<ReturnType<typeof variables>>;
  const { receive, rule } = vocabulary<State>();
  const next = rule<State>("passes it on", (state) => state.withLoop(state.loop().put("token")));
  const ring = singleProcess("ring", "none");
  const variablesOf = () => ({ ...variables(), none: single(0) });
  const passing = {
    ...{ name: "passing", about: "a token that goes round", parameters: {}, variables: variablesOf },
    processes: [ring],
    channels: { loop: { from: ring, to: ring } },
    actions: () => [
      receive(
        "Pass",
        {},
        {
          channel: (state: State) => state.loop(),
          table: { name: "table", rows: ["on"], columns: ["token"], cells: { on: { token: next } } },
          row: () => "on" as const,
          column: (message: string) => message as "token",
          context: (state: State) => state,
        },
      ),
    ],
  };
  const of = bare(passing);
  expect(eventsOfRun(of, walked(of, 1, 1))).toEqual([
    [
      { process: "ring", event: "receive", from: "ring", message: "token" },
      { process: "ring", event: "send", to: "ring", message: "token" },
    ],
  ]);
});

test("a step without messages is of the process whose variables change, or that its binding names", () => {
  const cells = scalarset("cell", { prefix: "C", size: 3 });
  const home = singleProcess("home", "lent");
  const variables = () => ({ cell: perMember(cells, 0), lent: perMember(cells, false), all: single(0) });
  const { action } = vocabulary<StateOf<ReturnType<typeof variables>>>();
  const model = {
    ...{ name: "cells", about: "cells of a home", parameters: {}, variables },
    processes: [cells, home],
    actions: () => [
      action("Count", { at: cells }, (state, { at }) => state.withCell(at, 1)),
      action("Lend", { at: cells }, (state, { at }) => state.withLent(at, true)),
      action("Both", { at: cells }, (state, { at }) => state.withLent(at, true).withCell(at, 2)),
      action("Others", { at: cells }, (state, { at }) =>
        state.others(at).reduce((next, other) => next.withCell(other, 3), state),
      ),
      action("Told", { at: cells }, (state) => state.withAll(1), { by: "at" }),
      action("Untold", { at: cells }, (state) => state.withAll(1)),
    ],
  };
  const actorsOf = (of: object) => {
    const instance = bare(of);
    const events = new StepEvents(instance);
    const all = [...successorsOf(instance, instance.initial[0]!)];
    const second = all.filter(({ instance: { binding } }) => Object.values(binding).includes(cells.member(1) as never));
    return second.map((step) => events.of(instance.initial[0]!, step)[0]!.process);
  };
  expect(actorsOf(model)).toEqual(["C2", "home", "cells", "cells", "C2", "cells"]);
  // Without a single process, a step of which nothing else tells is of the process that is bound.
  expect(actorsOf({ ...model, processes: [cells] })).toEqual(["C2", "C2", "C2", "cells", "C2", "C2"]);
});

test("an action says what its other names are bound to", () => {
  expect(eventsAlong(bare(threadMigration), "Migrate T2 K2")[0]).toMatch(/^K1 Migrate, t T2, to K2; K1 send to K2/);
});
