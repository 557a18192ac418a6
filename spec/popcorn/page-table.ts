/**
 * What a kernel does with a message, page state by page state: the paper's section 4 as a table. The rows and columns are the page states
 * and the messages; a cell that no sentence covers, or that a stage excludes, is impossible, and reaching it is a violation.
 */

import type { ReceiveTable } from "../../checker/model/index.js";
import { type Cells, type Impossible, impossible, type Rule } from "../../checker/model/index.js";
import { allPages, type Copy, type Kernel, kernels, Least, nobody, type Page, replicatedPages } from "./copy.js";
import { Ack, CopyOf, CopyVoid, type Kind, kinds, type Message, Nack, type Vote } from "./messages.js";
import { type Options, usesFlags } from "./options.js";
import { allHaveAsked, noteFetchWrite, noteInvalid, noteWriter, winnerIsAsked } from "./rounds.js";
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
const awaitsNothing = {
  Copy: noAnswerDue,
  Copy_Void: noAnswerDue,
  Ack: noAnswerDue,
  Nack: noAnswerDue,
  Copy_Later: noAnswerDue,
} as const;
/** Cells for answers to an Invalid, of a state in which a fetch is out. */
const awaitsCopies = { Ack: noAnswerDue, Nack: noAnswerDue, Copy_Later: noAnswerDue } as const;
/** Cells for answers to a fetch, of a state in which an Invalid is out. */
const awaitsVotes = { Copy: noAnswerDue, Copy_Void: noAnswerDue, Copy_Later: noAnswerDue } as const;

/** One answer less is missing. */
function answeredBy({ copy, from }: Reception): Copy {
  return copy.set("awaiting", copy.awaiting.remove(from));
}

/** Repair R4: an Invalid is Acked by `reading`, a reader. If it has no Copy yet, it asks for one with its Ack, once of each writer. */
function askedWithAck({ from, message, next }: Reception, reading: Copy): PopcornState {
  const served = reading.served || reading.data !== null;
  const acked = reading.afterAck(message.version).merge({ data: null, served });
  if (served || acked.owed.has(from)) return next(acked, Ack());
  return next(acked.set("owed", acked.owed.add(from)), Ack({ writing: false, reading: true }));
}

/** The data of a Copy is kept, according to which of several is installed. Repaired, a Copy may be refused. */
function received({ copy, message, from, state }: Reception, so: Copy): Copy {
  const { install, refuseStale, losersRefuse, ackAsks, winnerInStep2 } = state.parameters;
  const held = copy.data;
  const refused = (copy.page === "WritingRead" ? losersRefuse : refuseStale) && copy.refuses(message.data);
  if (refused) return ackAsks && copy.page !== "WritingRead" ? so.set("served", true) : so;
  if (held !== null && install === "first") return so;
  if (held !== null && message.data !== null && install === "newest" && held.isAfter(message.data)) return so;
  const kept = so.set("data", message.data);
  return copy.page === "WritingRead" && winnerInStep2 === "by-copy" ? kept.set("copiedFrom", from) : kept;
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

const voteWhilePending = rule<Reception>(
  "4.3: Nack if the time stamp, then the index, in the message is greater; otherwise Ack",
  (to) => {
    const { copy, from, message, state } = to;
    const seen = noteInvalid(copy, from, state.parameters);
    if (outvotes(to)) return to.next(seen, Nack(voteOf(to, true)));
    const gaveWay = copy.page === "WritingPend1" ? seen.set("gaveWayTo", seen.gaveWayTo.add(from)) : seen;
    return to.next(gaveWay.afterAck(message.version), Ack(voteOf(to, true)));
  },
);

const ackAndGoOn = rule<Reception>("4.2: Writing Acks an Invalid and goes on writing", ({ copy, next }) =>
  next(copy, Ack()),
);

const invalidInWritingRead = rule<Reception>("4.3, 4.7: a writer votes on an Invalid", (to) => {
  const { invalidInWritingRead, flagInWritingRead } = to.state.parameters;
  const vote = voteOf(to, flagInWritingRead === "set");
  const seen = noteInvalid(to.copy, to.from, to.state.parameters);
  const votes = invalidInWritingRead === "vote" || invalidInWritingRead === "vote-and-fetch";
  if (votes && outvotes(to)) return to.next(seen, Nack(vote));
  const acked = seen.afterAck(to.message.version);
  const fetchesAgain = invalidInWritingRead === "ack-and-fetch" || invalidInWritingRead === "vote-and-fetch";
  return to.next(fetchesAgain ? acked.merge({ again: true, data: null }) : acked, Ack(vote));
});

const collectAck = rule<Reception>("4.2: an acknowledge from each kernel must be received", (to) => {
  const so = counted(to, answeredBy(to));
  return to.next(to.message.reading ? so.set("owes", so.owes.add(to.from)) : so);
});
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
  const flagged = message.writing ? noteWriter(so, from, state.parameters) : so;
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
  rule<Reception>(says, ({ copy, from, state, next }) =>
    next(noteFetchWrite(copy, from, state.parameters).set("heldFetchWrite", copy.heldFetchWrite.add(from))),
  );

/** Modified: all who asked are answered once every flagged kernel has asked, and the copy is Shared then. */
function modifiedIsAsked(field: "heldFetch" | "heldFetchWrite") {
  return ({ copy, from, at, message, state }: Reception): PopcornState => {
    const asked = winnerIsAsked(copy.set(field, copy[field].add(from)), from, message.kind);
    return allHaveAsked(asked) ? answerHeld(state, at, asked) : state.withCopy(at, asked);
  };
}

// The rows

const ackInvalid = (says: string) =>
  rule<Reception>(says, ({ copy, message, next }) =>
    next(copy.afterAck(message.version).merge({ page: "Invalid", data: null }), Ack()),
  );

function stableRows(o: Options): Pick<Cells<Page, Kind, Reception, PopcornState>, "Invalid" | "Shared" | "Modified"> {
  const answerWithCopy = (says: string) => rule<Reception>(says, ({ copy, next }) => next(copy, CopyOf(copy.data!)));
  const modifiedNacks = rule<Reception>("4.7: a late Invalid in Modified is answered with a Nack", ({ copy, next }) =>
    next(copy, Nack({ writing: usesFlags(o) && o.flagOfModified === "set" })),
  );
  const modifiedAcks = rule<Reception>("4.5: an Invalid is Acked and the data discarded", (to) => {
    const acked = to.copy.afterRound().afterAck(to.message.version).merge({ page: "Invalid", data: null });
    return send(answerHeld(to.state, to.at, acked), to.at, to.from, Ack());
  });
  return {
    Invalid: {
      Fetch: copyVoid("4.2: no updated copy: Copy_Void"),
      Fetch_Write: copyVoid("4.6: the semantic is the same as of Fetch: Copy_Void"),
      Invalid: rule("4.5: a copy that is not trying to write Acks", ({ copy, message, next }) =>
        next(copy.afterAck(message.version), Ack()),
      ),
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
    ({ copy, message, next }) =>
      next(copy.afterAck(message.version).merge({ page: "InvalidRead2", data: null }), Ack()),
  );
  const ackOnly = rule<Reception>(
    "4.5: Invalid Read can only Ack an Invalid, which changes nothing here",
    ({ copy, next }) => next(copy, Ack()),
  );
  const ackAndAsk = rule<Reception>(
    "repair R4: the Ack of a reader without data asks for a Copy, once the writer is Modified",
    (to) => askedWithAck(to, to.copy.to("InvalidRead2")),
  );
  const serve = rule<Reception>("repair R4: a Copy serves the read that waits", (to) =>
    to.next(answeredBy(to).set("served", true)),
  );
  const serveLater = rule<Reception>(
    "repair R4: the Copy that was asked for with an Ack serves the read that waits",
    ({ copy, from, next }) => next(copy.merge({ owed: copy.owed.remove(from), served: true })),
  );
  const reading = {
    Fetch: fetch,
    Fetch_Write: copyVoid("4.6: the semantic is the same as of Fetch: Copy_Void"),
    Invalid: o.ackAsks ? ackAndAsk : o.askAgain ? ackAndAskAgain : ackOnly,
    ...awaitsCopies,
  };
  return {
    InvalidRead1: { ...reading, Copy: install, Copy_Void: noData },
    InvalidRead2: o.ackAsks
      ? { ...reading, Copy: serve, Copy_Void: noData, Copy_Later: serveLater }
      : { ...reading, Copy: dropData, Copy_Void: dropData },
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
    const asked = noteFetchWrite(to.copy, to.from, to.state.parameters);
    return to.next(asked, data !== null && o.writingReadWithData === "copy" ? CopyOf(data) : CopyVoid());
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
          ? rule("question 13: Unmapped Acks an Invalid, as it does not write", ({ copy, message, next }) =>
              next(copy.afterAck(message.version), Ack()),
            )
          : impossible(
              o.invalidInUnmapped === "not-sent"
                ? "question 13: an Invalid is sent to those who use the page"
                : "question 13: the paper does not say what Unmapped does with an Invalid",
            ),
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
  const goesOnAsRead = (copy: Copy) => copy.merge({ page: "InvalidRead2", fellows: nobody });
  const invalid = o.fetchingReads
    ? rule<Reception>("repair: an Invalid is received while fetching: on as a read", (to) => {
        const reading = goesOnAsRead(to.copy);
        return o.ackAsks
          ? askedWithAck(to, reading)
          : to.next(reading.afterAck(to.message.version).set("data", null), Ack());
      })
    : rule<Reception>("4.8: an Invalid is received while fetching: to Fetching Invalid", (to) =>
        to.next(to.copy.afterAck(to.message.version).merge({ page: "FetchingInvalid", data: null }), Ack()),
      );
  const installOrRead = rule<Reception>(
    "repair R2: a Copy that is not newer is refused, and tells that the page is in use",
    (to) => {
      if (!to.copy.refuses(to.message.data)) return to.next(received(to, answeredBy(to)));
      return to.next(goesOnAsRead(answeredBy(to)).merge({ data: null, served: o.ackAsks }));
    },
  );
  const row: Row = {
    Fetch: fetch,
    Fetch_Write: copyVoid("4.2, 4.6: no updated copy, and the semantic is the same as of Fetch: Copy_Void"),
    Invalid: invalid,
    Copy: o.refuseStale ? installOrRead : install,
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
  const columns = kinds.filter((kind) => o.ackAsks || kind !== "Copy_Later");
  return { name: "page table", rows: pagesOf(o), columns, cells: withoutUnused(o, rows) };
}

/** The page states that a stage has. */
export function pagesOf(o: Options): readonly Page[] {
  const pages = o.unmapped ? allPages : replicatedPages;
  const unused: Page[] = [
    ...(o.votes || o.nackInModified ? [] : (["WritingPend2"] as const)),
    ...(o.retryWithData ? [] : (["WritingRead"] as const)),
    ...(o.askAgain ? [] : (["InvalidRead2"] as const)),
    ...(o.fetchingReads ? (["FetchingInvalid"] as const) : []),
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
