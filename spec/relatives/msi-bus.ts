/**
 * MSI on a bus that all caches snoop: D. J. Sorin, M. D. Hill, D. A. Wood, "A Primer on Memory Consistency and Cache
 * Coherence", Morgan & Claypool 2011, chapter 7 (7.2: the baseline protocol, with atomic requests and transactions, and
 * then with non-atomic requests); D. A. Patterson, J. L. Hennessy, "Computer Organization and Design", on snooping.
 *
 * A bus transaction is one step: request, what every cache does that snoops it, and the answer. Memory is the
 * owner when no copy is Modified. With `requests atomic`, a cache that misses has the bus at once; with `requests
 * queued` it waits for it (the Primer's non-atomic requests), while transactions of others change its copy.
 *
 * Reconstructed: a write of a Shared copy is an Upgrade, which moves no data (Patterson and Hennessy's invalidation;
 * the Primer's table sends GetM instead, and has Upgrade as an option). Kernels stand for caches, as everywhere here.
 */
import { Record } from "immutable";
import {
  choice,
  disabled,
  flag,
  type Model,
  model,
  type OrdinalValue,
  perMember,
  type Result,
  type StateOf,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { accessesOf, type Kernel, kernels, kernelsParameter, type PageView, versions } from "./page.js";
import { everyStanding } from "./reached.js";

const parameters = {
  kernels: kernelsParameter,
  requests: choice(
    "a kernel that needs the bus has it at once, or waits for it while others have it",
    "atomic",
    "queued",
  ),
  evictions: flag("a kernel gives up its copy at any time: silently if it is Shared, else with a write-back", false),
  wrong: choice("a mistake, to see that it is caught", "nothing", "no-write-back", "no-invalidation", "upgrade-kept"),
};
type Parameters = ValuesOf<typeof parameters>;

/** The stable states, and those in which a kernel waits for the bus: to read, to write, to write on a Shared copy. */
const allStates = ["Invalid", "Shared", "Modified", "InvalidReading", "InvalidWriting", "SharedWriting"] as const;
type CopyState = (typeof allStates)[number];

class Copy extends Record({ state: "Invalid" as CopyState, data: null as OrdinalValue | null }) {
  becomes(state: CopyState): Copy {
    return this.set("state", state);
  }
}

const variables = () => ({
  copy: perMember<Copy, Kernel>(kernels, new Copy()),
  memory: single<OrdinalValue>(versions.first),
  /** The version that was written last. */
  latest: single<OrdinalValue>(versions.first),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
const { action } = vocabulary<State>();

/** Memory with its controller, and the bus. */
const memory = singleProcess("memory");

const withCopy = (state: State, at: Kernel, to: CopyState, data: OrdinalValue | null) =>
  state.withCopy(at, new Copy({ state: to, data }));

const owns = (state: State, at: Kernel) => state.copy(at).state === "Modified";

/** GetS: the owner answers, and writes back; all others keep what they have. */
function getShared(state: State, at: Kernel): State {
  const owner = state.others(at).find((k) => owns(state, k));
  if (owner === undefined) return withCopy(state, at, "Shared", state.memory());
  const { data } = state.copy(owner);
  const shared = withCopy(withCopy(state, owner, "Shared", data), at, "Shared", data);
  return state.parameters.wrong === "no-write-back" ? shared : shared.withMemory(data!);
}

/** What another kernel's copy becomes when it snoops that a kernel is going to write. */
function snooped(state: State, at: Kernel): State {
  const { wrong } = state.parameters;
  const copy = state.copy(at);
  if (copy.state === "Shared" && wrong === "no-invalidation") return state;
  if (copy.state === "SharedWriting")
    return withCopy(state, at, wrong === "upgrade-kept" ? "SharedWriting" : "InvalidWriting", null);
  return copy.state === "Shared" || copy.state === "Modified" ? withCopy(state, at, "Invalid", null) : state;
}

/** GetM, or Upgrade if the kernel has the data already: all other copies are invalid then; the kernel writes. */
function getModified(state: State, at: Kernel): State {
  return written(state.others(at).reduce(snooped, state), at);
}

function written(state: State, at: Kernel): State {
  const data = state.latest().justAfter();
  return withCopy(state.withLatest(data), at, "Modified", data);
}

/** A kernel does its transaction, or waits for the bus. */
function needsBus(state: State, at: Kernel, transaction: typeof getShared, waiting: CopyState): Result<State> {
  if (state.parameters.requests === "atomic") return transaction(state, at);
  return state.withCopy(at, state.copy(at).becomes(waiting));
}

const appRead = action(
  "App_Read",
  { at: kernels },
  (state, { at }) => (state.copy(at).state === "Invalid" ? needsBus(state, at, getShared, "InvalidReading") : disabled),
  { says: "a read miss: GetS", environment: true, by: "at" },
);

const appWrite = action(
  "App_Write",
  { at: kernels },
  (state, { at }) => {
    const { state: copy } = state.copy(at);
    if (copy === "Modified") return written(state, at);
    if (copy === "Invalid") return needsBus(state, at, getModified, "InvalidWriting");
    return copy === "Shared" ? needsBus(state, at, getModified, "SharedWriting") : disabled;
  },
  { says: "a write: local on Modified, Upgrade on Shared, GetM on Invalid", environment: true, by: "at" },
);

const transaction = action(
  "Transaction",
  { at: kernels },
  (state, { at }) => {
    const { state: copy } = state.copy(at);
    if (copy === "InvalidReading") return getShared(state, at);
    return copy === "InvalidWriting" || copy === "SharedWriting" ? getModified(state, at) : disabled;
  },
  { says: "7.2: a kernel gets the bus; all snoop its request", fair: "weak", by: "at" },
);

const evict = action(
  "Evict",
  { at: kernels },
  (state, { at }) => {
    const { state: copy, data } = state.copy(at);
    if (copy !== "Shared" && copy !== "Modified") return disabled;
    const evicted = withCopy(state, at, "Invalid", null);
    return copy === "Modified" ? evicted.withMemory(data!) : evicted;
  },
  { says: "a copy is given up: Modified with PutM, which writes it back", environment: true, by: "at" },
);

export const msiBusView: PageView<State> = {
  mayRead: (state, at) => ["Shared", "Modified", "SharedWriting"].includes(state.copy(at).state),
  mayWrite: owns,
  data: (state, at) => state.copy(at).data,
  latest: (state) => state.latest(),
  waits: (state, at) => {
    const { state: copy } = state.copy(at);
    if (copy === "InvalidReading") return "read";
    return copy === "InvalidWriting" || copy === "SharedWriting" ? "write" : null;
  },
  latestElsewhere: (state) => state.memory() === state.latest(),
};

/** The states of a copy that a model has. */
const copyStatesOf = ({ requests }: Parameters): readonly CopyState[] =>
  requests === "atomic" ? allStates.slice(0, 3) : allStates;

export const msiBus: Model<typeof parameters, ReturnType<typeof variables>> = model({
  name: "msi-bus",
  about: "MSI on an atomic bus (Sorin, Hill and Wood, 2011, chapter 7)",
  parameters,
  contradiction: ({ wrong, requests }) =>
    wrong === "upgrade-kept" && requests === "atomic"
      ? "--wrong upgrade-kept needs --requests queued: else no Upgrade waits"
      : undefined,
  variables,
  actions: ({ requests, evictions }) => [
    appRead,
    appWrite,
    ...(requests === "queued" ? [transaction] : []),
    ...(evictions ? [evict] : []),
  ],
  properties: (options) => [everyStanding(copyStatesOf(options), (state, at) => state.copy(at).state)],
  headline: { copy: "state" },
  standings: { copy: allStates },
  processes: [kernels, memory],
  accesses: () => accessesOf(msiBusView),
  assumptions: () => ["a transaction of the bus is one step; one line, lines do not interact"],
});
