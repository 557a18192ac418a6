/**
 * The page coherency protocol of Popcorn (Sadini, Barbalace, Ravindran, Quaglia: "A Page Coherency Protocol for Popcorn
 * Replicated-kernel Operating System"), stage by stage. One page is enough: pages do not interact. Its properties are
 * in invariants/popcorn/.
 *
 * The receive table, page-table.ts, names every rule for a message. Where each section of the paper is:
 *
 * | section | files |
 * |---|---|
 * | 4.1 Wait States | wait-states.ts |
 * | 4.2 Protocol Actions | application.ts, rules/reading.ts, rules/copies.ts, writes.ts |
 * | 4.3 Resolving Concurrent Writes | rules/votes.ts, clocks.ts |
 * | 4.4 Expansion of the Writing State | rules/votes.ts, wait-states.ts |
 * | 4.5 Expansion of the Reading States | rules/reading.ts, rules/copies.ts, wait-states.ts |
 * | 4.6 Fetch and Fetch_Write Messages | rules/writing.ts, held-requests.ts |
 * | 4.7 Concurrent Writes Oddities | rounds.ts, rules/votes.ts (a late Invalid), rules/writing.ts (the winner's wait) |
 * | 4.8 Adding Unmapped and Not Replicated States | rules/unmapped.ts, wait-states.ts |
 * | 5.2 Optimizations | areas.ts, membership.ts, users.ts, sending.ts (`fetch`: the owner) |
 * | 6 Evaluation | accesses.ts |
 *
 * The repairs are in rules/repairs.ts, which says what else they change. The stages are in stages.ts, all other options
 * in options.ts.
 */
import { type Model, model } from "popcheck/model";
import { accesses } from "./accesses.js";
import { appRead, appWrite, appWriteWithoutData, loadLocally, localWrite, repeatWrite } from "./application.js";
import { becomeWritable, learnWritable } from "./areas.js";
import { tick } from "./clocks.js";
import { allPages, kernels } from "./copy.js";
import { fairness } from "./fairness.js";
import { answerHeldRequests } from "./held-requests.js";
import { join, leave } from "./membership.js";
import { comparesIndices, contradiction, type Options, parameters } from "./options.js";
import { deliver, pageTable } from "./page-table.js";
import { optimizationsOf, refinementsOf } from "./stages.js";
import { initialStates, variables } from "./state.js";
import { leavingActions } from "./wait-states.js";

export const popcorn: Model<typeof parameters, ReturnType<typeof variables>> = model({
  name: "popcorn",
  about: "the page coherency protocol of the Popcorn replicated-kernel OS, section 4, stages 4.2 to 4.8, and repaired",
  parameters,
  defaults: (given) => {
    const stage = given.stage ?? parameters.stage.default;
    return { ...refinementsOf(stage), ...optimizationsOf(stage, given) };
  },
  contradiction,
  variables,
  initial: initialStates,
  actions: (options) => [
    appRead,
    appWrite,
    ...(options.forcedRead === "at-once" ? [appWriteWithoutData] : []),
    localWrite,
    ...(options.readOnly || options.oneKernel ? [loadLocally] : []),
    ...(options.votes && !options.retryWithData ? [repeatWrite] : []),
    ...(options.votes && options.clocks === "bounded" ? [tick] : []),
    deliver(pageTable(options)),
    ...(options.becomesWritable === "together" ? [becomeWritable] : []),
    ...(options.becomesWritable === "one-by-one" ? [learnWritable] : []),
    ...(options.oneKernel ? [join] : []),
    ...(options.lastThread === "stays" ? [] : [leave]),
    ...(options.leaveWait === "own-step" ? [...leavingActions, answerHeldRequests] : []),
  ],
  properties: () => [],
  fairness,
  table: pageTable,
  headline: { copy: "page" },
  standings: { copy: allPages },
  processes: [kernels],
  accesses,
  heldBack: { copy: ["heldFetch", "heldFetchWrite", "owes"] },
  assumptions,
});

function assumptions(options: Options): string[] {
  const { votes, clocks, skew, winnerInStep2, step2 } = options;
  return [
    "messages are neither lost nor duplicated; one page, pages do not interact",
    ...(votes && clocks === "bounded" ? [`clocks are never more than ${skew} ticks apart`] : []),
    ...(comparesIndices(options) ? ["kernel indices are compared, so kernels are not interchangeable"] : []),
    ...(step2 && winnerInStep2 === "least-stamp"
      ? ["a new time stamp is placed next to stamps that writers hold, not next to ones that only answers still tell"]
      : []),
  ];
}
