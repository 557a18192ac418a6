/**
 * Checks the types of a model's file and of what it imports, in a process of its own. esbuild, which bundles what runs,
 * only strips types: without this, a guard such as `s.a < 20` for `s.a() < 20` would quietly be false for ever.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { AuthorError, LoadError } from "../errors.js";
import { type Compiler, findCompiler } from "./compiler.js";
import { nearestConfig, type Project, projectOf, type ShownConfig } from "./project.js";
import { placeOf, type TypeCheck, type TypeDiagnostic, unchecked, wrongTypes } from "./type-check.js";

/**
 * Returns the error that is to be told when a model cannot be loaded or set up: that its types are wrong, if they are,
 * since the rest follows from it.
 * @param file the path of the model's file
 */
export async function explained(error: unknown, file: string): Promise<unknown> {
  if (!(error instanceof AuthorError)) return error;
  const check = await new TypeChecking(file).result;
  if (check.verdict !== "failed") return error;
  return new LoadError(wrongTypes(check, error.message), { cause: error });
}

/** A type check under way. */
export class TypeChecking {
  /** Resolves when the check is over, and never rejects. */
  readonly result: Promise<TypeCheck>;
  /** The result, if the check is over. */
  current: TypeCheck | undefined;
  private readonly children = new Set<ChildProcess>();
  private isStopped = false;

  /** @param file the path of the model's file */
  constructor(file: string) {
    this.result = this.check(file)
      .catch((error: Error) => notAnswered(undefined, error.message))
      .then((result) => {
        this.current = result;
        return result;
      });
  }

  /** Ends the check, whose result then says nothing. */
  stop(): void {
    this.isStopped = true;
    for (const child of this.children) child.kill("SIGKILL");
  }

  private async check(path: string): Promise<TypeCheck> {
    const file = realpathSync(path);
    const compiler = findCompiler(dirname(file));
    if (compiler === undefined) {
      return unchecked(`not checked: no TypeScript was found; npm install typescript beside ${shown(file)}`);
    }
    const configFile = nearestConfig(dirname(file));
    let config: ShownConfig | undefined;
    if (configFile !== undefined) {
      const shownConfig = await this.run(compiler, ["--showConfig", "-p", configFile, "--pretty", "false"]);
      config = parsedConfig(shownConfig.output);
      if (config === undefined) return failedBy(compiler, shownConfig);
    }
    const project = projectOf(file, configFile, config);
    const folder = mkdtempSync(join(tmpdir(), "popcheck-types-"));
    try {
      const { compilerOptions, files } = project;
      const written = join(folder, "tsconfig.json");
      writeFileSync(written, JSON.stringify({ compilerOptions, files }));
      // On several threads it takes twice as much of processors and memory, which the search needs.
      const words = ["--pretty", "false", "--listFiles", "--singleThreaded"];
      const answer = await this.run(compiler, ["-p", written, ...words]);
      return judged(compiler, project, answer);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  private run({ program }: Compiler, words: readonly string[]): Promise<Answer> {
    if (this.isStopped) return Promise.resolve({ output: "", ended: "it was stopped" });
    return new Promise((resolve) => {
      // Detached: an interrupt at the terminal is for the search, which ends by itself.
      const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], detached: true });
      this.children.add(child);
      let output = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          output += text;
        });
      }
      child.once("error", (error) => resolve({ output, ended: error.message }));
      child.once("close", (status, signal) => {
        this.children.delete(child);
        resolve({ output, ended: signal === null ? status! : `it was ended by ${signal}` });
      });
    });
  }
}

/** What TypeScript said. */
interface Answer {
  readonly output: string;
  /** Its exit status, or why it has none. */
  readonly ended: number | string;
}

function parsedConfig(output: string): ShownConfig | undefined {
  try {
    return JSON.parse(output) as ShownConfig;
  } catch {
    return undefined;
  }
}

function failed({ name }: Compiler, errors: readonly TypeDiagnostic[]): TypeCheck {
  return { verdict: "failed", compiler: name, errors, notes: [] };
}

/** Returns the outcome of a check that did not come to its end, which is no pass. */
function notAnswered(compiler: Compiler | undefined, reason: string): TypeCheck {
  const message = `TypeScript gave no answer: ${reason}`;
  const error = { ...positionIn(undefined), code: undefined, message };
  return { verdict: "failed", compiler: compiler?.name, errors: [error], notes: [] };
}

/**
 * Errors of the option `noImplicitAny` that say only that a type is missing. TypeScript then knows nothing, and checks
 * nothing, which is not to say that something is wrong.
 */
const IMPLICIT_ANY = new Set(
  [
    7005, 7006, 7008, 7009, 7010, 7011, 7012, 7013, 7014, 7016, 7018, 7019, 7020, 7022, 7023, 7024, 7025, 7031, 7032,
    7033, 7034, 7041, 7055, 7057,
  ].map((code) => `TS${code}`),
);

/** Returns what an answer of TypeScript comes to. */
function judged(compiler: Compiler, { compilerOptions, refusesImplicitAny }: Project, answer: Answer): TypeCheck {
  const all = answer.ended === 0 ? [] : diagnosticsIn(answer.output);
  if (answer.ended !== 0 && all.length === 0) return failedBy(compiler, answer);
  const implicit = all.filter(({ code }) => IMPLICIT_ANY.has(code));
  const wrong = all.filter((error) => !implicit.includes(error));
  // Most implicit types follow from another error, such as an import that is not found.
  if (wrong.length > 0) return failed(compiler, wrong);
  if (refusesImplicitAny && implicit.length > 0) return failed(compiler, implicit);
  const sources = sourcesIn(answer.output);
  const untyped = compilerOptions.checkJs === true ? [] : sources.filter(isUntyped);
  const notes = [...javaScriptNotes(untyped), ...implicitNotes(implicit)];
  const verdict = untyped.length === sources.length ? "unchecked" : "passed";
  return { verdict, compiler: compiler.name, errors: [], notes };
}

/** Returns the outcome of a run of TypeScript that did not say what is wrong, or said so of a tsconfig.json. */
function failedBy(compiler: Compiler, { output, ended }: Answer): TypeCheck {
  const errors = diagnosticsIn(output);
  if (errors.length > 0) return failed(compiler, errors);
  const how = typeof ended === "number" ? `it ended with status ${ended}` : ended;
  return notAnswered(compiler, `${how}\n${output.trim()}`.trim());
}

function implicitNotes(implicit: readonly TypeDiagnostic[]): string[] {
  const [first, ...others] = implicit;
  if (first === undefined) return [];
  const more = others.length === 0 ? "" : `, and ${others.length} more`;
  return [`not checked where TypeScript does not know them, at ${placeOf(first)}${more}: ${first.message}`];
}

/** Returns the author's files in the list that TypeScript gives of what it has read. */
function sourcesIn(output: string): string[] {
  return output
    .split(/\r?\n/)
    .filter((line) => /\.[cm]?[jt]sx?$/.test(line) && !/\.d\.[cm]?ts$/.test(line))
    .filter((line) => isAbsolute(line) && !/[\\/]node_modules[\\/]/.test(line));
}

function isUntyped(file: string): boolean {
  return /\.[cm]?jsx?$/.test(file) && !/^\s*\/\/\s*@ts-check\b/m.test(readFileSync(file, "utf8"));
}

function javaScriptNotes(files: readonly string[]): string[] {
  if (files.length === 0) return [];
  return [`not checked in ${files.map(shown).join(", ")}: JavaScript is checked only if it begins with // @ts-check`];
}

/** Returns the errors in what TypeScript says: `my.ts(4,35): error TS2365: …`, explained by indented lines below. */
function diagnosticsIn(output: string): (TypeDiagnostic & { readonly code: string })[] {
  const errors: (TypeDiagnostic & { readonly code: string })[] = [];
  for (const line of output.split(/\r?\n/)) {
    const [, place, code, message] = /^(?:(.*\(\d+,\d+\)): )?error (TS\d+): (.*)$/.exec(line) ?? [];
    const last = errors.at(-1);
    if (code !== undefined && message !== undefined) errors.push({ ...positionIn(place), code, message });
    else if (last !== undefined && line.startsWith("  ")) {
      errors[errors.length - 1] = { ...last, message: `${last.message}\n${line}` };
    }
  }
  return errors;
}

function positionIn(place: string | undefined): Pick<TypeDiagnostic, "file" | "line" | "column" | "text"> {
  const [, file, line, column] = /^(.*)\((\d+),(\d+)\)$/.exec(place ?? "") ?? [];
  if (file === undefined) return { file: undefined, line: undefined, column: undefined, text: undefined };
  const text = lineOf(resolve(file), Number(line));
  return { file: shown(resolve(file)), line: Number(line), column: Number(column), text };
}

function lineOf(file: string, line: number): string | undefined {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/)[line - 1]?.trim();
  } catch {
    return undefined;
  }
}

/** Returns a path relative to the working folder if it lies in it. */
function shown(file: string): string {
  const inside = relative(process.cwd(), file);
  return inside.startsWith("..") || isAbsolute(inside) ? file : inside;
}
