import type { Facts } from "../finding.js";

export function summary(f: Facts): string {
  f.allHoldBut("4.7, two", ["eventual read"]);
  f.allHoldBut("4.8, two", ["eventual read", "eventual access"]);
  f.allHoldBut("repaired, three", []);
  f.allHoldBut("repaired-4.8, three", []);
  for (const stage of ["4.7, three", "4.8, three"] as const)
    for (const property of ["SWMR", "unique election"]) f.mustHold(stage, property);
  f.mustHold("4.7, three", "no deadlock");
  f.mustHold("4.7, three", "eventual Modified");
  return `popcheck has gone through every state that the paper's protocol reaches with two and with three kernels, stage by stage
    (section 4), with the reading of each open question that seems meant ([readings](explanation/readings.md)). The design is largely
    vindicated. With two kernels, which is what the paper's evaluation runs (section 6), everything that the paper promises holds: a
    single writer or many readers, no data lost, no writer that waits for ever. With three kernels the single writer and the election hold
    as well, and in 4.7 no loser waits for ever: the rounds, with their two steps, are exactly what that takes. What fails with three kernels
    comes from one fact, that a fetch does not ask everybody at the same moment: so a slow Copy can overwrite a newer one
    (${f.steps("4.7, three", "coherent data")}), from where data and updates are lost, and in 4.8 a page can be taken for unreplicated while
    others use it (${f.steps("4.8, three", "replicated xor not")}). Besides, a reader can be invalidated for ever, as section 4.5 fears. Two
    additions repair all of 4.7: a version number in each Invalid, and a Copy for each reader that had to Ack one; 4.8 takes two more rules
    ([the repaired protocol](repaired-protocol.md)). Then every property holds with three kernels, over ${f.states("repaired, three", "SWMR")} states for 4.7 and
    ${f.states("repaired-4.8, three", "SWMR")} for 4.8. The optimizations of section 5.2 each need a rule more, or a condition
    ([what fails with them, and what makes them safe](explanation/optimizations.md)).`;
}

export const again = `Each finding has the commands that show it, for the clone of this repository after \`npm ci\`. \`npm run verify\` prints
  the verdicts of all stages in one table, and \`npm run verify -- --all\` checks the readings as well. \`--html FILE\` shows a
  counterexample as a page with the state after each step ([how to read it](how-to/read-a-counterexample.md)). What a verdict rests on stands in
  [soundness](explanation/soundness.md); what liveness assumes, weak fairness of each delivery and of the kernels' own steps, and that clocks
  advance, in [liveness](explanation/liveness.md). \`npm run report\` writes this
  page: it does all the searches and draws all the charts, and it stops if a verdict is not the one that the prose was written for.`;
