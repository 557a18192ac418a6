/**
 * The later Popcorn, whose page protocol has a directory at the origin: S.-H. Kim, H.-R. Chuang, R. Lyerly, P. Olivier,
 * C. Min, B. Ravindran, "DeX: Scaling Applications Beyond Machine Boundaries", ICDCS 2020; A. Barbalace et al.,
 * "Breaking the Boundaries in Heterogeneous-ISA Datacenters", ASPLOS 2017. The rules are those of the public sources of
 * Popcorn Linux, kernel/popcorn/page_server.c (since 2017), whose functions the sentences below name.
 *
 * The origin, the kernel on which the process began, uses the page as all others do, and keeps the directory: the set
 * of owners, which are the kernels with a valid copy. A fault of another kernel is a request to the origin, which
 * revokes copies, or has the page sent to it. While it does, the page has a *fault handle* there, and any other request
 * is answered with VM_FAULT_RETRY.
 *
 * Reconstructed: one thread faults on a kernel at a time, so that no fault has followers. Left out: pages that nobody
 * has touched yet, flushes when a thread migrates back, release by madvise.
 */
import { Record, Set } from "immutable";
import {
  Bag,
  choice,
  disabled,
  impossible,
  model,
  nameOf,
  type OrdinalValue,
  perMember,
  type ReceiveTable,
  type StateOf,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { delayed, everyCellThatTakes } from "./delayed.js";
import {
  type AccessKind,
  accessesOf,
  type Kernel,
  kernels,
  kernelsParameter,
  type PageView,
  versions,
} from "./page.js";
import { everyCellUsed, everyStanding } from "./reached.js";

const parameters = {
  kernels: kernelsParameter,
  access: choice(
    "a thread does its access in the step in which its fault is served, or in a step after it, between which others act",
    "in-fault",
    "after-fault",
  ),
  wrong: choice(
    "a mistake: no copy is revoked for a writer that has none, as in an early version; a revocation does not wait for a fault; a request waits while another is handled",
    "nothing",
    "readers-not-revoked",
    "fault-not-awaited",
    "request-waits",
  ),
};
type Parameters = ValuesOf<typeof parameters>;

/** A copy: its right, or that its kernel has asked the origin for one, from an invalid copy or from a shared one. */
const pages = ["Invalid", "Shared", "Exclusive", "Faulting", "Upgrading"] as const;
type Page = (typeof pages)[number];

class Copy extends Record({
  page: "Invalid" as Page,
  data: null as OrdinalValue | null,
  /** The access that a thread waits for. */
  access: null as AccessKind | null,
  /** Whether the copy is to be revoked as soon as the fault under way is over. */
  isRevoked: false,
}) {}

class Directory extends Record({
  /** The kernel at which the directory is. */
  origin: null as Kernel | null,
  owners: Set<Kernel>(),
  /** The fault handle: whose fault is handled, null if none is; for which access; how many answers are missing. */
  handles: null as Kernel | null,
  access: null as AccessKind | null,
  missing: 0,
}) {}

const upKinds = ["ReadRequest", "WriteRequest", "PageResponse", "InvalidateResponse"] as const;
class Up extends Record({ kind: "" as (typeof upKinds)[number], data: null as OrdinalValue | null }) {}

const downKinds = ["Page", "Grant", "Retry", "FetchRead", "FetchWrite", "Invalidate"] as const;
class Down extends Record({ kind: "" as (typeof downKinds)[number], data: null as OrdinalValue | null }) {}

const variables = () => ({
  copy: perMember(kernels, new Copy()),
  directory: single(new Directory()),
  /** History: the version that was written last. */
  latest: single(versions.first),
  up: perMember(kernels, Bag.of<Up>()),
  down: perMember(kernels, Bag.of<Down>()),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
export type PopcornDirectoryState = State;
const { action, always, receive, rule } = vocabulary<State>();

const directory = singleProcess("directory");

const send = (state: State, to: Kernel, kind: Down["kind"], data: OrdinalValue | null = null) =>
  state.withDown(to, state.down(to).put(new Down({ kind, data })));
const answer = (state: State, at: Kernel, kind: Up["kind"], data: OrdinalValue | null = null) =>
  state.withUp(at, state.up(at).put(new Up({ kind, data })));

const invalid = { page: "Invalid", data: null, isRevoked: false } as const;

function written(state: State, at: Kernel): State {
  const latest = state.latest().justAfter();
  return state.withLatest(latest).withCopy(at, state.copy(at).merge({ data: latest, access: null }));
}

/** The thread that has faulted does its access; null if the copy does not permit it. */
function accessed(state: State, at: Kernel): State | null {
  const { page, access } = state.copy(at);
  if (access === "write") return page === "Exclusive" ? written(state, at) : null;
  return page === "Shared" || page === "Exclusive" ? state.withCopy(at, state.copy(at).set("access", null)) : null;
}

/** The fault of kernel `at` is served: its copy has data, and the right that it asked for. */
function served(state: State, at: Kernel, data: OrdinalValue | null): State {
  const page = state.copy(at).access === "write" ? "Exclusive" : "Shared";
  const valid = state.withCopy(at, state.copy(at).merge({ page, data }));
  return isOver(state.parameters.access === "in-fault" ? accessed(valid, at)! : valid, at);
}

/** The fault of kernel `at` is over, with or without success: a revocation that has waited for it takes place. */
function isOver(state: State, at: Kernel): State {
  return state.copy(at).isRevoked ? revoke(state, at) : state;
}

function revoke(state: State, at: Kernel): State {
  return answer(state.withCopy(at, state.copy(at).merge(invalid)), at, "InvalidateResponse");
}

/** The origin begins to handle a fault of `by`, itself or another: it asks for what it needs first. */
function handle(state: State, by: Kernel, access: AccessKind): State {
  const { owners, origin } = state.directory();
  const handles = state.withDirectory(state.directory().merge({ handles: by, access }));
  const isOwner = owners.has(by);
  if (!isOwner && !owners.has(origin!)) {
    const from = state.members(kernels).filter((k) => owners.has(k));
    return missing(
      from.reduce((next, k) => send(next, k, access === "write" ? "FetchWrite" : "FetchRead"), handles),
      from.length,
    );
  }
  if (access === "read" || (!isOwner && state.parameters.wrong === "readers-not-revoked")) return missing(handles, 0);
  const revoked = state.members(kernels).filter((k) => owners.has(k) && k !== by && k !== origin);
  return missing(
    revoked.reduce((next, k) => send(next, k, "Invalidate"), handles),
    revoked.length,
  );
}

/** The fault is handled as soon as no answer is missing: the directory changes, and the kernel gets what it wants. */
function missing(state: State, count: number): State {
  const d = state.directory();
  if (count > 0) return state.withDirectory(d.set("missing", count));
  const [by, origin] = [d.handles!, d.origin!];
  const { data } = state.copy(origin);
  const isWrite = d.access === "write";
  const owners = isWrite ? Set.of(by) : d.owners.union([by, origin]);
  const done = state.withDirectory(d.merge({ owners, handles: null, access: null, missing: 0 }));
  if (by === origin) return served(done, by, data);
  const left = done.withCopy(origin, done.copy(origin).merge(isWrite ? invalid : { page: "Shared" }));
  return isWrite && d.owners.has(by) ? send(left, by, "Grant") : send(left, by, "Page", data);
}

interface AtOrigin {
  readonly state: State;
  readonly from: Kernel;
  readonly message: Up;
}

const request = (access: AccessKind) =>
  rule<AtOrigin>("__handle_remotefault_at_origin: the leader of a fault prepares the page", ({ state, from }) =>
    handle(state, from, access),
  );
const retry = rule<AtOrigin>(
  "__handle_remotefault_at_origin: a fault of the page is handled already; the origin answers with VM_FAULT_RETRY",
  ({ state, from }) => send(state, from, "Retry"),
);
const revoked = rule<AtOrigin>("__claim_local_page: waits for the answers to all revocations", ({ state }) =>
  missing(state, state.directory().missing - 1),
);
const fetched = rule<AtOrigin>("__claim_remote_page: copies the page that the owner sends", ({ state, message }) => {
  const { origin, missing: count } = state.directory();
  return missing(state.withCopy(origin!, state.copy(origin!).set("data", message.data)), count - 1);
});
const notAsked = impossible("the origin has an answer only to what it has asked while it handles a fault");

const requestWaits = delayed<AtOrigin, State>("wrong: a request waits until no other fault of the page is handled");

function originTable({ wrong }: Parameters): ReceiveTable<"idle" | "handles a fault", Up["kind"], AtOrigin, State> {
  const whenBusy = wrong === "request-waits" ? requestWaits : retry;
  return {
    name: "origin",
    rows: ["idle", "handles a fault"],
    columns: upKinds,
    cells: {
      idle: {
        ReadRequest: request("read"),
        WriteRequest: request("write"),
        PageResponse: notAsked,
        InvalidateResponse: notAsked,
      },
      "handles a fault": {
        ReadRequest: whenBusy,
        WriteRequest: whenBusy,
        PageResponse: fetched,
        InvalidateResponse: revoked,
      },
    },
  };
}

interface AtKernel {
  readonly state: State;
  readonly at: Kernel;
  readonly message: Down;
}

const takesPage = rule<AtKernel>(
  "__handle_localfault_at_remote: the page has come, with the right that the fault has asked for",
  ({ state, at, message }) => served(state, at, message.data),
);
const granted = rule<AtKernel>(
  "__handle_localfault_at_remote: VM_FAULT_CONTINUE, ownership without the page, since the kernel has it",
  ({ state, at }) => served(state, at, state.copy(at).data),
);
const triesAgain = (page: Page) =>
  rule<AtKernel>("__handle_localfault_at_remote: VM_FAULT_RETRY, the thread faults again", ({ state, at }) =>
    isOver(state.withCopy(at, state.copy(at).set("page", page)), at),
  );
const sends = (access: AccessKind) =>
  rule<AtKernel>("__handle_remotefault_at_remote: the owner sends the page", ({ state, at }) => {
    const copy = state.copy(at);
    const left = state.withCopy(at, copy.merge(access === "write" ? invalid : { page: "Shared" }));
    return answer(left, at, "PageResponse", copy.data);
  });
const revokes = rule<AtKernel>(
  "__do_invalidate_page: the copy is invalid from now on, and the origin gets an answer",
  ({ state, at }) => revoke(state, at),
);
const revokesLater = rule<AtKernel>("__start_invalidation: waits until the fault under way is over", ({ state, at }) =>
  state.withCopy(at, state.copy(at).set("isRevoked", true)),
);
const revokesAtOnce = rule<AtKernel>("wrong: a revocation does not wait for the fault under way", ({ state, at }) =>
  answer(state.withCopy(at, state.copy(at).merge({ page: "Faulting", data: null })), at, "InvalidateResponse"),
);
const fetchesLater = delayed<AtKernel, State>(
  "__start_fault_handling: waits until the fault under way is over, by which the kernel becomes the only owner",
);
const noFault = impossible("the origin answers a fault once");
const notUpgrading = impossible("BUG_ON: only a kernel that has the page is granted it without its content");
const stillOwner = impossible("a kernel that upgrades is an owner until its fault is over: it does not need the page");
const notOwner = impossible("BUG_ON(!page_is_mine): the origin asks for the page of its only owner");
const noCopy = impossible("BUG_ON(!pte_present): the origin revokes only valid copies");
const notRevoked = impossible("the origin fetches the page of the only owner, and does not revoke it");

function kernelTable({ wrong }: Parameters): ReceiveTable<Page, Down["kind"], AtKernel, State> {
  const whenFaulting = wrong === "fault-not-awaited" ? revokesAtOnce : revokesLater;
  const none = { Page: noFault, Grant: noFault, Retry: noFault };
  return {
    name: "kernel",
    rows: pages,
    columns: downKinds,
    cells: {
      Invalid: { ...none, FetchRead: notOwner, FetchWrite: notOwner, Invalidate: noCopy },
      Shared: { ...none, FetchRead: notOwner, FetchWrite: notOwner, Invalidate: revokes },
      Exclusive: { ...none, FetchRead: sends("read"), FetchWrite: sends("write"), Invalidate: notRevoked },
      Faulting: {
        Page: takesPage,
        Grant: notUpgrading,
        Retry: triesAgain("Invalid"),
        FetchRead: fetchesLater,
        FetchWrite: fetchesLater,
        Invalidate: whenFaulting,
      },
      Upgrading: {
        Page: stillOwner,
        Grant: granted,
        Retry: triesAgain("Shared"),
        FetchRead: fetchesLater,
        FetchWrite: fetchesLater,
        Invalidate: whenFaulting,
      },
    },
  };
}

const atKernel = { at: kernels };

const appRead = action(
  "App_Read",
  atKernel,
  (state, { at }) => {
    const copy = state.copy(at);
    return copy.page === "Invalid" && copy.access === null ? state.withCopy(at, copy.set("access", "read")) : disabled;
  },
  { says: "a thread reads a page that its kernel has no valid copy of", environment: true },
);

const appWrite = action(
  "App_Write",
  atKernel,
  (state, { at }) => {
    const copy = state.copy(at);
    if (copy.access !== null) return disabled;
    return copy.page === "Exclusive" ? written(state, at) : state.withCopy(at, copy.set("access", "write"));
  },
  { says: "a thread writes: at once if the copy is exclusive, else it faults", environment: true, by: "at" },
);

const fault = action(
  "Fault",
  atKernel,
  (state, { at }) => {
    const { page, access } = state.copy(at);
    if (access === null || page === "Faulting" || page === "Upgrading") return disabled;
    const already = accessed(state, at);
    if (already) return state.parameters.access === "in-fault" ? already : disabled;
    const { handles, origin } = state.directory();
    if (at === origin) return handles === null ? handle(state, at, access) : disabled;
    const asks = state.withCopy(at, state.copy(at).set("page", page === "Invalid" ? "Faulting" : "Upgrading"));
    return answer(asks, at, access === "write" ? "WriteRequest" : "ReadRequest");
  },
  {
    says: "page_server_handle_pte_fault: at the origin it is handled unless another is; elsewhere the origin is asked",
    fair: "weak",
    by: "at",
  },
);

const resume = action(
  "Resume",
  atKernel,
  (state, { at }) => (state.copy(at).access === null ? disabled : (accessed(state, at) ?? disabled)),
  { says: "the thread whose fault is over repeats its access", fair: "weak", by: "at" },
);

const receiveAtOrigin = (o: Parameters) =>
  receive(
    "Origin",
    { from: kernels },
    {
      channel: (state, { from }) => state.up(from),
      table: originTable(o),
      row: (state) => (state.directory().handles === null ? "idle" : "handles a fault"),
      column: ({ kind }: Up) => kind,
      context: (state, { from }, message: Up): AtOrigin => ({ state, from, message }),
    },
    { fair: "weak", by: directory },
  );
const receiveAtKernel = (o: Parameters) =>
  receive(
    "Receive",
    atKernel,
    {
      channel: (state, { at }) => state.down(at),
      table: kernelTable(o),
      row: (state, { at }) => state.copy(at).page,
      column: ({ kind }: Down) => kind,
      context: (state, { at }, message: Down): AtKernel => ({ state, at, message }),
    },
    { fair: "weak", by: "at" },
  );

const hasLatest = (state: State, messages: readonly { readonly data: OrdinalValue | null }[]) =>
  messages.some(({ data }) => data === state.latest());

const mayRead = (state: State, at: Kernel) => ["Shared", "Exclusive", "Upgrading"].includes(state.copy(at).page);
export const popcornDirectoryView: PageView<State> = {
  mayRead,
  mayWrite: (state, at) => state.copy(at).page === "Exclusive",
  data: (state, at) => state.copy(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => state.copy(at).access,
  latestElsewhere: (state) =>
    state
      .members(kernels)
      .some((k) => hasLatest(state, state.up(k).messages()) || hasLatest(state, state.down(k).messages())),
};

const ownersHaveCopies = always({
  name: "the directory knows the copies",
  says: "while no fault is handled, the owners are the kernels with a valid copy, or to which one is under way",
  for: atKernel,
  holds: (state, { at }) => {
    const { handles, owners } = state.directory();
    if (handles !== null || mayRead(state, at)) return handles !== null || owners.has(at);
    return (
      !owners.has(at) ||
      state
        .down(at)
        .messages()
        .some(({ kind }) => kind === "Page")
    );
  },
  explain: (state, { at }) =>
    `${nameOf(at)} is ${state.copy(at).page}, and ${state.directory().owners.has(at) ? "an" : "no"} owner`,
});

export const popcornDirectory = model({
  name: "popcorn-directory",
  about: "The later Popcorn's page protocol, with a directory at the origin, after its public sources",
  parameters,
  variables,
  initial: (declared) =>
    declared
      .members(kernels)
      .map((origin) =>
        declared
          .withDirectory(new Directory({ origin, owners: Set.of(origin) }))
          .withCopy(origin, new Copy({ page: "Exclusive", data: declared.latest() })),
      ),
  actions: (o) => [
    appRead,
    appWrite,
    fault,
    ...(o.access === "after-fault" ? [resume] : []),
    receiveAtOrigin(o),
    receiveAtKernel(o),
  ],
  properties: (o) => [
    ownersHaveCopies,
    everyStanding(pages, (state, at) => state.copy(at).page),
    everyCellUsed(everyCellThatTakes(originTable(o)), everyCellThatTakes(kernelTable(o))),
  ],
  headline: { copy: "page", directory: "handles" },
  standings: { copy: pages },
  processes: [kernels, directory],
  channels: { up: { from: "index", to: directory }, down: { from: directory, to: "index" } },
  accesses: () => accessesOf(popcornDirectoryView, "Page", "PageResponse"),
  assumptions: () => [
    "one thread faults on a kernel at a time; faults of the origin's own threads need no message",
    "the channels between a kernel and the origin are in no order",
  ],
});
