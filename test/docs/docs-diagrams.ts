/** Draws the pictures of docs/reference/diagrams.md again, each by the command that stands beneath it. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../checker/package.js";

/** The commands that a page shows: their words, and the file that each writes. */
export function picturesOf(page: string): { readonly words: readonly string[]; readonly file: string }[] {
  return [...page.matchAll(/^ {4}popcheck (diagram .*) --out (\S+)$/gm)].map(([, words, file]) => ({
    words: words!.split(" "),
    file: file!,
  }));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const root = packageRoot;
  const program = join(root, "dist", "checker", "cli", "popcheck.js");
  for (const { words, file } of picturesOf(readFileSync(join(root, "docs", "reference", "diagrams.md"), "utf8"))) {
    const run = spawnSync(process.execPath, [program, ...words, "--out", file], { cwd: root, stdio: "inherit" });
    if (run.status !== 0) throw new Error(`${file} was not drawn whole`);
  }
}
