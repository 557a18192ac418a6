/**
 * Paxos Commit as in paxos-commit.ts, split by hand: each kind of message is a variable of its own, with a bit for each
 * content, and each acceptor's knowledge of each resource manager another.
 */
import { Record } from "immutable";
import {
  disabled,
  integer,
  type Member,
  matrix,
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
  ballots: integer("highest ballot", { default: 1, min: 0, max: 1 }),
};
type P = ValuesOf<typeof parameters>;
const rms = scalarset("rm", { prefix: "r", size: "rms" });
const accs = scalarset("acceptor", { prefix: "a", size: "accs" });
type Rm = Member<"rm">;
type Acc = Member<"acceptor">;
type V = "prepared" | "aborted" | "none";
class Acceptor extends Record({ mbal: 0, bal: -1, val: "none" as V }) {}
class One extends Record({ sent: false, bal: -1, val: "none" as V }) {}
class Two extends Record({ prepared0: false, aborted0: false, prepared1: false, aborted1: false }) {}
const variables = () => ({
  rmState: perMember(rms, "working" as "working" | "prepared" | "committed" | "aborted"),
  aState: matrix(rms, accs, new Acceptor()),
  p1a: perMember(rms, false),
  p1b: matrix(rms, accs, new One()),
  p2a: perMember(rms, new Two()),
  p2b: matrix(rms, accs, new Two()),
  commit: single(false),
  abort: single(false),
});
type State = StateOf<ReturnType<typeof variables>, P>;
const { action, always, goal, reachable } = vocabulary<State>();
const bit = (val: V, bal: number) => `${val}${bal}` as "prepared0";
const prepare = action("RMPrepare", { rm: rms }, (s, { rm }) =>
  s.rmState(rm) !== "working" ? disabled : s.withP2a(rm, s.p2a(rm).set("prepared0", true)).withRmState(rm, "prepared"),
);
const abort = action("RMChooseToAbort", { rm: rms }, (s, { rm }) =>
  s.rmState(rm) !== "working" ? disabled : s.withP2a(rm, s.p2a(rm).set("aborted0", true)).withRmState(rm, "aborted"),
);
const rcvCommit = action("RMRcvCommit", { rm: rms }, (s, { rm }) =>
  s.commit() ? s.withRmState(rm, "committed") : disabled,
);
const rcvAbort = action("RMRcvAbort", { rm: rms }, (s, { rm }) =>
  s.abort() ? s.withRmState(rm, "aborted") : disabled,
);
const phase1a = action("Phase1a", { bal: oneOf(1), rm: rms }, (s, { rm }) => s.withP1a(rm, true));
function majorities(all: readonly Acc[]): Acc[][] {
  const size = Math.floor(all.length / 2) + 1;
  const subsets = all.reduce<Acc[][]>((ss, a) => ss.flatMap((x) => [x, [...x, a]]), [[]]);
  return subsets.filter((x) => x.length === size);
}
const phase2a = action("Phase2a", { bal: oneOf(1), rm: rms }, (s, { rm }) => {
  if (s.p2a(rm).prepared1 || s.p2a(rm).aborted1) return disabled;
  return majorities(s.members(accs)).flatMap((q) => {
    if (!q.every((a) => s.p1b(rm, a).sent)) return [];
    const max = Math.max(...q.map((a) => s.p1b(rm, a).bal));
    const val = max === -1 ? "aborted" : s.p1b(rm, q.find((a) => s.p1b(rm, a).bal === max)!).val;
    return [s.withP2a(rm, s.p2a(rm).set(bit(val, 1), true))];
  });
});
const decide = action("Decide", {}, (s) => {
  const decided = (rm: Rm, val: V) =>
    [0, 1].some((bal) => majorities(s.members(accs)).some((q) => q.every((acc) => s.p2b(rm, acc).get(bit(val, bal)))));
  const all = s.members(rms);
  return [
    ...(all.every((r) => decided(r, "prepared")) ? [s.withCommit(true)] : []),
    ...(all.some((r) => decided(r, "aborted")) ? [s.withAbort(true)] : []),
  ];
});
const phase1b = action("Phase1b", { acc: accs }, (s, { acc }) =>
  s.members(rms).flatMap((rm) => {
    if (!s.p1a(rm)) return [];
    const st = s.aState(rm, acc);
    if (st.mbal >= 1) return [];
    return [
      s.withP1b(rm, acc, new One({ sent: true, bal: st.bal, val: st.val })).withAState(rm, acc, st.set("mbal", 1)),
    ];
  }),
);
const phase2b = action("Phase2b", { acc: accs }, (s, { acc }) =>
  s.members(rms).flatMap((rm) =>
    (
      [
        ["prepared", 0],
        ["aborted", 0],
        ["prepared", 1],
        ["aborted", 1],
      ] as const
    ).flatMap(([val, bal]) => {
      if (!s.p2a(rm).get(bit(val, bal))) return [];
      const st = s.aState(rm, acc);
      if (st.mbal > bal) return [];
      return [
        s
          .withP2b(rm, acc, s.p2b(rm, acc).set(bit(val, bal), true))
          .withAState(rm, acc, new Acceptor({ mbal: bal, bal, val })),
      ];
    }),
  ),
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
  name: "paxos-commit-split",
  about: "Paxos Commit, split by hand",
  parameters,
  variables,
  actions: () => [prepare, abort, rcvCommit, rcvAbort, phase1a, phase2a, decide, phase1b, phase2b],
  properties: () => [consistent, both],
});
