/** The mutants of a source are mistakes that people make, each at its place; the list of survivors is up to date. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inPackage } from "../../checker/package.js";
import { apply, mutantsOf, describe as told } from "./operators.js";
import { rooms } from "./rooms.js";
import { readSurvivors } from "./survivors.js";

const all = (source: string) => mutantsOf(source).map((mutant) => apply(source, mutant));

test("operators are exchanged, conditions decided, statements left out, numbers changed", () => {
  expect(all("if (a <= b) f();")).toEqual([
    "if (true) f();",
    "if (false) f();",
    "if (a < b) f();",
    "if (a > b) f();",
    "if (a <= b) ;",
  ]);
  expect(all("x = !a && words[n + 1];")).toEqual([
    ";",
    "x = a && words[n + 1];",
    "x = !a || words[n + 1];",
    "x = !a && words[n - 1];",
    "x = !a && words[n + 2];",
  ]);
  expect(all("for (; i < 9; i++) { if (p) continue; }")).toContain("for (; i < 9; i--) { if (p) continue; }");
  expect(all("for (; i < 9; i++) { if (p) continue; }")).toContain("for (; i < 9; i++) { if (p) ; }");
  expect(all("const y = xs.filter(f).some(g);")).toEqual(["const y = xs.some(g);", "const y = xs.filter(f).every(g);"]);
  expect(all("const y = <u32>(a >> 3);")).toEqual(["const y = <u32>(a << 3);", "const y = <u32>(a >> 4);"]);
});

test("messages, types and imports are left alone", () => {
  expect(all('import { a } from "b";\ntype T = 1 | 2;\nconst x: Array<3> = y as T;')).toEqual([]);
  expect(all("function f(n: number): void { throw new Error(`more than $" + "{n + 1}`); }")).toEqual([]);
});

test("a mutant knows its line, and is told in a line", () => {
  const source = "a();\nb(\n  1,\n);\n";
  const mutants = mutantsOf(source);
  expect(mutants.map(({ line }) => line)).toEqual([1, 2, 3]);
  expect(mutants.map((mutant) => told(source, mutant))).toEqual(["`a();` → `;`", "`b( 1, );` → `;`", "`1` → `2`"]);
});

test("each survivor that is listed is still a mutant of its line, and has a reason", () => {
  const gone = readSurvivors().filter(({ file, line, change, why }) => {
    const source = readFileSync(inPackage(file), "utf8");
    const lines = source.split("\n").map((text) => text.trim());
    const is = mutantsOf(source).some((mutant) => lines[mutant.line - 1] === line && told(source, mutant) === change);
    return !is || why.length < 20;
  });
  expect(gone).toEqual([]);
});

test("the tests of each room are there", () => {
  const missing = rooms.flatMap(({ folder, tiers }) =>
    [folder, ...tiers.flat()].filter((path) => {
      try {
        readFileSync(inPackage(path));
        return false;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code !== "EISDIR";
      }
    }),
  );
  expect(missing).toEqual([]);
});
