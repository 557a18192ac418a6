/**
 * What every protocol of spec/relatives/ must satisfy: the properties of Popcorn's protocol, as far as they make sense
 * for all of them.
 */
import { nameOf, noUnspecifiedReception, type Property, type StateBase, vocabulary } from "popcheck/model";
import { type AccessKind, copiesInWords, kernels, type PageView } from "../../spec/relatives/page.js";

/** Returns the properties of a protocol that its view describes. */
export function pageProperties<S extends StateBase<object>>(view: PageView<S>): readonly Property<S>[] {
  const { always, leadsTo, noDeadlock } = vocabulary<S>();
  const inWords = (state: S) => `${copiesInWords(view, state)}; the latest is ${view.latest(state)}`;
  const waiting = (state: S) => state.members(kernels).filter((k) => view.waits(state, k) !== null);
  const eventual = (kind: AccessKind) =>
    leadsTo({
      name: `eventual ${kind}`,
      says: `a kernel that waits for a ${kind} has it done`,
      for: { at: kernels },
      from: (state, { at }) => view.waits(state, at) === kind,
      to: (state, { at }) => view.waits(state, at) !== kind,
      explain: (_, { at }) => `${nameOf(at)} waits for its ${kind}`,
    });
  return [
    always({
      name: "SWMR",
      says: "single writer, multiple readers: a copy that may be written excludes every other that may be read or written",
      for: { writer: kernels, other: kernels },
      holds: (state, { writer, other }) =>
        writer === other ||
        !view.mayWrite(state, writer) ||
        !(view.mayRead(state, other) || view.mayWrite(state, other)),
      explain: inWords,
    }),
    always({
      name: "coherent data",
      says: "a copy that may be read or written holds the latest written data",
      for: { at: kernels },
      holds: (state, { at }) =>
        !(view.mayRead(state, at) || view.mayWrite(state, at)) || view.data(state, at) === view.latest(state),
      explain: inWords,
    }),
    always({
      name: "data survives",
      says: "the latest data is in some copy, in memory, or in a message in flight",
      for: {},
      holds: (state) =>
        state.members(kernels).some((k) => view.data(state, k) === view.latest(state)) || view.latestElsewhere(state),
      explain: inWords,
    }),
    noUnspecifiedReception,
    noDeadlock({
      name: "no deadlock",
      says: "while a kernel waits for an access, something other than a new access can happen",
      stuck: (state) => waiting(state).length > 0,
      explain: (state) =>
        `nothing can happen any more; waiting: ${waiting(state)
          .map((k) => `${nameOf(k)} for its ${view.waits(state, k)}`)
          .join(", ")}`,
    }),
    eventual("read"),
    eventual("write"),
  ];
}
