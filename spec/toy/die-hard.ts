/**
 * The jugs of the film Die Hard 3: with a jug of three gallons, one of five, and water without end, measure four
 * gallons.
 *
 * What to learn here: the whole shape of a model. Variables make a state; actions are functions from a state to the
 * next one; a property says what must hold. And the oldest trick of model checking: to find a way, claim that there is
 * none. The checker refutes "never 4 gallons", and the counterexample, which breadth-first search keeps as short as can
 * be, is the recipe.
 *
 * After the TLA+ module DieHard (tlaplus/Examples). There as here, filling a full jug is a step, if an idle one.
 */
import { model, type StateOf, single, vocabulary } from "popcheck/model";

const SMALL = 3;
const BIG = 5;

/** How many gallons each jug holds. */
const variables = () => ({ small: single(0), big: single(0) });
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, always, noDeadlock } = vocabulary<State>();

const fillSmall = action("FillSmallJug", {}, (state) => state.withSmall(SMALL));
const fillBig = action("FillBigJug", {}, (state) => state.withBig(BIG));
const emptySmall = action("EmptySmallJug", {}, (state) => state.withSmall(0));
const emptyBig = action("EmptyBigJug", {}, (state) => state.withBig(0));

const smallToBig = action("SmallToBig", {}, (state) => {
  const poured = Math.min(state.small(), BIG - state.big());
  return state.withSmall(state.small() - poured).withBig(state.big() + poured);
});

const bigToSmall = action("BigToSmall", {}, (state) => {
  const poured = Math.min(state.big(), SMALL - state.small());
  return state.withBig(state.big() - poured).withSmall(state.small() + poured);
});

const typeOk = always({
  name: "TypeOK",
  says: "no jug holds less than nothing, or more than fits",
  for: {},
  holds: (state) => state.small() >= 0 && state.small() <= SMALL && state.big() >= 0 && state.big() <= BIG,
  explain: (state) => `${state.small()} gallons in the small jug, ${state.big()} in the big one`,
});

const neverFour = always({
  name: "never 4 gallons",
  says: "the heroes cannot save the day; the way to refute it is the way to do it",
  for: {},
  holds: (state) => state.big() !== 4,
  explain: (state) => `the big jug holds 4 gallons, the small one ${state.small()}`,
});

const goesOn = noDeadlock({
  name: "no deadlock",
  says: "something can always be poured",
  stuck: () => true,
  explain: (state) => `nothing can be done with ${state.small()} and ${state.big()} gallons`,
});

export const dieHard = model({
  name: "die-hard",
  about: "The water jugs of Die Hard 3: three gallons, five gallons, and four to be measured",
  parameters: {},
  variables,
  actions: () => [fillSmall, fillBig, emptySmall, emptyBig, smallToBig, bigToSmall],
  properties: () => [typeOk, neverFour, goesOn],
});
