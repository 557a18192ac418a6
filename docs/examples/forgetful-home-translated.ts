/**
 * A home and two processors, each with an inbox of its own: a multiset that its index receives from. The home grants a
 * copy to whoever asks, and forgets to ask for the other's: two processors own the line.
 *
 * Translated from forgetful-home.m by popcheck translate.
 */
import { is, Record } from "immutable";
import {
  Bag,
  type Binding,
  chooseAny,
  type Domains,
  disabled,
  integer,
  type Member,
  model,
  perMember,
  type Result,
  type StateOf,
  scalarset,
  single,
  union,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  procCount: integer("the constant ProcCount", { default: 2, min: 1, max: 65536 }),
};
type Parameters = ValuesOf<typeof parameters>;

const procs = scalarset("Proc", { prefix: "Proc_", size: "procCount" });
type Proc = Member<"Proc">;

type Home = Member<"Node">;

const nodes = union("Node", procs, "HomeType");
type Node = Home | Proc;
const HomeType = nodes.fixed("HomeType");

type MessageType = "Get" | "Data";
class Message extends Record({ mtype: "Get" as MessageType, src: HomeType as Node }) {}

type HomeStateState = "H_Idle" | "H_Owned";
class HomeState extends Record({ state: "H_Idle" as HomeStateState, owner: null as Node | null }) {}

type ProcStateState = "P_Invalid" | "P_Waiting" | "P_Owner";
class ProcState extends Record({ state: "P_Invalid" as ProcStateState }) {}

const variables = () => ({
  homeNode: single(new HomeState()),
  procs: perMember(procs, new ProcState()),
  net: perMember(nodes, Bag.of<Message>()),
});
type State = StateOf<ReturnType<typeof variables>, Parameters>;
const { action, always, noDeadlock } = vocabulary<State>();

function send(state: State, mtype: MessageType, dst: Node, src: Node): State {
  const msg = new Message({ mtype, src });
  return state.withNet(dst, added(state.net(dst), msg, state.parameters.procCount, "Net[dst]"));
}

function start(declared: State): State {
  let next = declared.withHomeNode(declared.homeNode().set("state", "H_Idle"));
  next = next.withHomeNode(next.homeNode().set("owner", null));
  for (const p of next.members(procs)) {
    next = next.withProcs(p, next.procs(p).set("state", "P_Invalid"));
  }
  for (const i of next.members(nodes)) {
    next = next.withNet(i, Bag.of<Message>());
  }
  return next;
}

const ask = mayStutter(
  "ask",
  { p: procs },
  (state, { p }) => {
    if (state.procs(p).state !== "P_Invalid") return disabled;
    const next = state.withProcs(p, state.procs(p).set("state", "P_Waiting"));
    return send(next, "Get", HomeType, p);
  },
  (state, { p }) => [state.procs(p).state, state.net(HomeType)],
);

const receive = mayStutter(
  "receive",
  { n: nodes },
  (state, { n }) =>
    chooseAny(
      state.net(n).takeable(),
      (m) => {
        let next = state;
        if (n === HomeType) {
          next = next.withHomeNode(next.homeNode().merge({ state: "H_Owned", owner: m.src }));
          next = send(next, "Data", m.src, HomeType);
        } else {
          const proc = among<Proc>(n, next.members(procs), "an index out of bounds: Procs[n] with #");
          next = next.withProcs(proc, next.procs(proc).set("state", "P_Owner"));
        }
        return next.withNet(n, next.net(n).take(m));
      },
      "m",
    ),
  (state) => [
    state.homeNode().state,
    state.homeNode().owner,
    ...state.members(nodes).map((i) => state.net(i)),
    ...state.members(procs).map((i) => state.procs(i).state),
  ],
);

const oneOwner = always({
  name: "one owner",
  says: "forall p: Proc do forall q: Proc do p != q -> !(Procs[p].state = P_Owner & Procs[q].sta...",
  for: { p: procs, q: procs },
  holds: (state, { p, q }) => p === q || state.procs(p).state !== "P_Owner" || state.procs(q).state !== "P_Owner",
  explain: () => "forall p: Proc do forall q: Proc do p != q -> !(Procs[p].state = P_Owner & Procs[q].sta... is false",
});

const deadlock = noDeadlock({
  name: "no deadlock",
  says: "in every state some rule leads to another state",
  stuck: () => true,
  explain: () => "no rule is enabled that changes the state",
});

export default model({
  name: "forgetful-home",
  about: "translated from forgetful-home.m, a Murphi model",
  parameters,
  variables,
  initial: (declared) => [start(declared)],
  actions: () => [...ask, ...receive],
  properties: () => [oneOwner, deadlock],
});

/**
 * Makes two actions of a rule that may leave the state as it is. Such a step counts for nothing against a deadlock, so
 * that it is one of the environment.
 * @param written what the rule may write
 */
function mayStutter<D extends Domains>(
  name: string,
  domains: D,
  rule: (state: State, binding: Binding<D>) => Result<State>,
  written: (state: State, binding: Binding<D>) => readonly unknown[],
) {
  const steps = (areWanted: boolean) => (state: State, binding: Binding<D>) => {
    const result = rule(state, binding);
    if (result === disabled) return disabled;
    const before = written(state, binding);
    const hasChanged = (next: State) => written(next, binding).some((value, i) => !isSame(value, before[i]));
    return [result as State | readonly State[]].flat().filter((next) => hasChanged(next) === areWanted);
  };
  return [
    action(name, domains, steps(true)),
    action(`${name} (changes nothing)`, domains, steps(false), { environment: true }),
  ];
}

/** Tells whether two values are the same. */
function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Bag && b instanceof Bag)
    return a.size === b.size && a.takeable().every((message) => a.count(message) === b.count(message));
  return is(a, b);
}

/** Returns a value that is one of some. @throws Error with these words for another one, which # stands for */
function among<T>(value: unknown, values: readonly unknown[], words: string): T {
  const shown = typeof value === "symbol" ? (value.description ?? "?") : String(value);
  if (value !== null && !values.includes(value)) throw new Error(words.replace("#", () => shown));
  return value as T;
}

/** Returns the bag with one more message. @throws Error if that is more than it holds */
function added<M>(bag: Bag<M>, message: M, capacity: number, place: string): Bag<M> {
  if (bag.size >= capacity) throw new Error(`a message too many: ${place} holds ${capacity} at the most`);
  return bag.put(message);
}
