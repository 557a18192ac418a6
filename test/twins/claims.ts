/** What the Promela twins claim of runs, said again of popcheck's models, by the names of the `ltl` formulas. */
import type { IndexSet, Member, StateOf, ValuesOf, Variable } from "../../checker/model/index.js";
import type { AnyModel, Model } from "../../checker/model/model.js";
import type { Parameters } from "../../checker/model/parameters.js";
import type { LivenessKind } from "../../checker/model/property.js";
import type { Variables } from "../../checker/model/variables.js";
import { kernels, type Page } from "../../spec/popcorn/copy.js";
import { popcorn } from "../../spec/popcorn/index.js";
import type { PopcornState } from "../../spec/popcorn/state.js";
import { peterson } from "../../spec/toy/peterson.js";
import { starvingMutex } from "../../spec/toy/starving-mutex.js";
import { tokenRing } from "../../spec/toy/token-ring.js";
import type { Own } from "./variants.js";

type Predicate<S, M> = (state: S, member: M) => boolean;

export interface Claim<S, M> {
  readonly kind: LivenessKind;
  /** Of `leads to`. */
  readonly from: Predicate<S, M> | undefined;
  readonly holds: Predicate<S, M>;
}
export type AnyClaim = Claim<Own, Own>;

export interface Twin {
  /** Of the Promela file. */
  readonly name: string;
  readonly model: AnyModel;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Whose the claims are of which there is one for each member: their names end in `_1`, `_2`, … */
  readonly members: IndexSet;
  /** By name, without `strong_` and `not_` before it and a member's number after it. */
  readonly claims: Readonly<Record<string, AnyClaim>>;
}

type StatesOf<T> = T extends Model<infer P, infer V> ? StateOf<V, ValuesOf<P>> : never;
type MemberOf<T> = T extends IndexSet<infer M> ? M : never;

function twin<P extends Parameters, V extends Variables, M extends Member>(of: {
  readonly name: string;
  readonly model: Model<P, V>;
  readonly parameters: Partial<ValuesOf<P>>;
  readonly members: IndexSet<M>;
  readonly claims: Readonly<Record<string, Claim<StateOf<V, ValuesOf<P>>, M>>>;
}): Twin {
  return { ...of, members: of.members as unknown as IndexSet };
}

/** The four forms, of a model's states and members. */
function forms<S, M>() {
  type Of = Predicate<S, M>;
  const form =
    (kind: LivenessKind) =>
    (holds: Of): Claim<S, M> => ({ kind, from: undefined, holds });
  return {
    leadsTo: (from: Of, holds: Of): Claim<S, M> => ({ kind: "leads to", from, holds }),
    eventually: form("eventually"),
    alwaysEventually: form("always eventually"),
    eventuallyAlways: form("eventually always"),
  };
}

/** What a variable is indexed by. */
function indexOf<M extends Member>({ sets }: Variable<unknown, [M]>): IndexSet<M> {
  return sets[0] as unknown as IndexSet<M>;
}

const processes = indexOf(peterson.variables({}).location);
const inPeterson = forms<StatesOf<typeof peterson>, MemberOf<typeof processes>>();

const petersonTwin = twin({
  name: "peterson",
  model: peterson,
  parameters: {},
  members: processes,
  claims: {
    who_wants_enters: inPeterson.leadsTo(
      (state, i) => state.location(i) === "give way",
      (state, i) => state.location(i) === "critical",
    ),
    rests: inPeterson.alwaysEventually((state, i) => state.location(i) === "rest"),
    enters: inPeterson.alwaysEventually((state, i) => state.location(i) === "critical"),
    yields: inPeterson.eventuallyAlways((state, i) => state.turn() !== i),
    somebody: inPeterson.eventually((state) => state.members(processes).some((i) => state.location(i) === "critical")),
  },
});

type Mutex = StatesOf<typeof starvingMutex>;
const contenders = indexOf(starvingMutex.variables({ processes: 2, fairness: "weak" }).location);
const inMutex = forms<Mutex, MemberOf<typeof contenders>>();
const somebody = (state: Mutex, location: "wait" | "critical") =>
  state.members(contenders).some((i) => state.location(i) === location);

const starvingMutexTwin = twin({
  name: "starving-mutex",
  model: starvingMutex,
  parameters: { processes: 2 },
  members: contenders,
  claims: {
    gets_in: inMutex.leadsTo(
      (state, i) => state.location(i) === "wait",
      (state, i) => state.location(i) === "critical",
    ),
    somebody: inMutex.leadsTo(
      (state) => somebody(state, "wait"),
      (state) => somebody(state, "critical"),
    ),
    free: inMutex.alwaysEventually((state) => !state.locked()),
    waiting_ends: inMutex.alwaysEventually((state, i) => state.location(i) !== "wait"),
    quiet: inMutex.eventuallyAlways((state) => !somebody(state, "wait")),
    used: inMutex.eventually((state) => state.locked()),
  },
});

type Ring = StatesOf<typeof tokenRing>;
const nodes = indexOf(tokenRing.variables({ nodes: 3, start: "anyhow" }).location);
type Node = MemberOf<typeof nodes>;
const inRing = forms<Ring, Node>();
/** As the twin says it, not as the model does. */
function hasToken(state: Ring, node: Node): boolean {
  const counters = state.members(nodes).map((i) => state.counter(i));
  const place = state.members(nodes).indexOf(node);
  return place === 0 ? counters[0] === counters.at(-1) : counters[place] !== counters[place - 1];
}
const howMany = (state: Ring, which: Predicate<Ring, Node>) =>
  state.members(nodes).filter((i) => which(state, i)).length;

const tokenRingTwin = twin({
  name: "token-ring",
  model: tokenRing,
  parameters: { nodes: 3, start: "anyhow" },
  members: nodes,
  claims: {
    gets_in: inRing.leadsTo(
      (state, i) => state.location(i) === "want",
      (state, i) => state.location(i) === "critical",
    ),
    comes: inRing.alwaysEventually(hasToken),
    one_token: inRing.eventuallyAlways((state) => howMany(state, hasToken) === 1),
    exclusion: inRing.eventuallyAlways((state) => howMany(state, (_, i) => state.location(i) === "critical") <= 1),
    settles: inRing.eventuallyAlways(hasToken),
    enters: inRing.eventually((state, i) => state.location(i) === "critical"),
    again: inRing.alwaysEventually((state, i) => state.location(i) === "critical"),
  },
});

type Kernel = MemberOf<typeof kernels>;
const inPopcorn = forms<PopcornState, Kernel>();
const isOneOf =
  (...pages: Page[]) =>
  (state: PopcornState, k: Kernel) =>
    pages.includes(state.copy(k).page);
const writes = isOneOf("WritingPend1", "WritingPend2", "WritingRead");
const reads = isOneOf("InvalidRead1");
const fetches = isOneOf("WritingRead");
const isValid = isOneOf("Shared", "Modified");
const hasData = (state: PopcornState, k: Kernel) => state.copy(k).answered && state.copy(k).data !== null;

const popcornTwin = twin({
  name: "popcorn-4.4-2",
  model: popcorn,
  parameters: { stage: "4.4", kernels: 2, clocksAdvance: false },
  members: kernels,
  claims: {
    modified: inPopcorn.leadsTo(writes, isOneOf("Modified")),
    shared: inPopcorn.leadsTo(reads, isOneOf("Shared")),
    election: inPopcorn.leadsTo(isOneOf("WritingPend1"), (state, k) => state.copy(k).page !== "WritingPend1"),
    tries_again: inPopcorn.leadsTo(isOneOf("WritingPend2"), isOneOf("WritingPend1", "Modified")),
    fetches: inPopcorn.leadsTo(isOneOf("WritingPend2"), isOneOf("WritingRead")),
    installs: inPopcorn.leadsTo((state, k) => reads(state, k) && hasData(state, k), isOneOf("Shared")),
    votes_again: inPopcorn.leadsTo((state, k) => fetches(state, k) && hasData(state, k), isOneOf("WritingPend1")),
    answered: inPopcorn.alwaysEventually((state, k) => state.copy(k).awaiting.isEmpty()),
    invalid: inPopcorn.alwaysEventually(isOneOf("Invalid")),
    quiet: inPopcorn.eventuallyAlways((state) => !state.members(kernels).some((k) => writes(state, k))),
    settled: inPopcorn.eventuallyAlways((state) => state.members(kernels).some((k) => isValid(state, k))),
    both: inPopcorn.eventually((state) => state.members(kernels).every((k) => state.copy(k).page === "Shared")),
  },
});

export const twins: readonly Twin[] = [petersonTwin, starvingMutexTwin, tokenRingTwin, popcornTwin];
