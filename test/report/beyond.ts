/** The chapter of docs/findings.md about the sections besides the fourth, each of which has a page of its own. */
import type { KnownAnswer } from "../../checker/cli/known-answers.js";
import { Contradiction } from "./finding.js";
import { item } from "./markdown.js";
import { protocols, recordedOf } from "./relatives.js";
import { violated } from "./repaired.js";

const THIS = "test/report/beyond.ts";

/** The chapter. @throws Contradiction if a recorded verdict is not what it says */
export function beyondSection4(cases: readonly KnownAnswer[]): string {
  const claim = (says: string, isTrue: boolean) => {
    if (!isTrue) throw new Contradiction(says, "a recorded verdict does not say so", THIS);
  };
  const migrations = cases.filter(({ model, parameters }) => model === "thread-migration" && isSizeAlone(parameters));
  claim("every property holds", migrations.length > 1 && migrations.every((known) => violated(known).length === 0));
  const relatives = protocols.filter(({ model }) => model !== "popcorn");
  const recorded = relatives.flatMap((protocol) => [2, 3, 4].flatMap((n) => recordedOf(cases, protocol, n) ?? []));
  const isCoherent = ({ verdicts = {} }: KnownAnswer) =>
    ["SWMR", "coherent data", "data survives"].every((name) => verdicts[name] === "holds");
  claim("none reads stale data", recorded.length > relatives.length && recorded.every(isCoherent));
  const starves = (model: string) => recorded.some((known) => known.model === model && violated(known).length > 0);
  claim("kDDM and the later Popcorn starve", starves("kddm") && starves("popcorn-directory"));
  return [
    item(`**Section 3.2, thread migration**, is a model of its own: in the kindest reading every property holds, and each
      other reading makes two thread groups, loses a thread or runs it twice
      ([thread migration](explanation/thread-migration.md)).`),
    item(`**Section 5.2, optimizations**: each is a switch on top of every stage, and each needs a rule more or a
      condition ([what fails with them, and what makes them safe](explanation/optimizations.md)).`),
    item(`**Section 6, the evaluation**, is simulated on the model: which of the paper's observations follow from the
      protocol, and what it could not measure ([section 6, simulated](explanation/simulation.md)).`),
    item(`**Sections 1 and 2, the relatives**: in their default readings none reads stale data; kDDM and the later
      Popcorn starve. What the claim to be a better fit comes to, in messages and latency, is computed
      ([Popcorn's protocol and its relatives](explanation/relatives.md)).`),
  ].join("\n");
}

function isSizeAlone(parameters: KnownAnswer["parameters"]): boolean {
  return Object.keys(parameters).every((name) => name === "kernels" || name === "processThreads");
}
