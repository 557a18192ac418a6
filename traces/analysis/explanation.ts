/** Why a run violates its property, in words. Pure functions of the trace. */
import type { CausalChange, CausalRead, DecisiveOrder, NeverTaken } from "../cause.js";
import { counted } from "../text/columns.js";
import { lengthOf, type Trace } from "../trace.js";
import { isClosedByStanding, mentions } from "./deadlock.js";
import { stepNameOf } from "./step-names.js";

/** The greatest number of values of one place that a sentence lists. */
const MOST_VALUES = 4;

/** What is said where a sentence leaves something out. */
const ELSEWHERE = "(popcheck view shows them)";

const NO_RACE =
  "no order of two steps decides: the other way round they violate it, too, or cannot be taken, so it is no race";

/**
 * Returns sentences on what the verdict hung on, and with which other values the property would hold.
 * @param most how many smallest sets of changes are listed
 */
export function causeInWords(trace: Trace, most = Number.POSITIVE_INFINITY): string[] {
  const { cause } = trace["#meta"];
  if (cause === undefined) return [];
  const repairs = repairsInWords(trace);
  const more = repairs.length - most;
  const listed = `${repairs.slice(0, most).join(", or with ")}${more > 0 ? `, or in ${counted(more, "other way")}` : ""}`;
  const tried = `of up to ${counted(cause.most, "place")}, to values that these places have on this run`;
  return [
    `because: ${causalReads(trace).map(causalReadInWords).join(", ")}`,
    repairs.length === 0 ? `no change ${tried}, would make it hold` : `it would hold with ${listed}`,
  ];
}

/** Returns sentences on the steps of who waits that a cycle never takes. @param most how many are listed */
export function cycleInWords(trace: Trace, most = Number.POSITIVE_INFINITY): string[] {
  const waits = awaitedInCycle(trace).map((step) => neverTakenInWords(trace, step));
  const more = waits.length - most;
  return [...waits.slice(0, most), ...(more > 0 ? [`and ${counted(more, "other step")} ${ELSEWHERE}`] : [])];
}

/** Returns sentences on the orders of steps that decide. @param most how many are listed */
export function ordersInWords(trace: Trace, most = Number.POSITIVE_INFINITY): string[] {
  const { race } = trace["#meta"];
  if (race === undefined) return [];
  const nearest = nearestOrders(trace);
  const more = nearest.length - most;
  const bound = boundOfOrders(trace);
  const { superfluous } = race;
  const listed = superfluous.join(", ");
  return [
    ...nearest.slice(0, most).map((order) => `order decides: ${orderInWords(trace, order)}`),
    ...(more > 0 ? [`and ${counted(more, "other order")} ${ELSEWHERE}`] : []),
    ...(nearest.length === 0 && lengthOf(trace) > 1 && bound === undefined ? [NO_RACE] : []),
    ...(superfluous.length === 0 ? [] : [`the run can do without ${listed}: the others violate it, too`]),
    ...(bound === undefined ? [] : [bound]),
  ];
}

/**
 * Returns what the verdict hung on: the places that appear in some change with which the property would hold, or all
 * that were read if no such change is known.
 */
export function causalReads({ "#meta": { cause } }: Trace): readonly CausalRead[] {
  if (cause === undefined) return [];
  const changed = new Set(cause.repairs.flat().map(keyOf));
  const causal = cause.reads.filter((read) => changed.has(keyOf(read)));
  return causal.length > 0 ? causal : cause.reads;
}

function keyOf({ place, when }: Pick<CausalRead, "place" | "when">): string {
  return `${when ?? ""} ${place}`;
}

/** Returns `copy[K1].page = Modified`; of a step, with `before` or `after` it. */
function causalReadInWords({ place, value, when }: CausalRead): string {
  return `${place}${when === undefined ? "" : ` ${when}`} = ${value}`;
}

/** Returns the smallest sets of changes with which the property would hold: `copy[K1].page = Shared or Invalid`. */
function repairsInWords({ "#meta": { cause } }: Trace): string[] {
  return (cause?.repairs ?? []).map((changes) => changes.map(changeInWords).join(" and "));
}

function changeInWords({ place, when, values }: CausalChange): string {
  const more = values.length - MOST_VALUES;
  const listed = [...values.slice(0, MOST_VALUES), ...(more > 0 ? [`${more} others`] : [])];
  const last = listed.pop()!;
  const value = listed.length === 0 ? last : `${listed.join(", ")} or ${last}`;
  return `${place}${when === undefined ? "" : ` ${when}`} = ${value}`;
}

/** Returns the orders that decide, without those that have nearer ones inside. */
function nearestOrders({ "#meta": { race } }: Trace): readonly DecisiveOrder[] {
  return [...(race?.orders ?? [])]
    .filter(({ nearest }) => nearest)
    .sort((a, b) => b.first - a.first || (a.second ?? 0) - (b.second ?? 0));
}

/** Returns `Receive Invalid K1→K2 (7) comes before Read_Done(K2) (8)`. */
function orderInWords(trace: Trace, { first, second, pending }: DecisiveOrder): string {
  const before = `${stepNameOf(trace, first)} (${first}) comes before`;
  if (second !== undefined) return `${before} ${stepNameOf(trace, second)} (${second})`;
  return `${before} ${pending}, which is under way, and is not received`;
}

/**
 * Returns the numbers of the steps that matter: those whose order decides. Undefined if that is not known of the trace,
 * or if no order decides, so that no step matters more than another.
 */
export function stepsThatMatter(trace: Trace): ReadonlySet<number> | undefined {
  const nearest = nearestOrders(trace);
  if (nearest.length === 0) return undefined;
  return new Set(nearest.flatMap(({ first, second }) => (second === undefined ? [first] : [first, second])));
}

/** Says how far orders were tried, if not all were; undefined if all were. */
function boundOfOrders({ "#meta": { race } }: Trace): string | undefined {
  if (race?.farthest === undefined) return undefined;
  return `the order of steps was tried only for those at most ${counted(race.farthest, "step")} apart`;
}

/** Returns the steps that a cycle never takes, without those that are closed only by where a process stands. */
function awaitedInCycle(trace: Trace): readonly NeverTaken[] {
  const { neverTaken = [], explanation } = trace["#meta"];
  const isOpen = ({ enabledAt, closed }: NeverTaken) =>
    enabledAt.length > 0 || closed.some(({ reason }) => !isClosedByStanding(trace, reason));
  const rank = ({ name, enabledAt }: NeverTaken) => (enabledAt.length > 0 ? 0 : mentions(explanation, name) ? 1 : 2);
  return neverTaken.filter(isOpen).sort((a, b) => rank(a) - rank(b));
}

/** Says why a step is never taken in the cycle, and which fairness does not help. */
function neverTakenInWords(trace: Trace, { name, by, fair, counts = [], enabledAt, closed }: NeverTaken): string {
  const whose = by === undefined || mentions(name, by) ? "" : `, a step of ${by},`;
  const reasons = closed.map(({ reason, at }) => `${reason}${isEverywhere(trace, at) ? "" : ` (${ranges(at)})`}`);
  const because = reasons.length === 0 ? "no message of that kind is there" : `as ${reasons.join(", ")}`;
  if (enabledAt.length === 0) return `${name}${whose} cannot be taken, ${because}`;
  const others = counts.map((of) => `"${of.name}" (${of.fair}), for which it may count, is met without it`).join(", ");
  const nothing = others === "" ? "nothing makes it fair" : others;
  if (isEverywhere(trace, enabledAt))
    return `${name}${whose} can be taken all the time and is not: ${fair === undefined ? nothing : `it is fair (${fair})`}`;
  const helps =
    fair === undefined
      ? `and ${nothing}`
      : "and weak fairness does not force it, since it cannot be taken all the time";
  return `${name}${whose} can be taken now and then (${ranges(enabledAt)}), ${helps}; else not, ${because}`;
}

function isEverywhere(trace: Trace, numbers: readonly number[]): boolean {
  const { loop = 0 } = trace["#meta"];
  return numbers.length === Math.max(1, lengthOf(trace) - loop);
}

/** Returns `1 to 3, 7`. */
function ranges(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run !== undefined && run[1] === number - 1) run[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
}
