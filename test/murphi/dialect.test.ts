/** Whose language a file is in decides what may be done with the undefined value. */
import { describe, expect, test } from "vitest";
import { check } from "../../checker/api/index.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { faultsOfPopcheck, readModel } from "./expectation.js";

const UNDEFINED_READ = "error: an undefined value is read";

async function faults(file: string, dialect: string): Promise<readonly string[]> {
  return faultsOfPopcheck(await check(murphiModel(readModel(file), file), { threads: 1, parameters: { dialect } }));
}

describe("the language of a file", () => {
  test("is CMurphi's if it has what only CMurphi takes, unless the user says otherwise", async () => {
    expect(await faults("undefined-compared-in-cmurphi.m", "detected")).toEqual([]);
    expect(await faults("undefined-compared-in-cmurphi.m", "rumur")).toContain(UNDEFINED_READ);
  });

  test("is rumur's if it has nothing of CMurphi's, unless the user says otherwise", async () => {
    expect(await faults("fails-read-undefined.m", "detected")).toContain(UNDEFINED_READ);
    expect(await faults("fails-undefined-number-in-cmurphi.m", "cmurphi")).toContain(UNDEFINED_READ);
  });

  test.each(["type U: union { enum { A }, enum { B } };", "var s: multiset [1] of boolean;"])("is told: %s", (line) => {
    const model = murphiModel(`${line} var x: boolean; startstate begin x := true; end;`, "p.m");
    expect(model.about).toMatch(/in CMurphi's language$/);
  });
});
