/** Invariants that hold in spite of a race: a mutant tells what nothing looks at, and its run shows the race. */
import { expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { checkSync } from "../../checker/search/check.js";
import { inShort, judged } from "./opinions.js";
import { surveyed } from "./surveyed.js";
import { strongDirectory, weakDirectory } from "./weak-directory.js";

const LOST = "cache[c].lost stays as it is instead of becoming true";

test("nothing looks at a lost update: the question is asked, and its run is the race", async () => {
  expect(checkSync(new Instance(weakDirectory)).properties.map(({ verdict }) => verdict)).toEqual(
    Array(4).fill("holds"),
  );
  const { judged: all } = await judged(weakDirectory, {}, { kinds: ["keep-field"] });
  const { verdict, question } = all.find(({ says }) => says === LOST)!;
  expect(question).toBe(`In action Grant, nothing fails if ${LOST}. Need it be written?`);
  if (verdict.verdict !== "survived") throw new Error(inShort(verdict));
  const { trace, isOfMutant, others } = verdict.parting;
  expect(isOfMutant).toBe(true);
  const steps = trace.states.slice(1).map((state) => state["#meta"].action);
  // Both have loaded and wait for an upgrade; the second one that is granted has lost what the first one wrote.
  expect(steps.toSorted()).toEqual(["Grant", "Grant", "Load", "Load", "Upgrade", "Upgrade"]);
  expect(steps.slice(-2)).toEqual(["Grant", "Grant"]);
  expect(others).toHaveLength(1);
});

test("an invariant that sees the race is violated; of the repaired protocol, nothing asks that", () => {
  const race = checkSync(new Instance(strongDirectory)).properties.find(({ name }) => name === "no lost update")!;
  expect(race.verdict).toBe("violated");
  expect(surveyed(strongDirectory, { repaired: true }).map(({ says }) => says)).not.toContain(LOST);
  expect(checkSync(new Instance(strongDirectory, { repaired: true })).properties.map(({ verdict }) => verdict)).toEqual(
    Array(5).fill("holds"),
  );
});

test("mutants that change versions are judged with all of them told apart", async () => {
  const verdicts = async (exact: boolean) => {
    const { judged: all } = await judged(
      weakDirectory,
      { caches: 3, exact },
      { kinds: ["forget-stamp", "negate-guard"] },
    );
    return all.map(({ says, verdict }) => `${says}: ${inShort(verdict)}`);
  };
  expect(await verdicts(false)).toEqual(await verdicts(true));
});
