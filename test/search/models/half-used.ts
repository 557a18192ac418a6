/** A model of which much is never used; test/search/coverage.test.ts and test/cli/coverage.test.ts know what. */
import { Record } from "immutable";
import {
  Bag,
  disabled,
  everyCell,
  flag,
  impossible,
  integer,
  type Member,
  model,
  oneOf,
  perMember,
  type ReceiveTable,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  caches: integer("caches", { default: 2, min: 1, max: 4 }),
  late: flag("whether to do nothing", false),
  quick: flag("what nobody reads", false),
};
type Options = ValuesOf<typeof parameters>;
const caches = scalarset("cache", { prefix: "C", size: "caches" });

const rows = ["I", "W", "S", "X"] as const;
const kinds = ["Grant", "Refuse"] as const;

class Copy extends Record({ at: "I" as (typeof rows)[number], data: 0, note: 0, seen: 0 }) {}
class Message extends Record({ kind: "Grant" as (typeof kinds)[number], data: 0, stamp: 0, spare: 0 }) {}

const variables = () => ({
  copy: perMember(caches, new Copy()),
  down: perMember(caches, Bag.of<Message>()),
  total: single(0),
});
type State = StateOf<ReturnType<typeof variables>, Options>;
interface At {
  readonly state: State;
  readonly c: Member<"cache">;
  readonly message: Message;
}
const { action, receive, rule, always, alwaysStep, coverage } = vocabulary<State>();

const ask = action("Ask", { c: caches, how: oneOf("plain", "loud", "never") }, (state, { c, how }) => {
  if (how === "never" || state.copy(c).at !== "I") return disabled;
  const message = new Message({ data: how === "loud" ? 2 : 1, stamp: 7 });
  return state.withCopy(c, state.copy(c).merge({ at: "W", note: 1 })).withDown(c, state.down(c).put(message));
});

const wait = action("Wait", {}, (state) => {
  if (!state.parameters.late) return disabled;
  return state.withTotal(1);
});

const copies: ReceiveTable<(typeof rows)[number], (typeof kinds)[number], At, State> = {
  name: "copies",
  rows,
  columns: kinds,
  cells: {
    I: { Grant: impossible("nobody asked"), Refuse: impossible("nobody asked") },
    W: {
      Grant: rule<At>("the copy is there", ({ state, c, message }) =>
        state.withCopy(c, state.copy(c).merge({ at: "S", data: message.data, seen: message.data })),
      ),
      Refuse: rule<At>("the copy is refused", ({ state, c }) => {
        return state.withCopy(c, new Copy());
      }),
    },
    S: { Grant: rule("stalls", () => disabled), Refuse: rule("stalls", () => disabled) },
    X: { Grant: rule("stalls", () => disabled), Refuse: rule("stalls", () => disabled) },
  },
};

const serve = receive(
  "Serve",
  { c: caches },
  {
    channel: (state, { c }) => state.down(c),
    row: (state, { c }) => state.copy(c).at,
    column: (message: Message) => message.kind,
    context: (state, { c }, message: Message) => ({ state, c, message }),
    table: copies,
  },
);

const again = action("Again", { c: caches }, (state, { c }) => {
  const [copy, down] = [state.copy(c), state.down(c)];
  if (copy.at !== "S" || copy.data !== 2 || !down.isEmpty()) return disabled;
  return [0, 1].map((data) => state.withDown(c, down.put(new Message({ data }))));
});

export default model({
  name: "half-used",
  about: "much of it is never used",
  parameters,
  variables,
  actions: () => [ask, wait, serve, again],
  headline: { copy: "at" },
  properties: () => [
    coverage({ name: "every cell is used", says: "no rule is there for nothing", goals: everyCell(copies) }),
    always({
      name: "small",
      says: "no copy holds more than 2",
      for: { c: caches },
      holds: (state, { c }) => state.copy(c).data <= 2,
      explain: () => "it is more than 2",
    }),
    alwaysStep({
      name: "seen",
      says: "no step leads to something else than what can be seen",
      for: { c: caches },
      holds: (_before, after, { c }) => after.copy(c).seen <= 2,
      explain: () => "it is more than 2",
    }),
  ],
});
