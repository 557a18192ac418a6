/** Two-phase commit with messages that are received: the manager's inbox names its senders in the messages. */
import { Record, Set } from "immutable";
import {
  Bag,
  disabled,
  integer,
  type Member,
  model,
  nameOf,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { by } from "./did.js";

const parameters = { rms: integer("resource managers", { default: 3, min: 1, max: 4 }) };
const rms = scalarset("resource manager", { prefix: "RM", size: "rms" });
type Rm = Member<"resource manager">;
const manager = singleProcess("TM", "decision", "prepared");

class ToManager extends Record({ kind: "Prepared" as "Prepared" | "Refused", rm: null as Rm | null }) {}
class ToRm extends Record({ kind: "Commit" as "Commit" | "Abort" }) {}

const variables = () => ({
  at: perMember(rms, "working"),
  decision: single("none"),
  prepared: single(Set<Rm>()),
  atManager: single(Bag.of<ToManager>()),
  atRm: perMember(rms, Bag.of<ToRm>()),
  did: single(by("")),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action } = vocabulary<State>();

const answer = (name: string, kind: ToManager["kind"], at: string) =>
  action(name, { rm: rms }, (state, { rm }) => {
    if (state.at(rm) !== "working") return disabled;
    return state
      .withAt(rm, at)
      .withAtManager(state.atManager().put(new ToManager({ kind, rm })))
      .withDid(by(nameOf(rm)).sends(nameOf(rm), "TM", kind));
  });

/** Decides, and tells all resource managers. */
function decide(state: State, kind: ToRm["kind"]): State {
  return state
    .members(rms)
    .reduce(
      (next, rm) =>
        next.withAtRm(rm, next.atRm(rm).put(new ToRm({ kind }))).withDid(next.did().sends("TM", nameOf(rm), kind)),
      state.withDecision(kind),
    );
}

/** The manager receives: a step whose binding names only a resource manager. */
const gather = action("Gather", { rm: rms }, (state, { rm }) => {
  const message = state
    .atManager()
    .takeable()
    .find((each) => each.rm === rm);
  if (message === undefined) return disabled;
  const taken = state
    .withAtManager(state.atManager().take(message))
    .withDid(by("TM").receives(nameOf(rm), "TM", message.kind));
  if (state.decision() !== "none") return taken;
  if (message.kind === "Refused") return decide(taken, "Abort");
  const prepared = state.prepared().add(rm);
  const next = taken.withPrepared(prepared);
  return prepared.size === state.members(rms).length ? decide(next, "Commit") : next;
});

const timeOut = action("TimeOut", {}, (state) =>
  state.decision() === "none" ? decide(state.withDid(by("TM")), "Abort") : disabled,
);

const obey = action("Obey", { rm: rms }, (state, { rm }) => {
  const [message] = state.atRm(rm).takeable();
  if (message === undefined) return disabled;
  return state
    .withAtRm(rm, state.atRm(rm).take(message))
    .withAt(rm, message.kind)
    .withDid(by(nameOf(rm)).receives("TM", nameOf(rm), message.kind));
});

export const commitByMessages = model({
  name: "commit-by-messages",
  about: "Two-phase commit with messages",
  parameters,
  variables,
  actions: () => [
    answer("Prepare", "Prepared", "prepared"),
    answer("Refuse", "Refused", "refused"),
    gather,
    timeOut,
    obey,
  ],
  properties: () => [],
  processes: [rms, manager],
  channels: { atManager: { from: (message) => message.rm, to: manager }, atRm: { from: manager, to: "index" } },
});
