/** Matrix clocks: what each process knows of how far each has heard of each, itself among them. */
import {
  choice,
  disabled,
  integer,
  type Member,
  matrix,
  model,
  nameOf,
  type StateOf,
  scalarset,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  processes: integer("processes", { default: 3, min: 1, max: 4 }),
  ticks: integer("how far a clock goes", { default: 1, min: 1, max: 3 }),
  merge: choice("what of a clock that is heard of is taken over", "later", "all"),
};
const processes = scalarset("process", { prefix: "P", size: "processes" });
type Process = Member<"process">;

const variables = () => ({
  clock: matrix(processes, processes, 0),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, eventually, goal, reachable } = vocabulary<State>();

const tick = action(
  "Tick",
  { p: processes },
  (state, { p }) =>
    state.clock(p, p) < state.parameters.ticks ? state.withClock(p, p, state.clock(p, p) + 1) : disabled,
  { fair: "weak" },
);
const tell = action("Tell", { from: processes, to: processes }, (state, { from, to }) => {
  if (from === to) return disabled;
  const { merge } = state.parameters;
  const taken = (of: Process) =>
    merge === "all" ? state.clock(from, of) : Math.max(state.clock(to, of), state.clock(from, of));
  return state.members(processes).reduce<State>((next, of) => next.withClock(to, of, taken(of)), state);
});

export default model({
  name: "clock-matrix",
  about: "what each process knows of the clock of each",
  parameters,
  variables,
  actions: () => [tick, tell],
  properties: () => [
    always({
      name: "nobody knows better",
      says: "nobody knows more of a clock than whose it is",
      for: { p: processes, of: processes },
      holds: (state, { p, of }) => state.clock(p, of) <= state.clock(of, of),
      explain: (state, { p, of }) => `${nameOf(p)} takes the clock of ${nameOf(of)} for ${state.clock(p, of)}`,
    }),
    eventually({
      name: "all clocks go on",
      says: "the clock of every process comes to its end",
      for: { p: processes },
      holds: (state, { p }) => state.clock(p, p) === state.parameters.ticks,
      explain: (state, { p }) => `the clock of ${nameOf(p)} stays at ${state.clock(p, p)}`,
    }),
    reachable({
      name: "all is known",
      says: "all processes know all clocks",
      goals: [
        goal("all is known", {}, (state) => {
          const all = state.members(processes);
          return all.every((p) => all.every((of) => state.clock(p, of) === state.parameters.ticks));
        }),
      ],
    }),
  ],
});
