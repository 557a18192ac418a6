/** `popcheck translate`: what it writes comes to what the Murphi file comes to, and reads as the example does. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LoadError } from "../../checker/errors.js";
import { translated } from "../../checker/murphi/translate/translate.js";
import { packageRoot } from "../../checker/package.js";
import { modelsFolder } from "./expectation.js";
import { conformance, expectSame, REFUSED, resultOf, writeTranslation } from "./translated.js";

const folderOf = (...path: readonly string[]) => join(packageRoot, ...path);
const murphiFilesIn = (...path: readonly string[]) =>
  readdirSync(folderOf(...path))
    .filter((file) => file.endsWith(".m"))
    .map((file) => join(folderOf(...path), file));

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-translate-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe("a translation comes to the same verdicts, states, transitions and actions", () => {
  test.each([
    ...murphiFilesIn("test", "murphi", "translated-models"),
    ...murphiFilesIn("test", "murphi", "drawn-models"),
    ...murphiFilesIn("docs", "examples"),
  ])("%s", async (file) => {
    await expectSame(file, folder);
  });

  test("with other constants than the file has", async () => {
    const file = folderOf("docs", "examples", "forgetful-home.m");
    await expectSame(file, folder, { parameters: { procCount: 3 } });
    const text = translated(readFileSync(file, "utf8"), file, { constants: { ProcCount: 4 } });
    expect(text).toContain('procCount: integer("the constant ProcCount", { default: 4,');
  });

  test("in rumur's language and in CMurphi's", async () => {
    const file = join(modelsFolder, "undefined-copied.m");
    for (const dialect of ["rumur", "cmurphi"] as const) {
      const path = writeTranslation(file, folder, { dialect });
      expect(await resultOf(path, {})).toEqual(await resultOf(file, { parameters: { dialect } }));
    }
  });
});

/** The sentence of the refusal of a text, with line and column. */
function refusalOf(text: string): string | undefined {
  try {
    translated(text, "it.m");
    return undefined;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    return error.message.split("\n")[0]!.replace("it.m:", "");
  }
}

describe("what cannot be translated is refused with a sentence, line and column", () => {
  test.each(conformance)("%s, or it is translated", (file) => {
    const refusal = refusalOf(readFileSync(join(modelsFolder, file), "utf8"));
    expect(refusal?.replace("; check the Murphi file as it is", "")).toBe(REFUSED[file]);
  });

  const start = "startstate begin x := 0; end;";
  test.each([
    [`var x: 0 .. 1; ${start} liveness x = 0;`, "liveness, which says"],
    [
      `var x: 0 .. 1; procedure p(); begin assume x = 0; end; ${start} rule begin p(); end;`,
      "an assume within a function",
    ],
    [
      `type P: scalarset(2); H: enum { A }; N: union { P, H }; K: enum { B }; M: union { P, H, K }; var x: 0 .. 1; ${start}`,
      "an enum in two unions with scalarsets",
    ],
    [
      `var x: 0 .. 1; procedure p(var y: 0 .. 1); begin y := x; end; ${start} rule begin p(x); end;`,
      "x as a var parameter of p, which has it by another name, too,",
    ],
    [
      `var x: 0 .. 9; function f(): 0 .. 1; begin x := 1; return 0; end; ${start} rule begin x := x + f(); end;`,
      "a call of f, which writes variables, in the middle of an expression",
    ],
    [
      `var x: 0 .. 9; function f(): boolean; begin x := 1; return true; end; ${start} rule f() ==> begin x := 0; end;`,
      "a call of f, which writes variables, in the middle of an expression",
    ],
    [
      `const N: 1; M: 1; type R: record a: 0 .. N; end; S: record a: 0 .. M; end; var r: R; s: S; x: 0 .. 1; ${start} rule begin r := s; end;`,
      "an assignment between types that are the same only with these constants",
    ],
    [
      `const N: 1; M: 1; type R: record a: 0 .. N; end; S: record a: 0 .. M; end; var q: multiset [1] of R; s: S; x: 0 .. 1; ${start} rule begin MultiSetAdd(s, q); end;`,
      "a message of a type that is the multiset's only with these constants",
    ],
    [
      `var x: 0 .. 1; ${start} alias y: x + 1; do rule 1 y = 1 ==> begin end; end; rule 2 begin x := 0; end;`,
      "an alias of a value around a rule with a priority",
    ],
    [
      `var x: 0 .. 1; q: multiset [1] of 0 .. 1; choose m: q do startstate begin x := 0; end; end;`,
      "a startstate within choose",
    ],
  ])("%s", (text, sentence) => {
    expect(refusalOf(text)).toMatch(/^\d+:\d+: /);
    expect(refusalOf(text)).toContain(sentence);
  });
});

describe("the text", () => {
  test("reads as docs/examples/forgetful-home-translated.ts, which the formatter has only broken into lines", () => {
    const file = folderOf("docs", "examples", "forgetful-home.m");
    const example = folderOf("docs", "examples", "forgetful-home-translated.ts");
    const biome = folderOf("node_modules", "@biomejs", "biome", "bin", "biome");
    const formatted = execFileSync(process.execPath, [biome, "format", `--stdin-file-path=${example}`], {
      input: translated(readFileSync(file, "utf8"), file),
      encoding: "utf8",
      cwd: packageRoot,
    });
    expect(formatted).toBe(readFileSync(example, "utf8"));
  });

  test("keeps comments before declarations, rules and statements, and behind them on their lines", () => {
    const text = translated(
      `-- The whole file.

-- how many
const N: 2; -- at most two
-- a kind
type K: enum { A, B };
var
  x: K; -- what it is
  y: 0 .. N;
startstate begin x := A; y := 0; end;
/* turns it
   round */
rule "turn" begin
  -- first this
  x := x = A ? B : A;
  y := 0; -- then that
end;
`,
      "it.m",
    );
    for (const comment of [
      "how many",
      "at most two",
      "a kind",
      "/** what it is */",
      " * turns it\n * round",
      "// first this",
      "// then that",
    ])
      expect(text).toContain(comment);
    expect(text).toMatch(/^\/\*\*\n \* The whole file\.\n/);
  });
});
