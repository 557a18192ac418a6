/** The global states of the model: an entry of PTable for each kernel, the manager's table, and what is in flight. */
import { List, Record } from "immutable";
import {
  Bag,
  type Channel,
  type OrdinalValue,
  perMember,
  perPair,
  Queue,
  type StateOf,
  single,
  singleProcess,
  vocabulary,
} from "popcheck/model";
import { type Kernel, kernels, versions } from "../page.js";
import { type Kernels, type Message, nobody, type Request } from "./messages.js";
import { hasManager, isOrdered, type Options } from "./options.js";
import { Entry } from "./page-table-entry.js";

/** The manager's states: it serves no request; it waits for acknowledgements; it waits for a confirmation. */
export const allStages = ["Free", "Invalidating", "Serving"] as const;
export type Stage = (typeof allStages)[number];

/** What the manager knows of the page: its entry of Info. */
export class Info extends Record({
  stage: "Free" as Stage,
  owner: null as Kernel | null,
  /** Of the centralized manager: who has a copy besides the owner. */
  copyset: nobody,
  /** The write request that waits for acknowledgements, and whose they are. */
  serves: null as Request | null,
  awaiting: nobody as Kernels,
  /** Requests that wait for the lock of the entry, in the order in which they came. */
  held: List<Request>(),
}) {}

/** The manager. It runs no threads: if it shares a processor with a kernel, what the two send each other is local. */
export const manager = singleProcess("manager", "info");

/** A model has the channels of all networks: those that it does not use stay empty. Without a manager, Info is null. */
export function variables(options: Options) {
  const empty: Channel<Message> = isOrdered(options) ? Queue.of<Message>() : Bag.of<Message>();
  return {
    entry: perMember<Entry, Kernel>(kernels, new Entry()),
    info: single<Info | null>(hasManager(options) ? new Info() : null),
    latest: single<OrdinalValue>(versions.first),
    /** On a ring: all that was sent to one receiver. */
    inbox: perMember<Channel<Message>, Kernel>(kernels, empty),
    managerInbox: single(empty),
    /** The atomic broadcast that is on its way, by receiver. */
    broadcast: perMember<Channel<Message>, Kernel>(kernels, Bag.of<Message>()),
    /** On any other network: between kernels; from each kernel to the manager; from the manager to each kernel. */
    link: perPair<Channel<Message>, Kernel>(kernels, empty),
    up: perMember<Channel<Message>, Kernel>(kernels, empty),
    down: perMember<Channel<Message>, Kernel>(kernels, empty),
  };
}

export type IvyState = StateOf<ReturnType<typeof variables>, Options>;
export const { action, receive, rule } = vocabulary<IvyState>();

/** The initial states: any one kernel owns the page and may write it; everybody knows. */
export function initialStates(declared: IvyState): readonly IvyState[] {
  const data = declared.latest();
  return declared.members(kernels).map((owner) => {
    const owned = declared.withEntry(owner, new Entry({ page: "Write", data }));
    if (hasManager(declared.parameters)) return owned.withInfo(new Info({ owner }));
    if (declared.parameters.manager === "broadcast") return owned;
    return declared
      .members(kernels)
      .reduce((state, k) => state.withEntry(k, state.entry(k).set("probOwner", owner)), owned);
  });
}
