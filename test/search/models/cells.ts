/**
 * A list of cells behind a head, as the sharing list of SCI: each node, the head or a cell, points to the next cell.
 * A cell asks the head, enters at the front, and leaves from anywhere.
 */
import {
  choice,
  disabled,
  integer,
  type Member,
  matrix,
  model,
  nameOf,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  union,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  cells: integer("cells", { default: 3, min: 1, max: 4 }),
  leaves: choice("who is told when a cell leaves", "the one before", "nobody"),
};
const cells = scalarset("cell", { prefix: "C", size: "cells" });
export const nodes = union("node", cells, "HEAD");
const head = nodes.fixed("HEAD");
type Cell = Member<"cell">;
type Node = Cell | Member<"node">;

const variables = () => ({
  next: perMember(nodes, null as Cell | null),
  /** Whether a node has asked another one to be let in. */
  asks: perPair(nodes, false),
  /** How often a cell was seen by a node, itself among them; at most once. */
  seen: matrix(nodes, cells, 0),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, goal, leadsTo, reachable } = vocabulary<State>();

const isIn = (state: State, c: Cell) => state.members(nodes).some((n) => state.next(n) === c);

const ask = action("Ask", { c: cells }, (state, { c }) =>
  !isIn(state, c) && !state.asks(c, head) ? state.withAsks(c, head, true) : disabled,
);
const enter = action(
  "Enter",
  { c: cells },
  (state, { c }) =>
    state.asks(c, head)
      ? state.withAsks(c, head, false).withNext(c, state.next(head)).withNext(head, c).withSeen(head, c, 1)
      : disabled,
  { fair: "weak" },
);
const leave = action("Leave", { before: nodes, c: cells }, (state, { before, c }) => {
  if (state.next(before) !== c) return disabled;
  const left = state.withNext(c, null).withSeen(c, c, 1);
  return state.parameters.leaves === "nobody" ? left : left.withNext(before, state.next(c));
});
const forget = action("Forget", { n: nodes, c: cells }, (state, { n, c }) =>
  state.seen(n, c) === 1 && n !== c ? state.withSeen(n, c, 0) : disabled,
);

export default model({
  name: "cells",
  about: "a list of cells behind a head",
  parameters,
  variables,
  actions: () => [ask, enter, leave, forget],
  properties: () => [
    always({
      name: "one before",
      says: "nobody is behind two nodes",
      for: { c: cells, a: nodes, b: nodes },
      holds: (state, { c, a, b }) => a === b || state.next(a) !== c || state.next(b) !== c,
      explain: (_state, { c, a, b }) => `${nameOf(c)} is behind ${nameOf(a)} and ${nameOf(b as Node)}`,
    }),
    leadsTo({
      name: "who asks gets in",
      says: "a cell that asks gets in",
      for: { c: cells },
      from: (state, { c }) => state.asks(c, head),
      to: (state, { c }) => isIn(state, c),
      explain: (_state, { c }) => `${nameOf(c)} asks for ever`,
    }),
    reachable({
      name: "all are in",
      says: "all cells are in the list",
      goals: [goal("all are in", {}, (state) => state.members(cells).every((c) => isIn(state, c)))],
    }),
  ],
});
