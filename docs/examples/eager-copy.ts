/**
 * A changed protocol: Popcorn 4.7, but a writer does not hold a Fetch until it is Modified. It answers at once, with the data it still has
 * from Shared: "readers need not wait for an election". docs/how-to/change-a-protocol.md tells what this breaks.
 */

import { popcornProperties } from "popcheck/invariants/popcorn";
import { disabled, type Model, nameOf, withProperties } from "popcheck/model";
import { popcorn } from "popcheck/spec/popcorn";
import { kernels } from "popcheck/spec/popcorn/copy";
import { CopyOf } from "popcheck/spec/popcorn/messages";
import { deliver, type PageTable, pageTable } from "popcheck/spec/popcorn/page-table";
import type { Reception } from "popcheck/spec/popcorn/reception";
import { always, rule } from "popcheck/spec/popcorn/state";

/** The change: one cell. */
const answerAtOnce = rule<Reception>(
  "changed: a writer answers a Fetch at once, with the data it has",
  ({ copy, next }) => (copy.data === null ? disabled : next(copy, CopyOf(copy.data))),
);

function changed(table: PageTable): PageTable {
  const { WritingPend1, WritingPend2 } = table.cells;
  return {
    ...table,
    cells: {
      ...table.cells,
      WritingPend1: { ...WritingPend1, Fetch: answerAtOnce },
      WritingPend2: { ...WritingPend2, Fetch: answerAtOnce },
    },
  };
}

/** The invariant: what a writer may rely on, and the change must not break. */
const acknowledgedIsAlone = always({
  name: "an acknowledged writer is alone",
  says: "4.2: who has acknowledged an Invalid holds valid data no longer",
  for: { writer: kernels, other: kernels },
  holds: (state, { writer, other }) => {
    if (writer === other || state.copy(writer).page !== "WritingPend1" || !state.copy(writer).answered) return true;
    return state.copy(other).page !== "Shared";
  },
  explain: (_state, { writer, other }) => `${nameOf(writer)} has all acknowledges, and ${nameOf(other)} is Shared`,
});

const eagerCopy: Model<typeof popcorn.parameters, ReturnType<typeof popcorn.variables>> = {
  ...popcorn,
  name: "eager-copy",
  about: "Popcorn in which a writer answers a Fetch at once",
  actions: (options) => {
    const receive = deliver(changed(pageTable(options)));
    return popcorn.actions(options).map((action) => (action.name === receive.name ? receive : action));
  },
};

export default withProperties(eagerCopy, (options) => [...popcornProperties(options), acknowledgedIsAlone]);
