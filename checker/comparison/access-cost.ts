/**
 * What a read and a write cost in messages, measured: a simulation in which one process at a time accesses the page,
 * long enough after the one before that no message of it is under way any more.
 */
import { UsageError } from "../errors.js";
import type { Instance } from "../model/instance.js";
import { Dice } from "../search/random/dice.js";
import type { AccessKind } from "../simulation/driven-model.js";
import { DEFAULT_TIMES, Simulation } from "../simulation/simulate.js";
import { type Operation, STREAMS, type Workload } from "../simulation/workload.js";

/** The accesses that are measured: their number, and the seed that says which process does which. */
export const ACCESSES = { count: 200, seed: 1 } as const;

/** The time from one access to the next, in microseconds: many times what an access takes. */
const APART = 1e6;

/** Messages by kind of access. */
export interface AccessCost {
  /** By kind of access: how many there were, and the messages that were sent from then until the next access. */
  readonly of: { readonly [kind in AccessKind]: { readonly accesses: number; readonly messages: number } };
}

/** Measures what accesses cost. @returns why that is not known, in words, where it is not */
export function accessCostOf(instance: Instance): AccessCost | string {
  if (instance.model.accesses === undefined)
    return `${instance.model.name} does not say how an application uses its page (accesses)`;
  try {
    return measured(instance);
  } catch (error) {
    if (error instanceof UsageError) return error.message.split("\n")[0]!;
    throw error;
  }
}

function measured(instance: Instance): AccessCost | string {
  const simulation = new Simulation(instance);
  const threads = simulation.driven.threads.length;
  const dice = new Dice(ACCESSES.seed, STREAMS.threads);
  const drawn = Array.from({ length: ACCESSES.count }, () => ({
    by: dice.below(threads),
    kind: dice.below(2) === 0 ? ("read" as const) : ("write" as const),
  }));
  const workload: Workload = {
    name: "one access at a time",
    pages: 1,
    threads: Array.from({ length: threads }, (_, at) => () => operationsOf(drawn, at)),
  };
  const messages = { read: 0, write: 0 };
  const { runs } = simulation.run(workload, DEFAULT_TIMES, [ACCESSES.seed], ({ page, time, sent }) => {
    // What is sent before the first access is of none.
    const kind = drawn[Math.floor(time / APART) - 1]?.kind;
    if (page === 0 && kind !== undefined) messages[kind] += sent.length;
  });
  const { stuck, latency } = runs[0]!;
  if (stuck !== undefined) return `the accesses come to no end: ${stuck.why}`;
  const longest = latency.percentile(1) ?? 0;
  if (longest > APART / 2)
    return `an access takes ${longest.toFixed(1)} us, so that the next one may begin before its end`;
  const of = (kind: AccessKind) => ({
    accesses: drawn.filter((each) => each.kind === kind).length,
    messages: messages[kind],
  });
  return { of: { read: of("read"), write: of("write") } };
}

/** The operations of one process: it computes until each of its accesses is due. */
function* operationsOf(
  drawn: readonly { readonly by: number; readonly kind: AccessKind }[],
  at: number,
): Iterable<Operation> {
  let until = 0;
  for (const [place, { by, kind }] of drawn.entries()) {
    if (by !== at) continue;
    const due = (place + 1) * APART;
    yield { kind: "compute", time: due - until };
    yield { kind, page: 0, times: 1 };
    until = due;
  }
}
