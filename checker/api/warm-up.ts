/**
 * Has V8 compile the engine before it counts which lines run. A function that is compiled while V8 counts carries
 * counters for as long as it lives, and those of the engine would make a check half again as slow; functions that have
 * run before carry none. So a small model is checked first, with all that a large one has the engine do.
 */
import { Record } from "immutable";
import { disabled } from "../model/action.js";
import { Bag } from "../model/channel.js";
import { Instance } from "../model/instance.js";
import { type AnyModel, model } from "../model/model.js";
import { ordinal } from "../model/ordinal.js";
import { scalarset } from "../model/scalarset.js";
import type { StateOf } from "../model/state.js";
import { perMember, single } from "../model/variables.js";
import { vocabulary } from "../model/vocabulary.js";
import { checkSync } from "../search/check.js";

const members = scalarset("member", { prefix: "M", size: 3 });
const time = ordinal("t", { keep: 2 });

class Place extends Record({ at: "rest" as "rest" | "wait" | "done", seen: time.first }) {}
class Message extends Record({ kind: "Go" as const, time: time.first }) {}

const variables = () => ({
  place: perMember(members, new Place()),
  wire: perMember(members, Bag.of<Message>()),
  latest: single(time.first),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action, always, leadsTo, noDeadlock, receive, rule } = vocabulary<State>();

const ask = action("Ask", { m: members }, (state, { m }) => {
  if (state.place(m).at !== "rest") return disabled;
  const latest = state.latest().justAfter();
  const message = new Message({ time: latest });
  return state
    .withLatest(latest)
    .withPlace(m, state.place(m).set("at", "wait"))
    .withWire(m, state.wire(m).put(message));
});

const rest = action("Rest", { m: members }, (state, { m }) =>
  state.place(m).at === "done" ? state.withPlace(m, state.place(m).set("at", "rest")) : disabled,
);

const go = rule<{ readonly goOn: (seen: Message) => State; readonly message: Message }>(
  "it goes on",
  ({ goOn, message }) => goOn(message),
);

const answer = receive(
  "Answer",
  { m: members },
  {
    channel: (state, { m }) => state.wire(m),
    row: (state, { m }) => state.place(m).at,
    column: (message: Message) => message.kind,
    context: (state, { m }, message: Message) => ({
      message,
      goOn: (seen: Message) => state.withPlace(m, state.place(m).merge({ at: "done", seen: seen.time })),
    }),
    table: {
      name: "warm-up",
      rows: ["rest", "wait", "done"],
      columns: ["Go"],
      cells: { rest: { Go: go }, wait: { Go: go }, done: { Go: go } },
    },
  },
  { fair: "weak" },
);

const small = model({
  name: "warm-up",
  about: "what the engine is warmed up with",
  parameters: {},
  variables,
  actions: () => [ask, rest, answer],
  properties: () => [
    always({
      name: "known",
      says: "nobody has seen what is to come",
      for: { m: members },
      holds: (state, { m }) => !state.latest().isBefore(state.place(m).seen),
      explain: () => "it has seen something",
    }),
    noDeadlock({ name: "no deadlock", says: "somebody moves", stuck: () => false, explain: () => "nobody moves" }),
    leadsTo({
      name: "answered",
      says: "who waits is done in the end",
      for: { m: members },
      from: (state, { m }) => state.place(m).at === "wait",
      to: (state, { m }) => state.place(m).at === "done",
      explain: () => "it waits",
    }),
  ],
});

/** Checks the small model, and returns how many states it has. */
export function warmUp(): number {
  return checkSync(new Instance(small as AnyModel, {}, true), { coverage: true }).distinct;
}
