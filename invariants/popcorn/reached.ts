import { everyCell, everyColumn } from "popcheck/model";
import { kernels } from "../../spec/popcorn/copy.js";
import type { Options } from "../../spec/popcorn/options.js";
import { pagesOf, pageTable } from "../../spec/popcorn/page-table.js";
import { coverage, goal, reachable } from "../../spec/popcorn/state.js";

/** Every page state occurs in some run, so that no verdict is vacuous. */
export const everyPageState = (options: Options) =>
  reachable({
    name: "every page state is reached",
    says: "each state of the figures is there for a reason",
    goals: pagesOf(options).map((page) => goal(page, { at: kernels }, (state, { at }) => state.copy(at).page === page)),
  });

export const everyMessage = (options: Options) =>
  reachable({
    name: "every message is received",
    says: "each message is there for a reason",
    goals: everyColumn(pageTable(options)),
  });

/**
 * Every possible cell is used in some run. A cell that none uses does no harm, but its rule could be left out, or the
 * verdicts rest on fewer rules than it seems.
 */
export const everyPossibleCell = (options: Options) =>
  coverage({
    name: "every cell is used",
    says: "each cell of the receive table that is not impossible does happen",
    goals: everyCell(pageTable(options)),
  });
