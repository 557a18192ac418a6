/**
 * The manager. Centralized, it knows the owner and the copyset, invalidates copies before a write, and serves one
 * request at a time (the lock of its entry of Info); improved centralized, it knows the owner, and forwards requests.
 */
import { impossible, type ReceiveTable } from "popcheck/model";
import { Invalidate, type Message, messageOf, nobody, type Request, type RequestKind, requestIn } from "./messages.js";
import { send, sendAll } from "./network.js";
import type { Options } from "./options.js";
import { type Info, type IvyState, rule, type Stage } from "./state.js";

export interface ManagerReception {
  readonly state: IvyState;
  readonly message: Message;
}

/** The manager has the lock, and serves a request, and then those that have waited for the lock. */
function serve(state: IvyState, request: Request): IvyState {
  const info = state.info()!;
  if (request.kind === "Read_Request") {
    const isRecorded = state.parameters.wrong !== "reader-not-recorded" && request.requester !== info.owner;
    return asked(state, isRecorded ? info.set("copyset", info.copyset.add(request.requester!)) : info, request);
  }
  const others = info.copyset.remove(request.requester!);
  const invalidating = sendAll(state, null, others, Invalidate());
  if (others.isEmpty() || state.parameters.wrong === "no-acknowledgements") return granted(invalidating, info, request);
  return invalidating.withInfo(info.merge({ stage: "Invalidating", serves: request, awaiting: others }));
}

/** No copy but the owner's is left: the owner is asked to send the page to the writer, who owns it from now on. */
function granted(state: IvyState, info: Info, request: Request): IvyState {
  const copyset = state.parameters.wrong === "copyset-kept" ? info.copyset : nobody;
  return asked(state, info.merge({ copyset, serves: null, awaiting: nobody }), request, request.requester);
}

/** The owner is asked to send the page to the requester. */
function asked(state: IvyState, info: Info, request: Request, next: Info["owner"] = info.owner): IvyState {
  const { confirmations } = state.parameters;
  const forwarded = send(state, null, info.owner, messageOf(request));
  const isConfirmed =
    confirmations === "both" || confirmations === (request.kind === "Read_Request" ? "reads" : "writes");
  const serving = forwarded.withInfo(info.merge({ owner: next, stage: isConfirmed ? "Serving" : "Free" }));
  return isConfirmed ? serving : unlocked(serving);
}

/** The manager releases the lock: whoever has waited longest for it gets it. */
function unlocked(state: IvyState): IvyState {
  const info = state.info()!;
  const request = info.held.first();
  const free = state.withInfo(info.merge({ stage: "Free", held: info.held.shift() }));
  return request === undefined ? state.withInfo(info.set("stage", "Free")) : serve(free, request);
}

const serveRequest = rule("lock the page, and serve the request", ({ state, message }: ManagerReception) =>
  serve(state, requestIn(message)),
);

const holdRequest = rule("the page is locked: the request waits", ({ state, message }: ManagerReception) => {
  const info = state.info()!;
  return state.withInfo(info.set("held", info.held.push(requestIn(message))));
});

const countAck = rule(
  "when all copies are invalidated, the owner is asked to send the page",
  ({ state, message }: ManagerReception) => {
    const info = state.info()!;
    const awaiting = info.awaiting.remove(message.from!);
    return awaiting.isEmpty() ? granted(state, info, info.serves!) : state.withInfo(info.set("awaiting", awaiting));
  },
);

const unlock = rule("the requester has the page: unlock it", ({ state }: ManagerReception) => unlocked(state));

const forward = rule(
  "improved: forward the request to the owner; a writer is the owner from now on",
  ({ state, message }: ManagerReception) => {
    const info = state.info()!;
    const owner = message.kind === "Write_Request" ? message.requester : info.owner;
    return send(state.withInfo(info.set("owner", owner)), null, info.owner, messageOf(requestIn(message)));
  },
);

const notInvalidating = impossible("an acknowledgement comes while the manager waits for it");
const notServing = impossible("a confirmation comes while the manager waits for it");

type ManagerColumn = RequestKind | "Invalidate_Ack" | "Confirmation";
type ManagerTable = ReceiveTable<Stage, ManagerColumn, ManagerReception, IvyState>;

export function managerTable({ manager, confirmations, wrong }: Options): ManagerTable {
  const isCentral = manager === "centralized";
  const free = isCentral ? serveRequest : forward;
  const acknowledges = wrong !== "no-acknowledgements";
  const confirms = confirmations !== "none";
  // biome-ignore format: it is to be seen as a table
  const cells: ManagerTable["cells"] = {
    Free:         { Read_Request: free,        Write_Request: free,        Invalidate_Ack: notInvalidating, Confirmation: notServing },
    Invalidating: { Read_Request: holdRequest, Write_Request: holdRequest, Invalidate_Ack: countAck,        Confirmation: notServing },
    Serving:      { Read_Request: holdRequest, Write_Request: holdRequest, Invalidate_Ack: notInvalidating, Confirmation: unlock     },
  };
  return {
    name: "manager table",
    rows: isCentral
      ? ["Free", ...(acknowledges ? (["Invalidating"] as const) : []), ...(confirms ? (["Serving"] as const) : [])]
      : ["Free"],
    columns: isCentral
      ? ["Read_Request", "Write_Request", "Invalidate_Ack", ...(confirms ? (["Confirmation"] as const) : [])]
      : ["Read_Request", "Write_Request"],
    cells,
  };
}
