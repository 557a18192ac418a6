/**
 * What a kernel does with a message, page state by page state: the paper's section 4 as a table. The rows and columns are the page states
 * and the messages; a cell that no sentence covers, or that a stage excludes, is impossible, and reaching it is a violation.
 */

import type { ReceiveTable } from "../../checker/model/index.js";
import { type Cells, type Impossible, impossible, type Rule } from "../../checker/model/index.js";
import { allPages, type Copy, type Kernel, kernels, Least, type Page, replicatedPages } from "./copy.js";
import { Ack, CopyOf, CopyVoid, type Kind, kinds, type Message, Nack, type Vote } from "./messages.js";
import { type Options, usesFlags } from "./options.js";
import { leaveAtOnce } from "./stages.js";
import { answerHeld, type PopcornState, receive, rule, send } from "./state.js";

/** What a cell is given: kernel `at`, whose copy is `copy`, has received `message` from `from`. */
interface Reception {
  readonly at: Kernel;
  readonly from: Kernel;
  readonly message: Message;
  readonly copy: Copy;
  readonly state: PopcornState;
  /** The copy changes, and the sender is answered. */
  readonly next: (copy: Copy, answer?: Message) => PopcornState;
}

type Cell = Rule<Reception, PopcornState> | Impossible;
type Row = { readonly [K in Kind]: Cell };

function reception(state: PopcornState, { from, to }: { from: Kernel; to: Kernel }, message: Message): Reception {
  const next = (copy: Copy, answer?: Message) => {
    const changed = state.withCopy(to, copy);
    return answer ? send(changed, to, from, answer) : changed;
  };
  return { at: to, from, message, copy: state.copy(to), state, next };
}

// Answers to requests

const copyVoid = (says: string) => rule<Reception>(says, ({ copy, next }) => next(copy, CopyVoid()));
const noAnswerDue = impossible(
  "4.1: an answer comes only to a copy that has asked, and it waits in its wait state for all of them",
);

/** Cells of a state in which nothing is awaited. */
const awaitsNothing = { Copy: noAnswerDue, Copy_Void: noAnswerDue, Ack: noAnswerDue, Nack: noAnswerDue } as const;
/** Cells for answers to an Invalid, of a state in which a fetch is out. */
const awaitsCopies = { Ack: noAnswerDue, Nack: noAnswerDue } as const;
/** Cells for answers to a fetch, of a state in which an Invalid is out. */
const awaitsVotes = { Copy: noAnswerDue, Copy_Void: noAnswerDue } as const;

/** One answer less is missing. */
function answeredBy({ copy, from }: Reception): Copy {
  return copy.set("awaiting", copy.awaiting.remove(from));
}

/** The data of a Copy is kept, according to which of several is installed. */
function received({ copy, message, state }: Reception, so: Copy): Copy {
  const { install } = state.parameters;
  const held = copy.data;
  if (held !== null && install === "first") return so;
  if (held !== null && message.data !== null && install === "newest" && held.isAfter(message.data)) return so;
  return so.set("data", message.data);
}

const install = rule<Reception>("4.2: a Copy carries a valid copy of the data", (to) =>
  to.next(received(to, answeredBy(to))),
);
const noData = rule<Reception>("4.2: Copy_Void: that kernel has no updated copy", (to) => to.next(answeredBy(to)));
const dropData = rule<Reception>("4.5: what comes may have been invalidated, and is dropped", (to) =>
  to.next(answeredBy(to)),
);

// Votes

/** 4.3: Nack if the message's (time stamp, index) is the greater one. */
function outvotes({ copy, message, at, from, state }: Reception): boolean {
  const [own, other] = [copy.stamp!, message.stamp!];
  return other.isAfter(own) || (other === own && state.precedes(at, from));
}

function voteOf({ state, copy }: Reception, writing: boolean): Vote {
  const tell = state.parameters.winnerInStep2 === "least-stamp" && usesFlags(state.parameters);
  return { writing: writing && usesFlags(state.parameters), stamp: tell ? copy.stamp : null };
}

/** Step 1 counts the Invalids that have come. */
function seenFrom({ copy, from, state }: Reception): Copy {
  return state.parameters.step1 ? copy.set("seen", copy.seen.add(from)) : copy;
}

const voteWhilePending = rule<Reception>(
  "4.3: Nack if the time stamp, then the index, in the message is greater; otherwise Ack",
  (to) => {
    if (outvotes(to)) return to.next(seenFrom(to), Nack(voteOf(to, true)));
    const seen = seenFrom(to);
    const gaveWay = to.copy.page === "WritingPend1" ? seen.set("gaveWayTo", seen.gaveWayTo.add(to.from)) : seen;
    return to.next(gaveWay, Ack(voteOf(to, true)));
  },
);

const ackAndGoOn = rule<Reception>("4.2: Writing Acks an Invalid and goes on writing", ({ copy, next }) =>
  next(copy, Ack()),
);

const invalidInWritingRead = rule<Reception>("4.3, 4.7: a writer votes on an Invalid", (to) => {
  const { invalidInWritingRead, flagInWritingRead } = to.state.parameters;
  const vote = voteOf(to, flagInWritingRead === "set");
  const seen = seenFrom(to);
  if (invalidInWritingRead === "vote") return to.next(seen, outvotes(to) ? Nack(vote) : Ack(vote));
  if (invalidInWritingRead === "ack") return to.next(seen, Ack(vote));
  return to.next(seen.merge({ again: true, data: null }), Ack(vote));
});

const collectAck = rule<Reception>("4.2: an acknowledge from each kernel must be received", (to) =>
  to.next(counted(to, answeredBy(to))),
);
const collectNack = rule<Reception>("4.4: a Nack: to Writing Pend 2, which collects the remaining answers", (to) => {
  // What this round's history was for is decided: the copy cannot be elected in it any more.
  const lost = answeredBy(to).merge({
    page: "WritingPend2",
    gaveWayTo: to.copy.gaveWayTo.clear(),
    rivalElected: false,
  });
  const fromWinner = usesFlags(to.state.parameters) && !to.message.writing;
  return to.next(counted(to, fromWinner ? lost.set("clearNack", true) : lost));
});

/** The flag of an answer, and the least time stamp if answers tell them. */
function counted({ message, from, copy, state }: Reception, so: Copy): Copy {
  const flagged = message.writing ? so.set("flagged", so.flagged.add(from)) : so;
  if (message.stamp === null) return flagged;
  const { least } = copy;
  const isLess =
    least === null ||
    message.stamp.isBefore(least.stamp!) ||
    (message.stamp === least.stamp && state.parameters.clocks !== "unbounded" && state.precedes(from, least.kernel!));
  return isLess ? flagged.set("least", new Least({ kernel: from, stamp: message.stamp })) : flagged;
}

// Requests that are held back

const hold = (says: string) =>
  rule<Reception>(says, ({ copy, from, next }) => next(copy.set("heldFetch", copy.heldFetch.add(from))));
const holdFetchWrite = (says: string) =>
  rule<Reception>(says, (to) => to.next(askedBy(to).set("heldFetchWrite", to.copy.heldFetchWrite.add(to.from))));

/** Step 2 counts the Fetch_Writes that have come. */
function askedBy({ copy, from, state }: Reception): Copy {
  return state.parameters.step2 ? copy.set("asked", copy.asked.add(from)) : copy;
}

/** Modified: all who asked are answered once every flagged kernel has asked, and the copy is Shared then. */
function modifiedIsAsked(field: "heldFetch" | "heldFetchWrite") {
  return ({ copy, from, at, state }: Reception): PopcornState => {
    const asked = copy.merge({ [field]: copy[field].add(from), flagged: copy.flagged.remove(from) });
    return asked.flagged.isEmpty() ? answerHeld(state, at, asked) : state.withCopy(at, asked);
  };
}

// The rows

const ackInvalid = (says: string) =>
  rule<Reception>(says, ({ copy, next }) => next(copy.merge({ page: "Invalid", data: null }), Ack()));

function stableRows(o: Options): Pick<Cells<Page, Kind, Reception, PopcornState>, "Invalid" | "Shared" | "Modified"> {
  const answerWithCopy = (says: string) => rule<Reception>(says, ({ copy, next }) => next(copy, CopyOf(copy.data!)));
  const modifiedNacks = rule<Reception>("4.7: a late Invalid in Modified is answered with a Nack", ({ copy, next }) =>
    next(copy, Nack({ writing: usesFlags(o) && o.flagOfModified === "set" })),
  );
  const modifiedAcks = rule<Reception>("4.5: an Invalid is Acked and the data discarded", ({ copy, at, from, state }) =>
    send(answerHeld(state, at, copy.afterRound().merge({ page: "Invalid", data: null })), at, from, Ack()),
  );
  return {
    Invalid: {
      Fetch: copyVoid("4.2: no updated copy: Copy_Void"),
      Fetch_Write: copyVoid("4.6: the semantic is the same as of Fetch: Copy_Void"),
      Invalid: rule("4.5: a copy that is not trying to write Acks", ({ copy, next }) => next(copy, Ack())),
      ...awaitsNothing,
    },
    Shared: {
      Fetch: answerWithCopy("4.2: a copy that is valid is sent back"),
      Fetch_Write: answerWithCopy("4.6: the semantic is the same as of Fetch: a Copy"),
      Invalid: ackInvalid("4.2, 4.5: an Invalid is Acked; the data is no longer up-to-date: to Invalid"),
      ...awaitsNothing,
    },
    Modified: {
      Fetch: rule(
        "4.2, 4.7: a Copy, and to Shared, once all concurrent writers have asked",
        modifiedIsAsked("heldFetch"),
      ),
      Fetch_Write: rule(
        "4.7: a Copy, and to Shared, once all concurrent writers have asked",
        modifiedIsAsked("heldFetchWrite"),
      ),
      Invalid: o.nackInModified ? modifiedNacks : modifiedAcks,
      ...awaitsNothing,
    },
  };
}

function readingRows(o: Options): Pick<Cells<Page, Kind, Reception, PopcornState>, "InvalidRead1" | "InvalidRead2"> {
  const fetch =
    o.fetchWhileReading === "hold"
      ? hold("question 2: a reader holds a Fetch until it has the data")
      : copyVoid("4.2: no updated copy: Copy_Void");
  const ackAndAskAgain = rule<Reception>(
    "4.5: a reader that is invalidated while it waits must ask again",
    ({ copy, next }) => next(copy.merge({ page: "InvalidRead2", data: null }), Ack()),
  );
  const ackOnly = rule<Reception>(
    "4.5: Invalid Read can only Ack an Invalid, which changes nothing here",
    ({ copy, next }) => next(copy, Ack()),
  );
  const reading = {
    Fetch: fetch,
    Fetch_Write: copyVoid("4.6: the semantic is the same as of Fetch: Copy_Void"),
    Invalid: o.askAgain ? ackAndAskAgain : ackOnly,
    ...awaitsCopies,
  };
  return {
    InvalidRead1: { ...reading, Copy: install, Copy_Void: noData },
    InvalidRead2: { ...reading, Copy: dropData, Copy_Void: dropData },
  };
}

function writingRows(
  o: Options,
): Pick<Cells<Page, Kind, Reception, PopcornState>, "WritingPend1" | "WritingPend2" | "WritingRead"> {
  const fetch = o.hold
    ? hold("4.6: in Writing the answer to a Fetch is delayed until Modified")
    : copyVoid("4.6: copies in Writing may answer a Fetch with Copy_Void");
  const pending = {
    Fetch: fetch,
    Fetch_Write: o.hold
      ? holdFetchWrite("4.6: held; only in Writing Read it is not delayed")
      : copyVoid("4.6: the semantic is the same as of Fetch: Copy_Void"),
    Invalid: o.votes ? voteWhilePending : ackAndGoOn,
    Nack: collectNack,
    Ack: collectAck,
    ...awaitsVotes,
  };
  const atOnce = rule<Reception>("4.6: in Writing Read the answer is not delayed", (to) => {
    const { data } = to.copy;
    return to.next(askedBy(to), data !== null && o.writingReadWithData === "copy" ? CopyOf(data) : CopyVoid());
  });
  return {
    WritingPend1: pending,
    WritingPend2: pending,
    WritingRead: {
      Fetch: fetch,
      Fetch_Write: atOnce,
      Invalid: invalidInWritingRead,
      Copy: install,
      Copy_Void: noData,
      ...awaitsCopies,
    },
  };
}

const onlyUser = "4.8: Not Replicated means that all others are Unmapped, and none of them writes";

function unreplicatedRows(o: Options): Pick<Cells<Page, Kind, Reception, PopcornState>, "Unmapped" | "NotReplicated"> {
  return {
    Unmapped: {
      Fetch: copyVoid("4.8: an Unmapped page is answered with Copy_Void"),
      Fetch_Write: copyVoid("4.6, 4.8: the semantic is the same as of Fetch: Copy_Void"),
      Invalid:
        o.invalidInUnmapped === "ack"
          ? rule("question 13: Unmapped Acks an Invalid, as it does not write", ({ copy, next }) => next(copy, Ack()))
          : impossible("question 13: the paper does not say what Unmapped does with an Invalid"),
      ...awaitsNothing,
    },
    NotReplicated: {
      Fetch: rule("4.8: unique no longer: a Copy, and to Shared", ({ copy, next }) =>
        next(copy.to("Shared"), CopyOf(copy.data!)),
      ),
      Fetch_Write: impossible(onlyUser),
      Invalid: impossible(onlyUser),
      ...awaitsNothing,
    },
  };
}

function fetchingRows(
  o: Options,
): Pick<Cells<Page, Kind, Reception, PopcornState>, "FetchingNotReplicated" | "FetchingInvalid" | "FetchingValid"> {
  const fellow = (to: Reception, so: Copy) =>
    o.fetchingValidVoid === "lower-index" ? so.set("fellows", so.fellows.add(to.from)) : so;
  /** Another kernel is fetching too. */
  const meetsFetcher = (to: Reception, so: Copy) => {
    const staysInvalid = to.copy.page === "FetchingInvalid" && o.whileFetching === "invalid-wins";
    return fellow(to, staysInvalid ? so : so.to("FetchingValid"));
  };
  const fetch: Cell =
    o.fetchInFetching === "hold"
      ? hold("question 14: a Fetch is held while fetching")
      : rule("4.8: another kernel is fetching concurrently", (to) =>
          to.next(meetsFetcher(to, to.copy), CopyVoid({ fetching: o.fetchInFetching === "void-fetching-too" })),
        );
  const invalid = rule<Reception>("4.8: an Invalid is received while fetching: to Fetching Invalid", (to) =>
    to.next(to.copy.merge({ page: "FetchingInvalid", data: null }), Ack()),
  );
  const row: Row = {
    Fetch: fetch,
    Fetch_Write: copyVoid("4.2, 4.6: no updated copy, and the semantic is the same as of Fetch: Copy_Void"),
    Invalid: invalid,
    Copy: install,
    Copy_Void: rule("4.8: that kernel does not use the page, or fetches it too", (to) =>
      to.next(to.message.fetching ? meetsFetcher(to, answeredBy(to)) : answeredBy(to)),
    ),
    ...awaitsCopies,
  };
  const mayHaveBeenAlone = o.fetchingInvalidVoid === "not-replicated";
  return {
    FetchingNotReplicated: row,
    FetchingInvalid: { ...row, Copy: mayHaveBeenAlone ? install : dropData },
    FetchingValid: row,
  };
}

/** The cells of a stage that its refinements leave without a meaning. */
function withoutUnused(
  o: Options,
  rows: Cells<Page, Kind, Reception, PopcornState>,
): Cells<Page, Kind, Reception, PopcornState> {
  const excluded: Partial<Record<Kind, Impossible>> = {
    ...(o.votes || o.nackInModified ? {} : { Nack: impossible("before 4.3 nobody answers with a Nack") }),
    ...(o.fetchWrite ? {} : { Fetch_Write: impossible("before 4.6 there is no Fetch_Write") }),
  };
  return Object.fromEntries(Object.entries(rows).map(([page, row]) => [page, { ...row, ...excluded }])) as typeof rows;
}

export type PageTable = ReceiveTable<Page, Kind, Reception, PopcornState>;

/** The table of a stage. Rows are the page states that the stage has. */
export function pageTable(o: Options): PageTable {
  const rows = { ...stableRows(o), ...readingRows(o), ...writingRows(o), ...unreplicatedRows(o), ...fetchingRows(o) };
  return { name: "page table", rows: pagesOf(o), columns: kinds, cells: withoutUnused(o, rows) };
}

/** The page states that a stage has. */
export function pagesOf(o: Options): readonly Page[] {
  const pages = o.unmapped ? allPages : replicatedPages;
  const unused: Page[] = [
    ...(o.votes || o.nackInModified ? [] : (["WritingPend2"] as const)),
    ...(o.retryWithData ? [] : (["WritingRead"] as const)),
    ...(o.askAgain ? [] : (["InvalidRead2"] as const)),
  ];
  return pages.filter((page) => !unused.includes(page));
}

/** Any message in flight is received next, within what the network's order allows. */
export function deliver(table: PageTable) {
  return receive(
    "Receive",
    { from: kernels, to: kernels },
    {
      channel: (state, { from, to }) => state.link(from, to),
      table,
      row: (state, { to }) => state.copy(to).page,
      column: (message: Message) => message.kind,
      context: reception,
      afterwards: (state, { to }) => leaveAtOnce(state, to),
    },
    { fair: "weak" },
  );
}
