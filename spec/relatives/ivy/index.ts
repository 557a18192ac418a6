/**
 * The page coherency of IVY: Kai Li and Paul Hudak, "Memory Coherence in Shared Virtual Memory Systems", ACM
 * Transactions on Computer Systems 7(4), November 1989, pages 321 to 359 (first in PODC 1986). A page has one owner,
 * the kernel that wrote it last, and copies that may be read; a write invalidates all copies. The paper's algorithms
 * differ in how the owner is found, the option `manager`:
 *
 * | manager | who finds the owner, and keeps the copyset |
 * |---|---|
 * | centralized | the manager does both, and serves one request at a time, until it is confirmed |
 * | improved-centralized | the manager finds the owner, who keeps the copyset and is locked instead; no confirmation |
 * | broadcast | nobody: requests are broadcast, and the owner answers |
 * | dynamic-distributed | each kernel forwards requests to the owner that it thinks probable (Algorithm 2, page 336) |
 *
 * The fixed distributed manager is the improved centralized one with a manager for each page: for one page, the same.
 *
 * Where the parts of the algorithms are: the entry of PTable and its lock in page-table-entry.ts, the fault handlers
 * and the server of Invalidate in faults.ts, the other servers in servers.ts, the manager's Info in manager.ts.
 * page-table.ts is a receive table that says which of them takes a message.
 *
 * Reconstructed. The text of Algorithm 2 was at hand, and that of the centralized manager as the notes of the MIT
 * course 6.824 have it (2013, ivy-code.txt); of the two others, descriptions of how they differ from it. The manager is
 * a process that runs no threads. Locks are granted in the order of asking. An access that faults is done before its
 * lock is released. A requester is not sent an Invalidate for its own copy, which the page replaces. What else is left
 * open is an option (options.ts), and docs/explanation/relatives-ivy.md says what each comes to.
 */
import { everyCell, type Model, model } from "popcheck/model";
import { accessesOf, kernels, type PageView } from "../page.js";
import { everyCellUsed, everyStanding } from "../reached.js";
import { appRead, appWrite } from "./faults.js";
import { managerTable } from "./manager.js";
import { isInFlight } from "./network.js";
import { contradiction, hasManager, type Options, parameters } from "./options.js";
import { pageTable } from "./page-table.js";
import { allPages, pagesOf } from "./page-table-entry.js";
import { receptions } from "./reception.js";
import { serveHeld } from "./servers.js";
import { allStages, type IvyState, initialStates, manager, variables } from "./state.js";

export const ivyView: PageView<IvyState> = {
  mayRead: (state, at) => ["Read", "Owned", "Write", "UpgradeFault", "OwnerFault"].includes(state.entry(at).page),
  mayWrite: (state, at) => state.entry(at).page === "Write",
  data: (state, at) => state.entry(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => {
    const { page } = state.entry(at);
    if (page === "ReadFault" || page === "ReadFaultInvalidated") return "read";
    return ["WriteFault", "UpgradeFault", "OwnerFault", "Invalidating"].includes(page) ? "write" : null;
  },
  latestElsewhere: (state) => isInFlight(state, ({ kind, data }) => kind === "Page" && data === state.latest()),
};

export const ivy: Model<typeof parameters, ReturnType<typeof variables>> = model({
  name: "ivy",
  about: "the page coherency of IVY (Li and Hudak, 1989), with each of its managers",
  parameters,
  contradiction,
  variables,
  initial: initialStates,
  actions: (options) => [appRead, appWrite, ...receptions(options), serveHeld],
  properties: (options) => [
    everyStanding(pagesOf(options), (state, at) => state.entry(at).page),
    everyCellUsed(everyCell(pageTable(options)), hasManager(options) ? everyCell(managerTable(options)) : []),
  ],
  table: pageTable,
  headline: { entry: "page", info: "stage" },
  standings: { entry: allPages, info: allStages },
  processes: [kernels, manager],
  channels: {
    link: { from: "first index", to: "second index" },
    inbox: { from: ({ from }) => from ?? manager, to: "index" },
    managerInbox: { from: ({ from }) => from, to: manager },
    broadcast: { from: ({ from }) => from, to: "index" },
    up: { from: "index", to: manager },
    down: { from: manager, to: "index" },
  },
  accesses: () => accessesOf(ivyView, "Page"),
  assumptions,
});

function assumptions({ manager, broadcasts }: Options): string[] {
  return [
    "messages are neither lost nor duplicated; one page, pages do not interact",
    ...(manager === "broadcast" && broadcasts === "separate"
      ? ["a kernel faults again only when all others have received its last broadcast"]
      : []),
  ];
}
