/** Commands take a Murphi file as they take any model. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, popcheckTyped } from "../support/command-line.js";

const TOKENS = `const N: 3;
type Proc: scalarset(N);
var has: array [Proc] of boolean; taken: 0 .. 2;
startstate begin for p: Proc do has[p] := false; end; taken := 0; end;
ruleset p: Proc do
  rule "take" !has[p] & taken < 2 ==> begin has[p] := true; taken := taken + 1; end;
  rule "drop" has[p] ==> begin has[p] := false; taken := taken - 1; end;
end;
ruleset p: Proc; q: Proc do
  invariant "one at the most" p != q -> !(has[p] & has[q]);
end;
`;

writeFileSync(join(folder, "tokens.m"), TOKENS);
writeFileSync(join(folder, "wrong.m"), "var x: 0 .. 3;\nstartstate begin y := 0; end;\n");
writeFileSync(
  join(folder, "throws.m"),
  "var x: 0 .. 3;\nstartstate begin x := 0; end;\nrule begin\n  x := x + 2;\nend;\n",
);

test("check tells the run, with bindings, and the line of the property", () => {
  const { status, stdout } = popcheckTyped("check", "tokens.m");
  expect(status).toBe(12);
  expect(stdout).toContain("VIOLATED  one at the most  p != q -> !(has[p] & has[q]) (tokens.m:10)");
  expect(stdout).toContain(" 1  take(Proc_1)");
  expect(stdout).toContain("Procs are interchangeable");
});

test("a constant is an option, and so is what a deadlock is", () => {
  const { status, stdout } = popcheckTyped("check", "tokens.m", "--n", "1", "--deadlock", "off");
  expect(status).toBe(0);
  expect(stdout).toContain("model        tokens, n 1, deadlock off");
  expect(stdout).not.toContain("no deadlock");
  expect(popcheckTyped("check", "tokens.m", "--n", "0").stderr).toContain(
    "tokens.m:2:12: a scalarset has at least one member, not 0",
  );
});

test("describe lists parameters and properties", () => {
  const { status, stdout } = popcheckTyped("describe", "tokens.m");
  expect(status).toBe(0);
  expect(stdout).toMatch(/--n +integer, .* default 3 +the constant N/);
  expect(stdout).toMatch(/--deadlock +one of stuttering, stuck, off/);
});

test("a mistake is told with its place, its line and a caret, and exit status 2", () => {
  const { status, stderr } = popcheckTyped("check", "wrong.m");
  expect(status).toBe(2);
  expect(stderr).toBe(
    'error: wrong.m:2:18: there is no variable or constant "y" here; did you mean x?\n' +
      "  startstate begin y := 0; end;\n" +
      "                   ^\n",
  );
});

test("what a rule does wrong is a counterexample with the line", () => {
  const { status, stdout } = popcheckTyped("check", "throws.m");
  expect(status).toBe(15);
  expect(stdout).toContain("threw a write of 4 into x, which is the range 0 .. 3 (throws.m:4)");
});

test("a recorded counterexample is replayed, and SARIF names the line of its last rule", () => {
  popcheckTyped("check", "tokens.m", "--trace", "traces", "--sarif", "out.sarif");
  const [trace] = readdirSync(join(folder, "traces"));
  const replayed = popcheckTyped("replay", join("traces", trace!), "--model", "tokens.m");
  expect(replayed.status).toBe(12);
  expect(replayed.stdout).toContain(" 2  take(Proc_2)");
  const sarif = readFileSync(join(folder, "out.sarif"), "utf8");
  expect(sarif).toMatch(/"uri": ?"tokens\.m"/);
  expect(sarif).toMatch(/"startLine": ?6\b/);
});

test("a search is taken up from its checkpoint, unless the file was edited", () => {
  const big = TOKENS.replace("const N: 3", "const N: 6")
    .replaceAll("taken < 2", "taken < 6")
    .replace("0 .. 2", "0 .. 6");
  writeFileSync(join(folder, "big.m"), big);
  popcheckTyped("check", "big.m", "--no-symmetry", "--checkpoint", "points", "--max-states", "20");
  expect(existsSync(join(folder, "points"))).toBe(true);
  const resumed = popcheckTyped("resume", "points", "--max-states", "1000");
  expect(resumed.stdout).toContain("64 distinct");
  popcheckTyped("check", "big.m", "--no-symmetry", "--checkpoint", "others", "--max-states", "20");
  writeFileSync(join(folder, "big.m"), `${big}-- edited\n`);
  expect(popcheckTyped("resume", "others").stderr).toContain("big.m was edited");
});

test("two files are compared, and the graph of one is exported", () => {
  writeFileSync(join(folder, "other.m"), TOKENS.replace("taken < 2", "taken < 1"));
  const compared = popcheckTyped("compare", "tokens.m", "other.m");
  expect(compared.stdout).toMatch(/one at the most +violated 2 +holds/);
  const graph = popcheckTyped("export", "tokens.m", "--graph", "dot");
  expect(graph.stdout).toContain('[label="take(Proc_1)"]');
});

test("translate writes a TypeScript model, to the standard output or into a new file, that comes to the same", () => {
  const { status, stdout } = popcheckTyped("translate", "tokens.m");
  expect(status).toBe(0);
  expect(stdout).toContain('const procs = scalarset("Proc", { prefix: "Proc_", size: "n" });');
  expect(popcheckTyped("translate", "tokens.m", "--out", "tokens-translated.ts").status).toBe(0);
  expect(readFileSync(join(folder, "tokens-translated.ts"), "utf8")).toBe(stdout);
  const checked = popcheckTyped("check", "tokens-translated.ts", "--n", "2");
  expect(checked.status).toBe(12);
  expect(checked.stdout).toContain("VIOLATED  one at the most");
  expect(checked.stdout).toContain(" 1  take(Proc_1)");
  const given = popcheckTyped("translate", "tokens.m", "--const", "N=5", "--dialect", "rumur");
  expect(given.stdout).toContain("default: 5");
});

test("translate refuses what it would overwrite, what is no Murphi file, and what it does not know", () => {
  writeFileSync(join(folder, "mine.ts"), "// mine\n");
  const refusal = (...words: string[]) => {
    const { status, stderr } = popcheckTyped("translate", ...words);
    expect(status).toBe(2);
    return stderr;
  };
  expect(refusal("tokens.m", "--out", "mine.ts")).toContain("mine.ts is there already");
  expect(readFileSync(join(folder, "mine.ts"), "utf8")).toBe("// mine\n");
  expect(refusal("mine.ts")).toContain("translate takes a Murphi file, whose name ends in .m, not mine.ts");
  expect(refusal("missing.m")).toContain("there is no file missing.m");
  expect(refusal("wrong.m")).toContain("wrong.m:2:18: ");
  expect(refusal("tokens.m", "--const", "M=5")).toContain("there is no integer constant M in the file");
  expect(refusal("tokens.m", "--const", "N")).toContain(
    "--const takes NAME=VALUE with an integer, as NODE_NUM=4, not N",
  );
  expect(refusal("tokens.m", "--dialect", "cmurfi")).toContain(
    "--dialect takes one of detected, rumur, cmurphi, not cmurfi",
  );
});
