/** A toy: whoever has the token may pass it on in a message. That there is one token is inductive; less is not. */
import {
  Bag,
  disabled,
  integer,
  type Member,
  model,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "../../checker/model/index.js";
import type { AnyModel } from "../../checker/model/model.js";

const parameters = { nodes: integer("nodes", { default: 2, min: 2, max: 3 }) };
const nodes = scalarset("node", { prefix: "N", size: "nodes" });

const variables = () => ({
  at: perMember(nodes, "out" as "out" | "in"),
  link: perPair(nodes, Bag.of<"token">()),
  begun: single(false),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always } = vocabulary<State>();

const begin = action("Begin", { i: nodes }, (state, { i }) =>
  state.begun() ? disabled : state.withBegun(true).withAt(i, "in"),
);
const pass = action("Pass", { i: nodes, j: nodes }, (state, { i, j }) =>
  i === j || state.at(i) === "out" ? disabled : state.withAt(i, "out").withLink(i, j, state.link(i, j).put("token")),
);
const take = action("Take", { i: nodes, j: nodes }, (state, { i, j }) =>
  i === j || state.link(i, j).isEmpty()
    ? disabled
    : state.withAt(j, "in").withLink(i, j, state.link(i, j).take("token")),
);

const inside = (state: State) => state.members(nodes).filter((i) => state.at(i) === "in");
const onTheWay = (state: State) =>
  state.members(nodes).flatMap((i) => state.others(i).flatMap((j: Member<"node">) => state.link(i, j).messages()));

/** It holds, and a token on its way to a node while another one is inside is a step out of it. */
export const exclusion = always({
  name: "exclusion",
  says: "at most one node is inside",
  for: { i: nodes, j: nodes },
  holds: (state, { i, j }) => i === j || state.at(i) === "out" || state.at(j) === "out",
  explain: () => "two are",
});
/** It is inductive. */
export const oneToken = always({
  name: "one token",
  says: "there is one token once it has begun, and none before",
  for: {},
  holds: (state) => inside(state).length + onTheWay(state).length === (state.begun() ? 1 : 0),
  explain: () => "there are more, or fewer",
});

export const passingToken = model({
  name: "passing-token",
  about: "a token is passed on",
  parameters,
  variables,
  actions: () => [begin, pass, take],
  properties: () => [exclusion, oneToken],
  standings: { at: ["out", "in"] },
}) as unknown as AnyModel;
