/**
 * A bus between caches, with an arbiter. Messages of caches name their sender, those of the arbiter name nobody, and
 * who takes one is the step's to say.
 */
import { Record } from "immutable";
import {
  Bag,
  disabled,
  integer,
  type Member,
  model,
  nameOf,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { by } from "./did.js";

const parameters = { caches: integer("caches", { default: 3, min: 2, max: 4 }) };
const caches = scalarset("cache", { prefix: "C", size: "caches" });
type Cache = Member<"cache">;
const arbiter = singleProcess("arbiter", "round");

class Message extends Record({ kind: "Read" as "Read" | "Own" | "Sync", from: null as Cache | null }) {}

const variables = () => ({
  at: perMember(caches, "I" as "I" | "S" | "M"),
  round: single(0),
  bus: single(Bag.of<Message>()),
  did: single(by("")),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action } = vocabulary<State>();

const ask = (name: string, kind: "Read" | "Own", at: "S" | "M") =>
  action(
    name,
    { c: caches },
    (state, { c }) => {
      if (state.at(c) === at || state.bus().size > 3) return disabled;
      return state
        .withAt(c, at)
        .withBus(state.bus().put(new Message({ kind, from: c })))
        .withDid(by(nameOf(c)).sends(nameOf(c), "?", kind));
    },
    { by: "c" },
  );

const sync = action(
  "Sync",
  { first: caches },
  (state) => {
    if (state.bus().size > 3) return disabled;
    return state
      .withRound((state.round() + 1) % 3)
      .withBus(state.bus().put(new Message({ kind: "Sync" })))
      .withDid(by("arbiter").sends("arbiter", "?", "Sync"));
  },
  { by: arbiter },
);

const snoop = action(
  "Snoop",
  { c: caches },
  (state, { c }) =>
    state
      .bus()
      .takeable()
      .filter(({ from }) => from !== c)
      .map((message) =>
        state
          .withBus(state.bus().take(message))
          .withAt(c, message.kind === "Read" ? "S" : "I")
          .withDid(
            by(nameOf(c)).receives(message.from === null ? "arbiter" : nameOf(message.from), nameOf(c), message.kind),
          ),
      ),
  { by: "c" },
);

export const bus = model({
  name: "bus",
  about: "Caches on a bus, with an arbiter",
  parameters,
  variables,
  actions: () => [ask("Read", "Read", "S"), ask("Write", "Own", "M"), sync, snoop],
  properties: () => [],
  processes: [caches, arbiter],
  channels: { bus: { from: (message) => message.from } },
});
