/**
 * A copy of the source tree in which one mutant at a time stands: its sources, and what is compiled of them, which the
 * tests import. What a run of tests starts is killed with it.
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transform } from "esbuild";
import { recordBuildBegin, recordBuildEnd } from "../../checker/sources.js";

/** How a run of tests ended. */
export type Ended = "passed" | "failed" | "hung";

/** The AssemblyScript modules, by the name that asc knows each by, with the sources that it has. */
const MODULES: Readonly<Record<string, readonly string[]>> = {
  expand: ["canonical", "changes", "expand", "expansion", "graph", "lists", "member-keys", "pairs", "shared"],
  store: ["heap", "shared", "store"],
  merge: ["merge"],
};
const ASSEMBLY = "checker/wasm/assembly/";

/** The process groups that run, which end when this process is told to. */
const groups = new Set<number>();
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.once(signal, () => {
    for (const group of groups) killGroup(group);
    process.exit(1);
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch (error) {
    // All of the group has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export class Sandbox {
  /** @param folder an empty folder, which holds the copy of the tree at `root` from now on */
  constructor(
    root: string,
    readonly folder: string,
  ) {
    const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
      cwd: root,
      encoding: "utf8",
    });
    for (const file of files.split("\n").filter((name) => name !== "")) {
      mkdirSync(join(folder, dirname(file)), { recursive: true });
      cpSync(join(root, file), join(folder, file));
    }
    cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  }

  /** Returns the text of a file of the copy. */
  read(file: string): string {
    return readFileSync(join(this.folder, file), "utf8");
  }

  /**
   * Writes a source of the copy, and compiles it: what is compiled counts as the build of these sources.
   * @param file its path, from the folder on
   * @returns whether it compiles; types are not looked at
   */
  async write(file: string, text: string): Promise<boolean> {
    const compiles = await this.compile(file, text);
    recordBuildBegin(this.folder);
    recordBuildEnd(this.folder);
    return compiles;
  }

  private async compile(file: string, text: string): Promise<boolean> {
    writeFileSync(join(this.folder, file), text);
    if (!file.startsWith(ASSEMBLY)) {
      try {
        const { code } = await transform(text, { loader: "ts", format: "esm", target: "es2022" });
        writeFileSync(join(this.folder, "dist", file.replace(/\.ts$/, ".js")), code);
        return true;
      } catch {
        return false;
      }
    }
    const name = file.slice(ASSEMBLY.length).replace(/\.ts$/, "");
    const parts = Object.keys(MODULES).filter((part) => MODULES[part]!.includes(name));
    if (parts.length === 0) throw new Error(`no module of WebAssembly has ${file}: MODULES of sandbox.ts must name it`);
    for (const part of parts) {
      const args = ["asc", "--config", `${ASSEMBLY}asconfig.json`, `${ASSEMBLY}${part}.ts`, "--target", part];
      if ((await this.run("npx", args, 300_000)) !== "passed") return false;
    }
    return true;
  }

  /** Returns whether the types of the whole copy are right. */
  async typesAreRight(): Promise<boolean> {
    return (await this.run("npx", ["tsc", "-p", ".", "--noEmit"], 600_000)) === "passed";
  }

  /**
   * Runs files of tests, up to the first failure.
   * @param deadline milliseconds after which the run, and all that it has started, is killed
   */
  async test(files: readonly string[], deadline: number): Promise<Ended> {
    const args = ["node_modules/vitest/vitest.mjs", "run", ...files, "--bail=1", "--no-isolate", "--maxWorkers=1"];
    return this.run(process.execPath, args, deadline);
  }

  /** Runs a command in a process group of its own, which is killed at the deadline. */
  private run(command: string, args: readonly string[], deadline: number): Promise<Ended> {
    return new Promise((resolve) => {
      const child = spawn(command, args, { cwd: this.folder, detached: true, stdio: "ignore" });
      groups.add(child.pid!);
      let hung = false;
      const timer = setTimeout(() => {
        hung = true;
        killGroup(child.pid!);
      }, deadline);
      child.on("exit", (status) => {
        clearTimeout(timer);
        killGroup(child.pid!);
        groups.delete(child.pid!);
        resolve(hung ? "hung" : status === 0 ? "passed" : "failed");
      });
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
