/** A lamp in several variants, of which is known by hand how they differ. */
import {
  type Action,
  choice,
  disabled,
  model,
  type OrdinalValue,
  ordinal,
  type StateOf,
  single,
  type ValuesOf,
  vocabulary,
} from "../../checker/model/index.js";

const parameters = {
  variant: choice("how it differs", "plain", "delayed", "spinning", "broken", "stopping", "stamping"),
};
const stamps = ordinal("t");
const variables = () => ({
  light: single("off" as "off" | "on" | "broken"),
  /** What nobody sees. */
  inside: single(false),
  first: single(stamps.first as OrdinalValue),
  last: single(stamps.first as OrdinalValue),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always } = vocabulary<State>();

const isOf = (state: State, variant: string) => state.parameters.variant === variant;

const on = action("On", {}, (state) => {
  if (state.light() !== "off" || (isOf(state, "stopping") && state.inside())) return disabled;
  const lit = state.withLight("on");
  return isOf(state, "stamping") && state.last() === state.first() ? lit.withLast(state.last().justAfter()) : lit;
});

const off = action("Off", {}, (state) => {
  if (state.light() !== "on" || (isOf(state, "delayed") && !state.inside())) return disabled;
  const dark = state.withLight("off");
  if (isOf(state, "delayed")) return dark.withInside(false);
  return isOf(state, "stopping") ? dark.withInside(true) : dark;
});

/** Only the other variants have these. */
const extra: Readonly<Record<string, Action<State>>> = {
  delayed: action("Wait", {}, (state) =>
    state.light() === "on" && !state.inside() ? state.withInside(true) : disabled,
  ),
  spinning: action("Spin", {}, (state) => (state.light() === "on" ? state.withInside(!state.inside()) : disabled)),
  broken: action("Break", {}, (state) => (state.light() === "on" ? state.withLight("broken") : disabled)),
};

const whole = always({
  name: "whole",
  says: "the lamp is not broken",
  for: {},
  holds: (state) => state.light() !== "broken",
  explain: () => "it is broken",
});

export const lamp = model({
  name: "lamp",
  about: "a lamp that is switched on and off",
  parameters,
  variables,
  actions: ({ variant }) => [on, off, ...(extra[variant] === undefined ? [] : [extra[variant]])],
  properties: () => [whole],
});
