/**
 * What a kernel does with a message, by the state of its entry: the servers, and the fault handlers that wait for
 * messages. A cell that the manager, or the network, excludes is impossible.
 */
import { impossible, type ReceiveTable } from "popcheck/model";
import type { Kernel } from "../page.js";
import { acknowledged, invalidated, readGranted, writeGranted } from "./faults.js";
import { type Kind, type Message, requestIn, requestKinds } from "./messages.js";
import { canOvertake, hasManager, isOrdered, type Options } from "./options.js";
import { type Page, pagesOf } from "./page-table-entry.js";
import { hold, serve } from "./servers.js";
import { type IvyState, rule } from "./state.js";

/** What a rule is given: kernel `at` has received the message, which is no longer in flight. */
export interface Reception {
  readonly state: IvyState;
  readonly at: Kernel;
  readonly message: Message;
}

type Column = Exclude<Kind, "Confirmation">;
export type PageTable = ReceiveTable<Page, Column, Reception, IvyState>;
type Cell = PageTable["cells"][Page][Column];

const serveRequest = rule("server: lock the entry, serve the request, unlock", ({ state, at, message }: Reception) =>
  state.entry(at).held.isEmpty() ? serve(state, at, requestIn(message)) : hold(state, at, requestIn(message)),
);

const waitForLock = rule(
  "server: the entry is locked, so that the request waits",
  ({ state, at, message }: Reception) => hold(state, at, requestIn(message)),
);

const ignoreLock = rule(
  "wrong: a request is served although the entry is locked",
  ({ state, at, message }: Reception) => serve(state, at, requestIn(message)),
);

const serveOwnFault = rule(
  "the owner waits to write: it serves the requests of others, and its own without a page",
  ({ state, at, message }: Reception) =>
    message.requester === at
      ? writeGranted(state, at, state.entry(at).data, null)
      : serve(state, at, requestIn(message)),
);

/** Of a broadcast. A reader, too, will not own the page when it unlocks the entry. */
const ignoreRequest = rule("server: not the owner, so that it does nothing", ({ state }: Reception) => state);

const readPage = rule("read fault handler: receive the page", ({ state, at, message }: Reception) =>
  readGranted(state, at, message),
);

const writePage = rule(
  "write fault handler: receive the page, then invalidate its copyset",
  ({ state, at, message }: Reception) => writeGranted(state, at, message.data, message.copyset),
);

const invalidateTo = (page: Page, says: string) =>
  rule(says, ({ state, at, message }: Reception) =>
    invalidated(state, at, state.entry(at).becomes(page).set("data", null), message.from),
  );
const loseCopy = invalidateTo("Nil", "invalidate server: no access any more");
const loseUpgrade = invalidateTo("WriteFault", "invalidate server: no access any more, while a write fault waits");
const keepWaiting = invalidateTo("ReadFault", "invalidate server: no access, as before; the page is still under way");
const dropPage = invalidateTo(
  "ReadFaultInvalidated",
  "repair: the page that is under way serves the read that waits, and is dropped",
);

const countAck = rule("the write fault waits for all acknowledgements", ({ state, at, message }: Reception) =>
  acknowledged(state, at, message),
);

const askedOwner = impossible("the manager asks only the owner");
const oneAtATime = impossible("the manager serves one request at a time");
const noFault = impossible("a page comes only to a fault that waits for it");
const noCopy = impossible("only who has a copy besides the owner's is invalidated");
const notAwaited = impossible("an acknowledgement comes to whom it is awaited by");

/** The table of a model: the states and messages that it has. */
export function pageTable(options: Options): PageTable {
  const { manager, confirmations, ownerFault, overtaken, wrong } = options;
  const isCentral = manager === "centralized";
  // Requests that the manager forwards to one kernel can change places, unless it waits for a confirmation between.
  const isLate = hasManager(options) && !isOrdered(options) && !(isCentral && confirmations === "both");
  const isBroadcast = manager === "broadcast";
  const byOwner: Cell = isBroadcast ? ignoreRequest : hasManager(options) && !isLate ? askedOwner : serveRequest;
  const locked: Cell = wrong === "no-lock" ? ignoreLock : waitForLock;
  const byReader: Cell = byOwner === serveRequest ? locked : byOwner;
  const isConfirmed = isCentral && (confirmations === "both" || (confirmations === "writes" && !isLate));
  const byWriter: Cell = isConfirmed ? oneAtATime : locked;
  const byItself: Cell = isCentral && ownerFault === "served" ? serveOwnFault : waitForLock;
  const overtaking: Cell = !canOvertake(options) ? noCopy : overtaken === "kept" ? keepWaiting : dropPage;
  const requests = (cell: Cell) => ({ Read_Request: cell, Write_Request: cell });
  // biome-ignore format: it is to be seen as a table
  const cells: PageTable["cells"] = {
    Nil:                  { ...requests(byOwner),      Page: noFault,   Invalidate: noCopy,      Invalidate_Ack: notAwaited },
    Read:                 { ...requests(byOwner),      Page: noFault,   Invalidate: loseCopy,    Invalidate_Ack: notAwaited },
    Owned:                { ...requests(serveRequest), Page: noFault,   Invalidate: noCopy,      Invalidate_Ack: notAwaited },
    Write:                { ...requests(serveRequest), Page: noFault,   Invalidate: noCopy,      Invalidate_Ack: notAwaited },

    ReadFault:            { ...requests(byReader),     Page: readPage,  Invalidate: overtaking,  Invalidate_Ack: notAwaited },
    ReadFaultInvalidated: { ...requests(byReader),     Page: readPage,  Invalidate: noCopy,      Invalidate_Ack: notAwaited },
    WriteFault:           { ...requests(byWriter),     Page: writePage, Invalidate: noCopy,      Invalidate_Ack: notAwaited },
    UpgradeFault:         { ...requests(byWriter),     Page: writePage, Invalidate: loseUpgrade, Invalidate_Ack: notAwaited },
    OwnerFault:           { ...requests(byItself),     Page: noFault,   Invalidate: noCopy,      Invalidate_Ack: notAwaited },
    Invalidating:         { ...requests(waitForLock),  Page: noFault,   Invalidate: noCopy,      Invalidate_Ack: countAck   },
  };
  return {
    name: "page table",
    rows: pagesOf(options),
    columns: [...requestKinds, "Page", "Invalidate", ...(isCentral ? [] : (["Invalidate_Ack"] as const))],
    cells,
  };
}
