/**
 * Paxos Commit (Gray and Lamport 2006) as its TLA+ module says it: all messages that were ever sent lie in one set, and
 * what the acceptors know of each resource manager in one map.
 */
import { Map as IMap, Set as ISet, Record } from "immutable";
import {
  disabled,
  integer,
  type Member,
  model,
  nameOf,
  oneOf,
  perMember,
  type StateOf,
  scalarset,
  single,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

const parameters = {
  rms: integer("resource managers", { default: 2, min: 1, max: 4 }),
  accs: integer("acceptors", { default: 3, min: 1, max: 5 }),
  ballots: integer("highest ballot", { default: 1, min: 0, max: 3 }),
};
type P = ValuesOf<typeof parameters>;
const rms = scalarset("rm", { prefix: "r", size: "rms" });
const accs = scalarset("acceptor", { prefix: "a", size: "accs" });
type Rm = Member<"rm">;
type Acc = Member<"acceptor">;
type V = "prepared" | "aborted" | "none";
class Msg extends Record({
  type: "1a" as "1a" | "1b" | "2a" | "2b" | "Commit" | "Abort",
  ins: null as Rm | null,
  mbal: -1,
  bal: -1,
  val: "none" as V,
  acc: null as Acc | null,
}) {}
class Acceptor extends Record({ mbal: 0, bal: -1, val: "none" as V }) {}

const variables = ({ accs: n }: P) => ({
  rmState: perMember(rms, "working" as "working" | "prepared" | "committed" | "aborted"),
  aState: perMember(
    rms,
    IMap<Acc, Acceptor>(Array.from({ length: n }, (_, i) => [accs.member(i), new Acceptor()] as [Acc, Acceptor])),
  ),
  msgs: single(ISet<Msg>()),
});
type State = StateOf<ReturnType<typeof variables>, P>;
const { action, always, goal, reachable } = vocabulary<State>();
const send = (s: State, m: Msg) => s.withMsgs(s.msgs().add(m));

const prepare = action("RMPrepare", { rm: rms }, (s, { rm }) =>
  s.rmState(rm) !== "working"
    ? disabled
    : send(s, new Msg({ type: "2a", ins: rm, bal: 0, val: "prepared" })).withRmState(rm, "prepared"),
);
const abort = action("RMChooseToAbort", { rm: rms }, (s, { rm }) =>
  s.rmState(rm) !== "working"
    ? disabled
    : send(s, new Msg({ type: "2a", ins: rm, bal: 0, val: "aborted" })).withRmState(rm, "aborted"),
);
const rcvCommit = action("RMRcvCommit", { rm: rms }, (s, { rm }) =>
  s.msgs().has(new Msg({ type: "Commit" })) ? s.withRmState(rm, "committed") : disabled,
);
const rcvAbort = action("RMRcvAbort", { rm: rms }, (s, { rm }) =>
  s.msgs().has(new Msg({ type: "Abort" })) ? s.withRmState(rm, "aborted") : disabled,
);
const phase1a = (b: number) =>
  action("Phase1a", { bal: oneOf(...Array.from({ length: b }, (_, i) => i + 1)), rm: rms }, (s, { bal, rm }) =>
    send(s, new Msg({ type: "1a", ins: rm, bal })),
  );

function majorities(all: readonly Acc[]): Acc[][] {
  const sizes = Math.floor(all.length / 2) + 1;
  const subsets = all.reduce<Acc[][]>((ss, a) => ss.flatMap((s) => [s, [...s, a]]), [[]]);
  return subsets.filter((s) => s.length === sizes);
}
const phase2a = (b: number) =>
  action("Phase2a", { bal: oneOf(...Array.from({ length: b }, (_, i) => i + 1)), rm: rms }, (s, { bal, rm }) => {
    const ms = s.msgs();
    if (ms.some((m) => m.type === "2a" && m.bal === bal && m.ins === rm)) return disabled;
    return majorities(s.members(accs)).flatMap((q) => {
      const set = ms.filter((m) => m.type === "1b" && m.ins === rm && m.mbal === bal && q.includes(m.acc!));
      if (!q.every((a) => set.some((m) => m.acc === a))) return [];
      const max = Math.max(...set.map((m) => m.bal));
      const val = max === -1 ? "aborted" : set.find((m) => m.bal === max)!.val;
      return [send(s, new Msg({ type: "2a", ins: rm, bal, val }))];
    });
  });
const decide = action("Decide", {}, (s) => {
  const decided = (rm: Rm, val: V) =>
    Array.from({ length: s.parameters.ballots + 1 }, (_, i) => i).some((bal) =>
      majorities(s.members(accs)).some((q) =>
        q.every((acc) => s.msgs().has(new Msg({ type: "2b", ins: rm, bal, val, acc }))),
      ),
    );
  const all = s.members(rms);
  return [
    ...(all.every((r) => decided(r, "prepared")) ? [send(s, new Msg({ type: "Commit" }))] : []),
    ...(all.some((r) => decided(r, "aborted")) ? [send(s, new Msg({ type: "Abort" }))] : []),
  ];
});
const phase1b = action("Phase1b", { acc: accs }, (s, { acc }) =>
  s
    .msgs()
    .toArray()
    .flatMap((m) => {
      if (m.type !== "1a") return [];
      const st = s.aState(m.ins!).get(acc)!;
      if (st.mbal >= m.bal) return [];
      return [
        send(s, new Msg({ type: "1b", ins: m.ins, mbal: m.bal, bal: st.bal, val: st.val, acc })).withAState(
          m.ins!,
          s.aState(m.ins!).set(acc, st.set("mbal", m.bal)),
        ),
      ];
    }),
);
const phase2b = action("Phase2b", { acc: accs }, (s, { acc }) =>
  s
    .msgs()
    .toArray()
    .flatMap((m) => {
      if (m.type !== "2a") return [];
      const st = s.aState(m.ins!).get(acc)!;
      if (st.mbal > m.bal) return [];
      return [
        send(s, new Msg({ type: "2b", ins: m.ins, bal: m.bal, val: m.val, acc })).withAState(
          m.ins!,
          s.aState(m.ins!).set(acc, new Acceptor({ mbal: m.bal, bal: m.bal, val: m.val })),
        ),
      ];
    }),
);
const consistent = always({
  name: "TCConsistent",
  says: "",
  for: { a: rms, b: rms },
  holds: (s, { a, b }) => !(s.rmState(a) === "aborted" && s.rmState(b) === "committed"),
  explain: (_s, { a, b }) => `${nameOf(a)} ${nameOf(b)}`,
});
const both = reachable({
  name: "both",
  says: "",
  goals: [
    goal("committed", { r: rms }, (s, { r }) => s.rmState(r) === "committed"),
    goal("aborted", { r: rms }, (s, { r }) => s.rmState(r) === "aborted"),
  ],
});

export default model({
  name: "paxos-commit",
  about: "Paxos Commit",
  parameters,
  variables,
  actions: ({ ballots }) => [
    prepare,
    abort,
    rcvCommit,
    rcvAbort,
    ...(ballots > 0 ? [phase1a(ballots), phase2a(ballots)] : []),
    decide,
    phase1b,
    phase2b,
  ],
  properties: () => [consistent, both],
});
