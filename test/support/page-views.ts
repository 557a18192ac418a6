/** What each protocol of one page is to its application, by the name of its model. */

import type { Kernel, Page } from "../../spec/popcorn/copy.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { ivyView } from "../../spec/relatives/ivy/index.js";
import { kddmView } from "../../spec/relatives/kddm.js";
import { mirageView } from "../../spec/relatives/mirage.js";
import { msiBusView } from "../../spec/relatives/msi-bus.js";
import { popcornDirectoryView } from "../../spec/relatives/popcorn-directory.js";
import { twoKernelView } from "../../spec/relatives/two-kernel.js";
import { vnumaView } from "../../spec/relatives/vnuma.js";

const writable: readonly Page[] = ["Modified", "NotReplicated"];
const stable: readonly Page[] = [...writable, "Shared", "Invalid", "Unmapped"];

/** Popcorn's copies, as the relatives' views have theirs. */
const popcornView = {
  mayRead: (state: PopcornState, at: Kernel) => ["Shared", ...writable].includes(state.copy(at).page),
  mayWrite: (state: PopcornState, at: Kernel) => writable.includes(state.copy(at).page),
  data: (state: PopcornState, at: Kernel) => state.copy(at).data,
  latest: (state: PopcornState) => state.content().latest,
  waits: (state: PopcornState, at: Kernel) => (stable.includes(state.copy(at).page) ? null : "read"),
};

export const pageViews: Readonly<Record<string, unknown>> = {
  popcorn: popcornView,
  "popcorn-directory": popcornDirectoryView,
  mirage: mirageView,
  ivy: ivyView,
  kddm: kddmView,
  "msi-bus": msiBusView,
  "two-kernel": twoKernelView,
  vnuma: vnumaView,
};
