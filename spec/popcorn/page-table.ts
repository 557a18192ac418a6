/**
 * What a kernel does with a message, page state by page state: the paper's section 4 as a table. Its rules lie in
 * rules/, in files that group them as the paper does; index.ts says where the rest of each section is. A cell that no
 * sentence covers, or that a stage excludes, is impossible, and reaching it is a violation.
 */
import type { ReceiveTable } from "popcheck/model";
import { allPages, kernels, type Page, replicatedPages } from "./copy.js";
import type { Kind, kinds, Message } from "./messages.js";
import { alwaysReadOnly, type Options } from "./options.js";
import { type PageCell, type Reception, receptionOf } from "./reception.js";
import { countVoid, keepCopy } from "./rules/copies.js";
import { noFetchWriteYet, noNackYet, notDue, onlyUser } from "./rules/impossible.js";
import {
  copyLater,
  giveCopy,
  haveNoCopy,
  readerAcks,
  readerAsked,
  sameCopy,
  sameVoid,
  staleCopy,
  staleVoid,
} from "./rules/reading.js";
import {
  fetcherAcks,
  fetcherAsked,
  fetcherVoid,
  firstCopy,
  notUsed,
  shareFirstTime,
  staleFirstCopy,
  unmappedAcks,
  unmappedVoid,
  voidOrFetcher,
} from "./rules/unmapped.js";
import { ackAndDrop, ackOnly, countAck, countNack, lateInvalid, loserVotes, vote } from "./rules/votes.js";
import { answerAtOnce, answerLosers, loserAsked, winnerAnswers, writerAsked } from "./rules/writing.js";
import { type PopcornState, receive } from "./state.js";
import { leaveAtOnce } from "./wait-states.js";

/** One cell for each of these columns: a row that is too short or too long does not compile. */
type RowOf<Columns extends readonly Kind[]> = { readonly [Column in keyof Columns]: PageCell };
type Row = RowOf<typeof kinds>;
type Grid = { readonly columns: typeof kinds } & { readonly [P in Page]: Row };

/**
 * The table, with the page states and the messages of all stages. A cell names its rule. A name that is called with the
 * options `o` is a chooser, which lies beside the rules among which it chooses. `since43` and `since46` say from which
 * stage on a message exists.
 */
function grid(o: Options): Grid {
  const since43 = (cell: PageCell) => (o.votes || o.nackInModified ? cell : noNackYet);
  const since46 = (cell: PageCell) => (o.fetchWrite ? cell : noFetchWriteYet);
  // biome-ignore format: it is to be seen as a table
  return {
    columns:               [ "Fetch",         "Fetch_Write",          "Invalid",       "Copy",            "Copy_Void",   "Ack",    "Nack",             "Copy_Later" ],
    Invalid:               [ haveNoCopy,      since46(sameVoid),      ackOnly,         notDue,            notDue,        notDue,   since43(notDue),    notDue       ],
    Shared:                [ giveCopy,        since46(sameCopy),      ackAndDrop,      notDue,            notDue,        notDue,   since43(notDue),    notDue       ],
    Modified:              [ winnerAnswers,   since46(answerLosers),  lateInvalid(o),  notDue,            notDue,        notDue,   since43(notDue),    notDue       ],

    InvalidRead1:          [ readerAsked(o),  since46(sameVoid),      readerAcks(o),   keepCopy,          countVoid,     notDue,   since43(notDue),    notDue       ],
    InvalidRead2:          [ readerAsked(o),  since46(sameVoid),      readerAcks(o),   staleCopy(o),      staleVoid(o),  notDue,   since43(notDue),    copyLater(o) ],

    WritingPend1:          [ writerAsked(o),  since46(loserAsked(o)), vote(o),         notDue,            notDue,        countAck, since43(countNack), notDue       ],
    WritingPend2:          [ writerAsked(o),  since46(loserAsked(o)), vote(o),         notDue,            notDue,        countAck, since43(countNack), notDue       ],
    WritingRead:           [ writerAsked(o),  since46(answerAtOnce),  loserVotes,      keepCopy,          countVoid,     notDue,   since43(notDue),    notDue       ],

    Unmapped:              [ unmappedVoid,    since46(notUsed(o)),    unmappedAcks(o), notDue,            notDue,        notDue,   since43(notDue),    notDue       ],
    NotReplicated:         [ shareFirstTime,  since46(onlyUser),      onlyUser,        notDue,            notDue,        notDue,   since43(notDue),    notDue       ],

    FetchingNotReplicated: [ fetcherAsked(o), since46(fetcherVoid),   fetcherAcks(o),  firstCopy(o),      voidOrFetcher, notDue,   since43(notDue),    notDue       ],
    FetchingInvalid:       [ fetcherAsked(o), since46(fetcherVoid),   fetcherAcks(o),  staleFirstCopy(o), voidOrFetcher, notDue,   since43(notDue),    notDue       ],
    FetchingValid:         [ fetcherAsked(o), since46(fetcherVoid),   fetcherAcks(o),  firstCopy(o),      voidOrFetcher, notDue,   since43(notDue),    notDue       ],
  };
}

export type PageTable = ReceiveTable<Page, Kind, Reception, PopcornState>;

/** The table of a stage: the page states and the messages that it has, and the cells. */
export function pageTable(o: Options): PageTable {
  const { columns, ...rows } = grid(o);
  const byColumn = (row: Row) => Object.fromEntries(columns.map((kind, i) => [kind, row[i]]));
  const cells = Object.fromEntries(Object.entries(rows).map(([page, row]) => [page, byColumn(row)]));
  return {
    name: "page table",
    rows: pagesOf(o),
    columns: columns.filter((kind) => o.ackAsks || kind !== "Copy_Later"),
    cells: cells as PageTable["cells"],
  };
}

/** The page states that a stage has. */
export function pagesOf(o: Options): readonly Page[] {
  if (alwaysReadOnly(o)) return ["Unmapped", "Shared"];
  const pages = o.unmapped ? allPages : replicatedPages;
  const unused: Page[] = [
    ...(o.votes || o.nackInModified ? [] : (["WritingPend2"] as const)),
    ...(o.retryWithData ? [] : (["WritingRead"] as const)),
    ...(o.askAgain ? [] : (["InvalidRead2"] as const)),
    ...(o.fetchingReads ? (["FetchingInvalid"] as const) : []),
  ];
  return pages.filter((page) => !unused.includes(page));
}

/** The step in which a message is received: any that is in flight, within what the network's order allows. */
export function deliver(table: PageTable) {
  return receive(
    "Receive",
    { from: kernels, to: kernels },
    {
      channel: (state, { from, to }) => state.link(from, to),
      table,
      row: (state, { to }) => state.copy(to).page,
      column: (message: Message) => message.kind,
      context: receptionOf,
      afterwards: (state, { to }) => leaveAtOnce(state, to),
    },
    { fair: "weak" },
  );
}
