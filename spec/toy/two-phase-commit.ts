/**
 * Two-phase commit (Gray and Lamport, "Consensus on Transaction Commit", 2006): a transaction manager (TM) asks
 * resource managers (RM) whether all are prepared, and tells them to commit or to abort.
 *
 * What to learn here: messages as an immutable set of records, in which nothing is ever lost or removed;
 * interchangeable members inside values (`tmPrepared`, and the sender in a message), which symmetry renames along with
 * everything else; and a run that ends: that is no deadlock unless `stuck` says that somebody still waits.
 *
 * After the TLA+ module TwoPhase (tlaplus/Examples), less its steps that change nothing, so that the end of a run can
 * be seen. As there, RMs prepare without being asked, and the TM may abort at any time, which stands for an RM's
 * refusal.
 */
import { Set as ImmutableSet, Record } from "immutable";
import {
  disabled,
  integer,
  type Member,
  model,
  nameOf,
  names,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

type RmState = "working" | "prepared" | "committed" | "aborted";
type TmState = "init" | "committed" | "aborted";

const parameters = { rms: integer("resource managers", { default: 3, min: 1, max: 6 }) };
const rms = scalarset("resource manager", { prefix: "RM", size: "rms" });
type Rm = Member<"resource manager">;

/** A message: Prepared comes from an RM; Commit and Abort go to all RMs. */
class Message extends Record({ type: "Prepared" as "Prepared" | "Commit" | "Abort", rm: null as Rm | null }) {}
const prepared = (rm: Rm) => new Message({ type: "Prepared", rm });
const commit = new Message({ type: "Commit" });
const abort = new Message({ type: "Abort" });

const variables = () => ({
  rmState: perMember(rms, "working" as RmState),
  tmState: single("init" as TmState),
  /** The RMs from which the TM has received Prepared. */
  tmPrepared: single(ImmutableSet<Rm>()),
  /** All messages that were ever sent. */
  msgs: single(ImmutableSet<Message>()),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action, always, goal, noDeadlock, reachable } = vocabulary<State>();

const tmRcvPrepared = action("TMRcvPrepared", { rm: rms }, (state, { rm }) => {
  if (state.tmState() !== "init" || !state.msgs().has(prepared(rm)) || state.tmPrepared().has(rm)) return disabled;
  return state.withTmPrepared(state.tmPrepared().add(rm));
});

const tmCommit = action("TMCommit", {}, (state) => {
  if (state.tmState() !== "init" || state.tmPrepared().size < state.parameters.rms) return disabled;
  return state.withTmState("committed").withMsgs(state.msgs().add(commit));
});

const tmAbort = action("TMAbort", {}, (state) =>
  state.tmState() === "init" ? state.withTmState("aborted").withMsgs(state.msgs().add(abort)) : disabled,
);

const rmPrepare = action("RMPrepare", { rm: rms }, (state, { rm }) => {
  if (state.rmState(rm) !== "working") return disabled;
  return state.withRmState(rm, "prepared").withMsgs(state.msgs().add(prepared(rm)));
});

const rmChooseToAbort = action("RMChooseToAbort", { rm: rms }, (state, { rm }) =>
  state.rmState(rm) === "working" ? state.withRmState(rm, "aborted") : disabled,
);

const rmReceive = (name: string, message: Message, then: RmState) =>
  action(name, { rm: rms }, (state, { rm }) =>
    state.msgs().has(message) && state.rmState(rm) !== then ? state.withRmState(rm, then) : disabled,
  );

const consistent = always({
  name: "TCConsistent",
  says: "no two resource managers decide differently",
  for: { rm1: rms, rm2: rms },
  holds: (state, { rm1, rm2 }) => !(state.rmState(rm1) === "aborted" && state.rmState(rm2) === "committed"),
  explain: (_state, { rm1, rm2 }) => `${nameOf(rm1)} has aborted, ${nameOf(rm2)} has committed`,
});

const undecided = (state: State) =>
  state.members(rms).filter((rm) => state.rmState(rm) !== "committed" && state.rmState(rm) !== "aborted");

const everybodyDecides = noDeadlock({
  name: "no deadlock",
  says: "a run ends only when every resource manager has decided",
  stuck: (state) => undecided(state).length > 0,
  explain: (state) => `undecided: ${names(undecided(state))}`,
});

const everyone = (state: State, decision: RmState) => state.members(rms).every((rm) => state.rmState(rm) === decision);

const bothOutcomes = reachable({
  name: "both outcomes",
  says: "a transaction can commit, and it can abort",
  goals: (["committed", "aborted"] as const).map((decision) =>
    goal(`all ${decision}`, {}, (state) => everyone(state, decision)),
  ),
});

export const twoPhaseCommit = model({
  name: "two-phase-commit",
  about: "Gray and Lamport's two-phase commit, after the TLA+ module TwoPhase",
  parameters,
  variables,
  actions: () => [
    tmRcvPrepared,
    tmCommit,
    tmAbort,
    rmPrepare,
    rmChooseToAbort,
    rmReceive("RMRcvCommitMsg", commit, "committed"),
    rmReceive("RMRcvAbortMsg", abort, "aborted"),
  ],
  properties: () => [consistent, everybodyDecides, bothOutcomes],
  processes: [rms, singleProcess("TM", "tmState", "tmPrepared")],
  standings: { rmState: ["working", "prepared", "committed", "aborted"] },
});
