/** Three scalarsets, of nine members together: more than the bits that tell what a step has changed. */
import {
  disabled,
  type Member,
  matrix,
  model,
  perMember,
  type StateOf,
  scalarset,
  single,
  vocabulary,
} from "popcheck/model";

const [a, b, c] = [
  scalarset("a", { prefix: "A", size: 4 }),
  scalarset("b", { prefix: "B", size: 3 }),
  scalarset("c", { prefix: "C", size: 2 }),
];
const variables = () => ({
  seen: matrix(a, b, false),
  held: matrix(b, c, false),
  at: perMember(c, null as Member<"a"> | null),
  left: single(3),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action } = vocabulary<State>();

const step = (state: State, may: boolean, next: (state: State) => State) =>
  may && state.left() > 0 ? next(state).withLeft(state.left() - 1) : disabled;

export const threeSets = model({
  name: "three-sets",
  about: "",
  parameters: {},
  variables,
  actions: () => [
    action("See", { x: a, y: b }, (s, { x, y }) => step(s, !s.seen(x, y), (next) => next.withSeen(x, y, true))),
    action("Hold", { x: b, y: c }, (s, { x, y }) => step(s, !s.held(x, y), (next) => next.withHeld(x, y, true))),
    action("Go", { x: a, y: c }, (s, { x, y }) => step(s, s.at(y) !== x, (next) => next.withAt(y, x))),
  ],
  properties: () => [],
});
