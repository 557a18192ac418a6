/** One search over every kind of store, compared. */
import { expect } from "vitest";
import type { KnownAnswer } from "../../checker/cli/known-answers.js";
import { Instance } from "../../checker/model/instance.js";
import { LIVENESS_KINDS } from "../../checker/model/property.js";
import { loadModel } from "../../checker/models/models.js";
import { checkSync } from "../../checker/search/check.js";
import type { StoreKind } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { lengthOf } from "../../traces/trace.js";
import { differences } from "../support/differences.js";

export const kinds: readonly StoreKind[] = ["exact", "compressed", "fingerprint"];

/** Without liveness, which is not decided on fingerprints. */
export const safetyOf = ({ properties }: Outcome) =>
  properties.filter(({ kind }) => !LIVENESS_KINDS.some((liveness) => liveness === kind));

/** What an outcome says that does not depend on the store. */
function said(outcome: Outcome) {
  const { distinct, generated, depth, incomplete, fired, audited, symmetry, statistics } = outcome;
  const { levels, outDegrees } = statistics!;
  const verdicts = safetyOf(outcome).map(({ name, verdict, trace, goals }) => [
    name,
    verdict,
    trace && lengthOf(trace),
    goals,
  ]);
  return { distinct, generated, depth, incomplete, fired, audited, symmetry, levels, outDegrees, verdicts };
}

const odds =
  /64-bit fingerprints: that at least one was taken for another has a probability of about (\d\.\de[-+]\d+)$/;

function oddsOf({ assumptions }: Outcome): number[] {
  return assumptions.flatMap((assumption) => odds.exec(assumption)?.[1] ?? []).map(Number);
}

/** The same of what does not depend on the order in which states are looked at, which depth first is any. */
function saidInAnyOrder(outcome: Outcome) {
  const { distinct, generated, incomplete, fired, symmetry, statistics } = outcome;
  const { outDegrees } = statistics!;
  const verdicts = safetyOf(outcome).map(({ name, verdict, goals }) => [name, verdict, goals]);
  return { distinct, generated, incomplete, fired, symmetry, outDegrees, verdicts };
}

/** However states are kept, an instance comes to the same. */
export async function expectSameByStores({ model: name, parameters, distinct, ...known }: KnownAnswer): Promise<void> {
  const symmetry = known.symmetry ?? true;
  const { model } = await loadModel(name);
  const searches = [["bfs", said] as const, ["dfs", saidInAnyOrder] as const];
  for (const [search, of] of distinct! < 100 ? searches : searches.slice(0, 1)) {
    const run = (store: StoreKind) => checkSync(new Instance(model, parameters), { store, symmetry, search });
    const [exact, compressed, fingerprint] = kinds.map(run) as [Outcome, Outcome, Outcome];
    expect(exact.distinct).toBe(distinct);
    expect(differences(of(compressed), of(exact))).toEqual([]);
    // Whole rows and folded ones choose the same of several counterexamples, breadth first.
    if (search === "bfs") expect(differences(compressed.properties, exact.properties)).toEqual([]);
    const asked = exact.properties.length > safetyOf(exact).length;
    expect(fingerprint.incomplete).toEqual(asked ? expect.stringMatching(/not decided on fingerprints/) : undefined);
    expect(differences(of({ ...fingerprint, incomplete: exact.incomplete }), of(exact))).toEqual([]);
    expect([exact, compressed].map(oddsOf)).toEqual([[], []]);
    expect(oddsOf(fingerprint)[0]! / (distinct! ** 2 / 2 ** 65)).toBeCloseTo(1, 0);
  }
}
