/** How an application uses the page, for `popcheck simulate` (section 6). */
import { type Accesses, UsageError } from "popcheck/model";
import { isMapped } from "./application.js";
import { type Kernel, kernels, type Page } from "./copy.js";
import { runsProcess } from "./membership.js";
import type { Options } from "./options.js";
import type { PopcornState } from "./state.js";

const reading: readonly Page[] = ["InvalidRead1", "InvalidRead2"];

function mayWrite(state: PopcornState, at: Kernel): boolean {
  const copy = state.copy(at);
  if (!runsProcess(state, at)) return false;
  if (copy.page === "NotReplicated" || isMapped(copy)) return true;
  return copy.page === "Modified" && (state.parameters.localInModified || !copy.hasToAnswer);
}

function mayRead(state: PopcornState, at: Kernel): boolean {
  return mayWrite(state, at) || (runsProcess(state, at) && state.copy(at).page === "Shared");
}

/** @throws UsageError with clocks of a bounded skew: their ticks are no accesses, and nobody else makes them */
export function accesses(options: Options): Accesses<PopcornState, Kernel> {
  if (options.votes && options.clocks === "bounded")
    throw new UsageError(
      "popcorn cannot be simulated with --clocks bounded: a simulation has clocks of its own\n  Take --clocks unbounded or ties, and say how far clocks are apart with --clock-skew.",
    );
  const loading = options.readOnly || options.oneKernel ? ["Load_Locally"] : [];
  const fetching = options.forcedRead === "at-once" ? "App_Write_Without_Data" : "App_Read";
  return {
    by: kernels,
    ...(options.oneKernel && { enter: ["Join"] }),
    carryPage: ["Copy", "Copy_Later"],
    isLatest: (state, at) => state.copy(at).data === state.content().latest,
    stamp: (state, at) => state.copy(at).stamp,
    read: {
      isLocal: mayRead,
      actions: ["App_Read", ...loading],
      // Repair R4: a Copy that is not kept serves the read, and the copy is Invalid afterwards.
      isServedBy: (before, after, at) =>
        mayRead(after, at) || (reading.includes(before.copy(at).page) && after.copy(at).page === "Invalid"),
    },
    write: {
      isLocal: mayWrite,
      actions: ["Local_Write", "App_Write", fetching, ...loading],
      isServedBy: (before, after, at) =>
        before.content().latest !== after.content().latest && after.copy(at).data === after.content().latest,
    },
  };
}
