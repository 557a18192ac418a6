/**
 * Another model checker's opinion of liveness: Spin decides each claim of the Promela twins, and its negation, and
 * popcheck must come to the same verdicts, weakly fair and without fairness, with symmetry and without. A claim and its
 * negation are both violated if some runs are so and others not; so both together say whether all runs, none, or some
 * satisfy it.
 *
 * Only verdicts are compared, and states and steps without a claim: what a search for cycles stores is each tool's own
 * affair.
 */
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { describe, expect, test } from "vitest";
import { perMember, single, vocabulary } from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import type { Liveness } from "../../checker/model/property.js";
import { checkSync } from "../../checker/search/check.js";
import type { Outcome, Verdict } from "../../checker/search/outcome.js";
import { exceptRelease } from "../support/extent.js";
import { type AnyClaim, type Twin, twins } from "./claims.js";
import { runSpin, runSpinLtl, type SpinFairness, spinClaims } from "./peers.js";
import { monitored, type Own, withFairness } from "./variants.js";

const fileOf = ({ name }: Twin) => join(import.meta.dirname, `${name}.pml`);

// Spin's opinion

type Verdicts = Readonly<Record<string, Verdict>>;
const spins = new Map<Twin, Promise<Readonly<Record<SpinFairness, Verdicts>>>>();

/** Of every claim of a twin, whose verifier is built once. */
function spinOn(twin: Twin): Promise<Readonly<Record<SpinFairness, Verdicts>>> {
  const known = spins.get(twin) ?? askSpin(twin);
  spins.set(twin, known);
  return known;
}

async function askSpin(twin: Twin) {
  const model = fileOf(twin);
  const runs = await runSpinLtl({ model, claims: await spinClaims(model), fairness: ["weak", "none"] });
  const verdicts = (wanted: SpinFairness): Verdicts =>
    Object.fromEntries(
      runs
        .filter(({ fairness }) => fairness === wanted)
        .map(({ claim, violated }) => [claim, violated ? "violated" : "holds"]),
    );
  return { weak: verdicts("weak"), none: verdicts("none") };
}

/** What the name of a claim says: `strong_not_gets_in_1`. */
interface Parsed {
  /** The name of the claim that it is, or denies. */
  readonly base: string;
  readonly strong: boolean;
  readonly negated: boolean;
  /** From 0 on. */
  readonly member: number | undefined;
}

function parsed(name: string): Parsed {
  const [, strong, not, base, number] = /^(strong_)?(not_)?(.+?)(?:_(\d))?$/.exec(name)!;
  const member = number === undefined ? undefined : Number(number) - 1;
  return { base: base!, strong: strong !== undefined, negated: not !== undefined, member };
}

// Popcheck's opinion

const { eventually, leadsTo, alwaysEventually, eventuallyAlways } = vocabulary<Own>();

/** Whose a claim is, where it is a member's: any one's, told by his place, or everybody's. */
type Whose = "one member" | "every member";

/** A claim, as a property of popcheck. */
interface Asked extends Pick<Parsed, "base" | "strong" | "member"> {
  readonly twin: Twin;
  readonly whose: Whose;
}

const isEverybodys = ({ member, whose }: Asked) => member !== undefined && whose === "every member";

/** The property of a claim: with a binding for each member, or for the one meant. */
function property(name: string, { kind, from, holds }: AnyClaim, asked: Asked): Liveness<Own> {
  const { twin, member } = asked;
  const meant = member === undefined ? undefined : twin.members.member(member);
  const whom = (binding: Own) => (isEverybodys(asked) ? binding.i : meant);
  const of = {
    ...{ name, says: name, for: isEverybodys(asked) ? { i: twin.members } : {}, explain: () => name },
    holds: (state: Own, binding: Own) => holds(state, whom(binding)),
  };
  switch (kind) {
    case "leads to":
      return leadsTo({ ...of, from: (state, binding) => from!(state, whom(binding)), to: of.holds });
    case "eventually":
      return eventually(of);
    case "always eventually":
      return alwaysEventually(of);
    case "eventually always":
      return eventuallyAlways(of);
  }
}

const recurs = (holds: AnyClaim["holds"]): AnyClaim => ({ kind: "always eventually", from: undefined, holds });
const settles = (holds: AnyClaim["holds"]): AnyClaim => ({ kind: "eventually always", from: undefined, holds });

/** Whether the model must remember something for a claim to be denied by a property of popcheck. */
const needsMonitor = ({ kind }: AnyClaim) => kind === "leads to" || kind === "eventually";

/** A claim and its denial, each in one or several ways, by name. */
function ways(claim: AnyClaim, asked: Asked): Liveness<Own>[] {
  const { holds, kind } = claim;
  if (needsMonitor(claim)) {
    const due = (state: Own, i: Own): boolean => (isEverybodys(asked) ? state.monitor(i) : state.monitor());
    return [
      property("claim, beside a monitor", claim, asked),
      property(
        "claim, by a monitor",
        recurs((state, i) => !due(state, i)),
        asked,
      ),
      property("denial, by a monitor", settles(due), asked),
    ];
  }
  const denies: AnyClaim["holds"] = (state, i) => !holds(state, i);
  const denial = kind === "always eventually" ? settles(denies) : recurs(denies);
  return [property("claim", claim, asked), property("denial", denial, asked)];
}

/**
 * The model that remembers what is due: `holds`, since `from` held without it; for `eventually`, since the beginning. A
 * run has the claim if again and again nothing is due, and lacks it if in the end something is for ever.
 */
function withMonitor(model: AnyModel, { kind, from, holds }: AnyClaim, asked: Asked): AnyModel {
  const { members } = asked.twin;
  const isDue = (was: boolean, state: Own, i: Own) => !holds(state, i) && (was || (from?.(state, i) ?? false));
  const initial = kind === "eventually";
  if (!isEverybodys(asked)) {
    const i = asked.member === undefined ? undefined : members.member(asked.member);
    return monitored(model, single(initial), (state) => state.withMonitor(isDue(state.monitor(), state, i)));
  }
  return monitored(model, perMember(members, initial), (state) =>
    state.members(members).reduce((next: Own, i: Own) => next.withMonitor(i, isDue(next.monitor(i), next, i)), state),
  );
}

interface How {
  readonly whose: Whose;
  readonly symmetry: boolean;
}

/** Without weak fairness, what is strongly fair stays so: with Spin that is part of the claim. */
function fairModel({ model }: Twin, fairness: SpinFairness): AnyModel {
  return fairness === "weak" ? model : withFairness(model, ({ fair }) => (fair === "weak" ? undefined : fair));
}

/** The verdicts on a claim and its denial, by the way that they are asked. */
function popcheck(model: AnyModel, asked: Asked, symmetry: boolean): Verdicts {
  const { twin, base, strong } = asked;
  const claim = twin.claims[base];
  if (claim === undefined) throw new Error(`${twin.name}.pml has a claim ${base}, which claims.ts does not know`);
  const parameters = strong ? { ...twin.parameters, fairness: "strong" } : twin.parameters;
  const verdicts = (of: AnyModel, properties: Liveness<Own>[]) => {
    const outcome = checkSync(new Instance({ ...of, properties: () => properties }, parameters), { symmetry });
    return outcome.properties.map(({ name, verdict }) => [name, verdict]);
  };
  const plain = needsMonitor(claim) ? verdicts(model, [property("claim", claim, asked)]) : [];
  const withWays = needsMonitor(claim) ? withMonitor(model, claim, asked) : model;
  return Object.fromEntries([...plain, ...verdicts(withWays, ways(claim, asked))]);
}

/**
 * Popcheck's verdicts on what Spin's claims say, by their names and by the ways that they are asked; and Spin's,
 * likewise.
 */
async function compared(twin: Twin, model: AnyModel, fairness: SpinFairness, { whose, symmetry }: How) {
  const spin = (await spinOn(twin))[fairness];
  const known = new Map<string, Verdicts>();
  const own: Record<string, Verdicts> = {};
  const peer: Record<string, Verdicts> = {};
  for (const [name, verdict] of Object.entries(spin)) {
    const { negated, ...claim } = parsed(name);
    const asked = { ...claim, twin, whose };
    const key = JSON.stringify([claim.base, claim.strong, isEverybodys(asked) || claim.member]);
    const verdicts = known.get(key) ?? popcheck(model, asked, symmetry);
    known.set(key, verdicts);
    const meant = Object.entries(verdicts).filter(([way]) => way.startsWith(negated ? "denial" : "claim"));
    own[name] = Object.fromEntries(meant);
    peer[name] = Object.fromEntries(meant.map(([way]) => [way, verdict]));
  }
  return { own, peer };
}

const isSymmetric = ({ model, parameters, members }: Twin) =>
  !members.ordered(new Instance(model, parameters).parameters);

/** Members that are told apart have a property each, whatever is said of symmetry. */
function howsOf(twin: Twin): How[] {
  if (!isSymmetric(twin)) return [true, false].map((symmetry) => ({ whose: "one member", symmetry }));
  const everybodys = [true, false].map((symmetry) => ({ whose: "every member" as const, symmetry }));
  return [...everybodys, { whose: "one member", symmetry: false }];
}

/**
 * The names of the claims and denials on which popcheck and Spin do not agree, when popcheck is given another model.
 */
async function disagreements(twin: Twin, model: AnyModel): Promise<string[]> {
  const { own, peer } = await compared(twin, model, "weak", howsOf(twin)[0]!);
  return Object.keys(peer).filter((name) => !isDeepStrictEqual(own[name], peer[name]));
}

const explored = (model: AnyModel, { parameters }: Twin, symmetry = false) =>
  checkSync(new Instance({ ...model, properties: () => [] }, parameters), { symmetry });

/** Of those that ever happen. */
function fairActionsOf(twin: Twin): string[] {
  const { fired } = explored(twin.model, twin);
  const { actions } = new Instance(twin.model, twin.parameters);
  return [...new Set(actions.flatMap(({ action: { name, fair } }) => (fair && fired[name]! > 0 ? [name] : [])))];
}

describe.each(twins.map((twin) => [twin.name, twin] as const))("%s", (_, twin) => {
  test("every claim that popcheck knows is one of Spin's, and so is its negation", async () => {
    const names = (await spinClaims(fileOf(twin))).map(parsed);
    const bases = (negated: boolean) => new Set(names.flatMap((name) => (name.negated === negated ? [name.base] : [])));
    const known = new Set(Object.keys(twin.claims));
    expect([bases(false), bases(true)]).toEqual([known, known]);
  });

  const cases = (["weak", "none"] as const).flatMap((fairness) =>
    howsOf(twin).map((how) => [fairness, how.symmetry ? "with" : "without", how.whose, how] as const),
  );
  test.each(cases)(
    "Spin's verdicts are popcheck's: fairness %s, %s symmetry, %s",
    async (fairness, _with, _whose, how) => {
      const { own, peer } = await compared(twin, fairModel(twin, fairness), fairness, how);
      expect(own).toEqual(peer);
    },
  );

  test("symmetry is in force where members are alike", () => {
    expect(explored(twin.model, twin, true).symmetry.sets.length).toBe(isSymmetric(twin) ? 1 : 0);
  });

  test("as many states, and as many steps", async () => {
    const gccFlags = ["-DNOCLAIM", "-DSAFETY", "-DNOREDUCE"];
    const { states, transitions, errors } = await runSpin({ model: fileOf(twin), gccFlags });
    const { distinct, generated } = explored(twin.model, twin);
    // Where there are several initial states, Spin chooses from one before them.
    const { length } = new Instance(twin.model, twin.parameters).initial;
    const [before, choices] = length > 1 ? [1, length] : [0, 0];
    // In all others the environment may idle; and pan counts its first state as a transition.
    const own = { states: before + distinct, transitions: 1 + choices + generated + distinct };
    expect({ states, transitions, errors }).toEqual({ ...own, errors: 0 });
  });

  test("a monitor that notes nothing makes no difference", async () => {
    const idle = monitored(twin.model, single(false), (state) => state);
    expect(await disagreements(twin, idle)).toEqual([]);
    const counts = ({ distinct, generated }: Outcome) => ({ distinct, generated });
    expect(counts(explored(idle, twin))).toEqual(counts(explored(twin.model, twin)));
  });

  // One action of each twin; the others before a release.
  const noticed = exceptRelease(fairActionsOf(twin), (_, place) => place > 0);
  test.each(noticed)("without the fairness of %s the verdicts would differ", async (name) => {
    const model = withFairness(twin.model, (action) => (action.name === name ? undefined : action.fair));
    expect(await disagreements(twin, model)).not.toEqual([]);
  });
});

test("with strong fairness for weak the verdicts on the mutex would differ", async () => {
  const twin = twins.find(({ name }) => name === "starving-mutex")!;
  const model = withFairness(twin.model, ({ name, fair }) => (name === "Acquire" ? "strong" : fair));
  expect(await disagreements(twin, model)).toEqual(["gets_in_1", "gets_in_2", "waiting_ends_1"]);
});
