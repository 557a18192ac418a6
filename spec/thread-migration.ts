/**
 * Thread migration between the kernels of Popcorn, after section 3.2 of the paper: a thread arrives on a kernel, which
 * searches for the thread group of its process there. If there is one, SIGFORK makes one of its threads clone itself
 * for the thread that arrives; if there is none, the kernel creates it.
 *
 * One process, whose threads all begin on one kernel. A *handler* of the kernel serves each thread that arrives. What
 * section 3.2 leaves open is an option; docs/explanation/thread-migration.md has what each value comes to.
 */
import { Record } from "immutable";
import {
  Bag,
  type Binding,
  choice,
  chooseAny,
  disabled,
  flag,
  integer,
  type Member,
  model,
  nameOf,
  names,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  kernels: integer("kernels, with at most one thread group of the process each", { default: 2, min: 2, max: 4 }),
  processThreads: integer("threads of the process", { default: 3, min: 2, max: 5 }),
  lockedSearch: flag(
    "3.2: a kernel searches for the thread group, and joins or creates it, under a lock (else: in steps between which others act)",
    true,
  ),
  finds: choice(
    "3.2: the search finds every thread of the process on the kernel, or only those that migrated to it",
    "every-thread",
    "migrated-threads",
  ),
  signals: choice(
    "3.2: a thread may have several SIGFORKs pending, or one: any other is then dropped, as of Linux's standard signals",
    "queued",
    "merged",
  ),
  leaving: choice(
    "3.2: a thread with a SIGFORK pending forks before it migrates or exits, or leaves at once, and the SIGFORK is dropped",
    "forks-first",
    "at-once",
  ),
  retry: choice(
    "repair: a handler whose thread is gone searches again; or, without knowing, one that has waited for a while",
    "never",
    "when-gone",
    "after-a-while",
  ),
  createChecks: flag(
    "repair: a handler creates a thread group only if there is none in the same step, and else searches again",
    false,
  ),
};
type Parameters = ValuesOf<typeof parameters>;

export const kernels = scalarset("kernel", { prefix: "K", size: "kernels" });
export const threads = scalarset("thread", { prefix: "T", size: "processThreads" });
type Kernel = Member<"kernel">;
export type Thread = Member<"thread">;

/** Where a thread is. In flight, a message has its context; while it arrives, the handler of the kernel has it. */
class ThreadState extends Record({
  stage: "runs" as "runs" | "in flight" | "arriving" | "exited",
  /** The kernel on which it runs or arrives. */
  at: null as Kernel | null,
  /** The thread group on this kernel that it is a thread of, while it runs. */
  group: null as number | null,
  /** Whether the search of another thread finds it. */
  found: true,
  /** Whether a second task was made of it. The second one is not followed: that there is one is a violation. */
  twice: false,
}) {}

/** What the handler of a thread that arrives is about to do. */
class Handler extends Record({
  stage: "none" as "none" | "searches" | "tells" | "creates" | "waits",
  at: null as Kernel | null,
  /** The thread that the search has found, until it is told to fork. */
  tells: null as Thread | null,
}) {}

class Migrate extends Record({ kind: "Migrate" as const, thread: null as Thread | null }) {}
const migrateOf = (thread: Thread) => new Migrate({ thread });

/** The signal, with the thread to be accommodated and the kernel whose handler sends it. */
class Sigfork extends Record({
  kind: "SIGFORK" as const,
  incoming: null as Thread | null,
  kernel: null as Kernel | null,
}) {}

const variables = () => ({
  thread: perMember(threads, new ThreadState()),
  handler: perMember(threads, new Handler()),
  /** Threads in flight, from the first kernel to the second. */
  link: perPair(kernels, Bag.of<Migrate>()),
  /** The SIGFORKs that are pending. */
  signal: perMember(threads, Bag.of<Sigfork>()),
});
export type ThreadMigrationState = StateOf<ReturnType<typeof variables>, Parameters>;
type State = ThreadMigrationState;
const { action, always, goal, leadsTo, reachable } = vocabulary<State>();

const atHandler = { k: kernels, t: threads };
type AtHandler = Binding<typeof atHandler>;

const runsAt = (state: State, k: Kernel) =>
  state.members(threads).filter((t) => state.thread(t).stage === "runs" && state.thread(t).at === k);
const groupsAt = (state: State, k: Kernel) => new Set(runsAt(state, k).map((t) => state.thread(t).group!));
/** The least number that no thread group of the process has on the kernel. */
function newGroupAt(state: State, k: Kernel): number {
  const groups = groupsAt(state, k);
  return Array.from({ length: groups.size + 1 }, (_, i) => i + 1).find((group) => !groups.has(group))!;
}

const searchesAgain = (state: State, t: Thread) =>
  state.withHandler(t, state.handler(t).merge({ stage: "searches", tells: null }));

/** Returns the state without what a thread that leaves has pending; undefined if it cannot leave. */
function left(state: State, t: Thread): State | undefined {
  if (state.thread(t).stage !== "runs") return undefined;
  const pending = state.signal(t);
  if (pending.isEmpty()) return state;
  if (state.parameters.leaving === "forks-first") return undefined;
  const dropped = state.withSignal(t, Bag.of<Sigfork>());
  if (state.parameters.retry !== "when-gone") return dropped;
  return pending.messages().reduce((next, { incoming }) => searchesAgain(next, incoming!), dropped);
}

const migrate = action(
  "Migrate",
  { t: threads, from: kernels, to: kernels },
  (state, { t, from, to }) => {
    if (from === to || state.thread(t).at !== from) return disabled;
    const without = left(state, t);
    if (without === undefined) return disabled;
    return without
      .withThread(t, state.thread(t).merge({ stage: "in flight", at: null, group: null }))
      .withLink(from, to, state.link(from, to).put(migrateOf(t)));
  },
  { says: "3.2: a thread migrates to a different kernel", environment: true, by: "from" },
);

const exit = action(
  "Exit",
  { t: threads },
  (state, { t }) => {
    const without = left(state, t);
    if (without === undefined) return disabled;
    return without.withThread(t, state.thread(t).merge({ stage: "exited", at: null, group: null }));
  },
  { says: "a thread ends", environment: true, by: "t" },
);

const arrive = action(
  "Arrive",
  { t: threads, from: kernels, to: kernels },
  (state, { t, from, to }) => {
    const message = migrateOf(t);
    if (from === to || state.link(from, to).count(message) === 0) return disabled;
    return state
      .withLink(from, to, state.link(from, to).take(message))
      .withThread(t, state.thread(t).merge({ stage: "arriving", at: to }))
      .withHandler(t, new Handler({ stage: "searches", at: to }));
  },
  { says: "3.2: a thread is moved to a kernel", fair: "weak", by: "to" },
);

const isAt = (state: State, { k, t }: AtHandler, stage: Handler["stage"]) =>
  state.handler(t).stage === stage && state.handler(t).at === k;

/** Makes a task of a thread in a thread group of a kernel: the thread runs, or does so twice. */
function started(state: State, t: Thread, k: Kernel, group: number): State {
  const thread = state.thread(t);
  const runs = { stage: "runs", at: k, group, found: true } as const;
  return state.withThread(t, thread.stage === "arriving" ? thread.merge(runs) : thread.set("twice", true));
}

function created(state: State, { k, t }: AtHandler): State {
  return started(state, t, k, newGroupAt(state, k)).withHandler(t, new Handler());
}

/** The handler sends SIGFORK to a thread, which may be gone, and waits for it to fork. */
function told(state: State, { k, t }: AtHandler, told: Thread): State {
  const waits = state.withHandler(t, new Handler({ stage: "waits", at: k }));
  const { signals, retry } = state.parameters;
  if (!runsAt(state, k).includes(told)) return retry === "when-gone" ? searchesAgain(waits, t) : waits;
  const [pending, sigfork] = [state.signal(told), new Sigfork({ incoming: t, kernel: k })];
  if (pending.count(sigfork) > 0 || (signals === "merged" && !pending.isEmpty())) return waits;
  return waits.withSignal(told, pending.put(sigfork));
}

const search = action(
  "Search",
  atHandler,
  (state, { k, t }) => {
    if (!isAt(state, { k, t }, "searches")) return disabled;
    const others = runsAt(state, k).filter((other) => other !== t && state.thread(other).found);
    if (state.parameters.lockedSearch)
      return others.length === 0
        ? created(state, { k, t })
        : chooseAny(others, (other) => told(state, { k, t }, other));
    const handler = state.handler(t);
    if (others.length === 0) return state.withHandler(t, handler.set("stage", "creates"));
    return chooseAny(others, (other) => state.withHandler(t, handler.merge({ stage: "tells", tells: other })));
  },
  { says: "3.2: it first searches for any other thread of the same thread group", fair: "weak", by: "k" },
);

const tell = action(
  "Tell",
  atHandler,
  (state, { k, t }) => (isAt(state, { k, t }, "tells") ? told(state, { k, t }, state.handler(t).tells!) : disabled),
  { says: "3.2: SIGFORK tells a thread of the thread group to fork", fair: "weak", by: "k" },
);

const create = action(
  "Create",
  atHandler,
  (state, { k, t }) => {
    if (!isAt(state, { k, t }, "creates")) return disabled;
    const { createChecks } = state.parameters;
    return createChecks && groupsAt(state, k).size > 0 ? searchesAgain(state, t) : created(state, { k, t });
  },
  { says: "3.2: a new process is created for a thread that finds no thread group", fair: "weak", by: "k" },
);

const giveUp = action(
  "GiveUp",
  atHandler,
  (state, { k, t }) => (isAt(state, { k, t }, "waits") ? searchesAgain(state, t) : disabled),
  { says: "a handler that has waited for a while searches again", fair: "weak", by: "k" },
);

const fork = action(
  "Fork",
  { parent: threads, t: threads },
  (state, { parent, t }) => {
    const { stage, at, group } = state.thread(parent);
    if (stage !== "runs") return disabled;
    const sigfork = new Sigfork({ incoming: t, kernel: at });
    if (state.signal(parent).count(sigfork) === 0) return disabled;
    const cloned = started(state.withSignal(parent, state.signal(parent).take(sigfork)), t, at!, group!);
    return isAt(state, { k: at!, t }, "waits") ? cloned.withHandler(t, new Handler()) : cloned;
  },
  { says: "3.2: SIGFORK forces a thread to clone itself for the incoming thread", fair: "weak", by: "parent" },
);

const oneGroup = always({
  name: "one thread group on a kernel",
  says: "3.2: threads that migrate to a kernel are part of the same process there",
  for: { k: kernels },
  holds: (state, { k }) => groupsAt(state, k).size <= 1,
  explain: (state, { k }) => {
    const groups = [...groupsAt(state, k)].sort();
    const named = (group: number) => names(runsAt(state, k).filter((t) => state.thread(t).group === group));
    return `on ${nameOf(k)}: ${groups.map((group) => `${named(group)} in thread group ${group}`).join("; ")}`;
  },
});

const notTwice = always({
  name: "no thread runs twice",
  says: "at most one task runs a thread",
  for: { t: threads },
  holds: (state, { t }) => !state.thread(t).twice,
  explain: (state, { t }) => `a second task was made of ${nameOf(t)} (${state.thread(t).stage})`,
});

const isToldOf = (state: State, t: Thread) =>
  state.members(threads).some((parent) =>
    state
      .signal(parent)
      .messages()
      .some(({ incoming }) => incoming === t),
  );
const isSent = (state: State, t: Thread) =>
  state.members(kernels).some((from) => state.others(from).some((to) => state.link(from, to).count(migrateOf(t)) > 0));

/** Whether nobody is going to make the thread run: no message has it, or its handler waits for what nobody does. */
function isLost(state: State, t: Thread): boolean {
  const [{ stage }, handler] = [state.thread(t), state.handler(t).stage];
  if (stage === "in flight") return !isSent(state, t);
  if (stage !== "arriving") return false;
  if (handler === "waits") return state.parameters.retry !== "after-a-while" && !isToldOf(state, t);
  return handler === "none";
}

const notLost = always({
  name: "no thread is lost",
  says: "a thread that has not exited runs, or is in flight, or somebody is about to make it run",
  for: { t: threads },
  holds: (state, { t }) => !isLost(state, t),
  explain: (state, { t }) => {
    const { stage, at } = state.thread(t);
    if (stage === "in flight") return `${nameOf(t)} is in flight, and no message has it`;
    return `${nameOf(t)} arrives on ${nameOf(at!)}; its handler: ${state.handler(t).stage}; no SIGFORK is pending for it`;
  },
});

const migrantRuns = leadsTo({
  name: "every migrant runs",
  says: "3.2: a thread that migrates joins its thread group, or a new one, and runs",
  for: { t: threads },
  from: (state, { t }) => state.thread(t).stage === "in flight" || state.thread(t).stage === "arriving",
  to: (state, { t }) => state.thread(t).stage === "runs",
  explain: (state, { t }) => `${nameOf(t)} is ${state.thread(t).stage}; its handler: ${state.handler(t).stage}`,
});

const bothWays = reachable({
  name: "both ways to run",
  says: "a thread that migrates creates a thread group in some run, and joins one in some",
  goals: [
    goal(
      "thread groups on two kernels",
      { k: kernels, other: kernels },
      (state, { k, other }) => k !== other && groupsAt(state, k).size > 0 && groupsAt(state, other).size > 0,
    ),
    goal("a thread that is told to fork", { t: threads }, (state, { t }) => !state.signal(t).isEmpty()),
    goal("an end of the process", {}, (state) =>
      state.members(threads).every((t) => state.thread(t).stage === "exited"),
    ),
  ],
});

export const threadMigration = model({
  name: "thread-migration",
  about: "Thread migration in Popcorn, by SIGFORK, after section 3.2 of the paper",
  parameters,
  contradiction: ({ createChecks, lockedSearch, retry, leaving }) => {
    if (createChecks && lockedSearch) return "--create-checks needs --no-locked-search: under a lock there is no gap";
    if (retry === "when-gone" && leaving === "forks-first" && lockedSearch)
      return "--retry when-gone needs --leaving at-once or --no-locked-search: else no thread that is told to fork is gone";
    return undefined;
  },
  variables,
  initial: (declared) =>
    declared.members(kernels).map((at) =>
      declared.members(threads).reduce((state, t) => {
        const found = state.parameters.finds === "every-thread";
        return state.withThread(t, new ThreadState({ at, group: 1, found }));
      }, declared),
    ),
  actions: ({ lockedSearch, retry }) => [
    migrate,
    exit,
    arrive,
    search,
    ...(lockedSearch ? [] : [tell, create]),
    ...(retry === "after-a-while" ? [giveUp] : []),
    fork,
  ],
  properties: () => [oneGroup, notTwice, notLost, migrantRuns, bothWays],
  headline: { thread: "stage", handler: "stage" },
  standings: {
    thread: ["runs", "in flight", "arriving", "exited"],
    handler: ["none", "searches", "tells", "creates", "waits"],
  },
  processes: [kernels, threads],
  channels: {
    link: { from: "first index", to: "second index" },
    signal: { from: ({ kernel }) => kernel, to: "index" },
  },
  assumptions: ({ retry }) => [
    "threads migrate as often as they like: the states are finite in number without a bound",
    "one process, whose threads all begin on one kernel; no thread is new, and a thread that has exited stays so",
    ...(retry === "after-a-while" ? followed : []),
  ],
});

/** What is left out where a SIGFORK may be sent twice for one thread. */
const followed = [
  "a second task of a thread is not followed: that it is made is the violation",
  "no thread has two SIGFORKs pending for the same thread",
  "a handler that still tries again ends when its thread arrives elsewhere",
];
