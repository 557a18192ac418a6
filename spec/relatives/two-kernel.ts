/**
 * The two-kernel protocol: an early Popcorn's, for exactly two kernels, with an ownership bit that goes from one to the
 * other. It follows the public sources of Popcorn Linux before its directory (the repository mklinux,
 * kernel/popcorn/page_server.c, the functions that end in `for_2_kernels`). The protocol is that of M. Sadini,
 * A. Barbalace, B. Ravindran, F. Quaglia, "A Page Coherency Protocol for Popcorn Replicated-kernel Operating System",
 * MARC 2013, without its elections: of two kernels that write, the owner wins.
 *
 * The owner of the page writes after the other kernel has acknowledged an Invalid. The other kernel asks for ownership,
 * and gets it with the page, or without it if its copy is valid. A kernel that is writing looks at requests later.
 *
 * Left out: the first fetch of a page, and the numbers of writes (`last_write`), by which the sources check what the
 * property "coherent data" checks here.
 */
import { Record } from "immutable";
import {
  Bag,
  choice,
  disabled,
  impossible,
  integer,
  model,
  type OrdinalValue,
  perMember,
  perPair,
  type ReceiveTable,
  type StateOf,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { delayed, everyCellThatTakes } from "./delayed.js";
import { someInFlight } from "./in-flight.js";
import { type AccessKind, accessesOf, type Kernel, kernels, type PageView, versions } from "./page.js";
import { everyCellUsed, everyStanding } from "./reached.js";

const parameters = {
  kernels: integer("kernels: the protocol is for two", { default: 2, min: 2, max: 2 }),
  wrong: choice(
    "a mistake: an owner that waits for an Ack gives its ownership to one that asks; or a reader acknowledges an Invalid before its page comes",
    "nothing",
    "ownership-given-while-writing",
    "invalid-not-delayed",
  ),
};
type Parameters = ValuesOf<typeof parameters>;

/**
 * The status of a copy, with the flags `owner`, `reading` and `writing` of the sources. A kernel in Written, Owner and
 * Invalidating has the ownership bit; it waits in Reading, Writing, Upgrading and Invalidating.
 */
const pages = ["Invalid", "Valid", "Owner", "Written", "Reading", "Writing", "Upgrading", "Invalidating"] as const;
type Page = (typeof pages)[number];

class Copy extends Record({ page: "Invalid" as Page, data: null as OrdinalValue | null }) {}

const kinds = ["Read", "Write", "Page", "Ownership", "Invalid", "Ack"] as const;
class Message extends Record({ kind: "" as (typeof kinds)[number], data: null as OrdinalValue | null }) {}

const variables = () => ({
  copy: perMember(kernels, new Copy()),
  /** History: the version that was written last. */
  latest: single(versions.first),
  link: perPair(kernels, Bag.of<Message>()),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
export type TwoKernelState = State;
const { action, receive, rule } = vocabulary<State>();

function send(state: State, from: Kernel, kind: Message["kind"], data: OrdinalValue | null = null): State {
  const [to] = state.others(from);
  return state.withLink(from, to!, state.link(from, to!).put(new Message({ kind, data })));
}

const turned = (state: State, at: Kernel, page: Page) => state.withCopy(at, state.copy(at).set("page", page));
const invalidated = (state: State, at: Kernel, page: Page) => state.withCopy(at, new Copy({ page }));

function written(state: State, at: Kernel): State {
  const latest = state.latest().justAfter();
  return state.withLatest(latest).withCopy(at, new Copy({ page: "Written", data: latest }));
}

interface Received {
  readonly state: State;
  readonly at: Kernel;
  readonly message: Message;
}

const givesCopy = rule<Received>(
  "a read of a written page: the owner sends a copy, and stays the owner",
  (received) => {
    const { state, at } = received;
    return send(turned(state, at, "Owner"), at, "Page", state.copy(at).data);
  },
);
const givesPage = rule<Received>("a write of a written page: the owner sends it with the ownership", ({ state, at }) =>
  send(invalidated(state, at, "Invalid"), at, "Page", state.copy(at).data),
);
const givesOwnership = rule<Received>("a write of a valid page: the owner sends the ownership alone", ({ state, at }) =>
  send(invalidated(state, at, "Invalid"), at, "Ownership"),
);
const givesTooEarly = rule<Received>("wrong: the ownership is given away while the owner is writing", ({ state, at }) =>
  send(state, at, "Ownership"),
);
const later = delayed<Received, State>("page->writing, page->reading: the message is looked at again later");
const read = rule<Received>("the page has come, to read it", ({ state, at, message }) =>
  state.withCopy(at, new Copy({ page: "Valid", data: message.data })),
);
const write = rule<Received>(
  "the ownership has come, with the page if the copy is not valid: it is written",
  (received) => written(received.state, received.at),
);
const acks = rule<Received>("a copy is invalidated, and the other kernel, which is the owner, told", ({ state, at }) =>
  send(invalidated(state, at, "Invalid"), at, "Ack"),
);
const acksAndWaits = (page: Page) =>
  rule<Received>("concurrent write: the owner wins, and the other waits for the page", ({ state, at }) =>
    send(invalidated(state, at, page), at, "Ack"),
  );
const notOwner = impossible("only the owner is asked for the page");
const notNeeded = impossible("a kernel whose copy is valid does not ask to read, nor is it sent the page");
const notAsked = impossible("an answer comes to a kernel that has asked");
const copyMissing = impossible("a kernel whose copy is invalid gets the page with the ownership");
const notValid = impossible("the owner invalidates a valid copy, which it has sent");

function pageTable({ wrong }: Parameters): ReceiveTable<Page, Message["kind"], Received, State> {
  const none = {
    Read: notOwner,
    Write: notOwner,
    Page: notAsked,
    Ownership: notAsked,
    Invalid: notValid,
    Ack: notAsked,
  };
  return {
    name: "page",
    rows: pages,
    columns: kinds,
    cells: {
      Invalid: none,
      Valid: { ...none, Invalid: acks },
      Owner: { ...none, Read: notNeeded, Write: givesOwnership },
      Written: { ...none, Read: givesCopy, Write: givesPage },
      Reading: { ...none, Page: read, Invalid: wrong === "invalid-not-delayed" ? acksAndWaits("Reading") : later },
      Writing: { ...none, Read: later, Write: later, Page: write, Ownership: copyMissing },
      Upgrading: {
        ...none,
        Read: later,
        Write: later,
        Page: notNeeded,
        Ownership: write,
        Invalid: acksAndWaits("Writing"),
      },
      Invalidating: {
        ...none,
        Read: later,
        Write: wrong === "ownership-given-while-writing" ? givesTooEarly : later,
        Ack: write,
      },
    },
  };
}

const atKernel = { at: kernels };

const appRead = action(
  "App_Read",
  atKernel,
  (state, { at }) => (state.copy(at).page === "Invalid" ? send(turned(state, at, "Reading"), at, "Read") : disabled),
  { says: "do_remote_read_for_2_kernels: an invalid copy is asked for", environment: true },
);

/** What a write comes to, by the page: the state to wait in, and the message to the other kernel. */
const writing: { readonly [P in Page]?: readonly [Page, Message["kind"]] } = {
  Invalid: ["Writing", "Write"],
  Valid: ["Upgrading", "Write"],
  Owner: ["Invalidating", "Invalid"],
};

const appWrite = action(
  "App_Write",
  atKernel,
  (state, { at }) => {
    const { page } = state.copy(at);
    if (page === "Written") return written(state, at);
    const begins = writing[page];
    return begins ? send(turned(state, at, begins[0]), at, begins[1]) : disabled;
  },
  { says: "do_remote_write_for_2_kernels: the owner invalidates, the other asks for ownership", environment: true },
);

const receivePage = (o: Parameters) =>
  receive(
    "Receive",
    { from: kernels, at: kernels },
    {
      channel: (state, { from, at }) => state.link(from, at),
      table: pageTable(o),
      row: (state, { at }) => state.copy(at).page,
      column: ({ kind }: Message) => kind,
      context: (state, { at }, message: Message): Received => ({ state, at, message }),
    },
    { fair: "weak" },
  );

const waits: { readonly [P in Page]?: AccessKind } = {
  Reading: "read",
  Writing: "write",
  Upgrading: "write",
  Invalidating: "write",
};

export const twoKernelView: PageView<State> = {
  mayRead: (state, at) => !["Invalid", "Reading", "Writing"].includes(state.copy(at).page),
  mayWrite: (state, at) => state.copy(at).page === "Written",
  data: (state, at) => state.copy(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => waits[state.copy(at).page] ?? null,
  latestElsewhere: (state) => someInFlight(state, ({ data }) => data === state.latest()),
};

export const twoKernel = model({
  name: "two-kernel",
  about: "An early Popcorn's page protocol for two kernels, with an ownership bit, after its public sources",
  parameters,
  variables,
  initial: (declared) =>
    declared
      .members(kernels)
      .map((owner) => declared.withCopy(owner, new Copy({ page: "Written", data: declared.latest() }))),
  actions: (o) => [appRead, appWrite, receivePage(o)],
  properties: (o) => [
    everyStanding(pages, (state, at) => state.copy(at).page),
    everyCellUsed(everyCellThatTakes(pageTable(o))),
  ],
  headline: { copy: "page" },
  standings: { copy: pages },
  processes: [kernels],
  channels: { link: { from: "first index", to: "second index" } },
  accesses: () => accessesOf(twoKernelView, "Page"),
  assumptions: () => ["channels are in no order"],
});
