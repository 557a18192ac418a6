/** The types of translated models are right: where they are wrong, `check` decides nothing. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { writeTranslation } from "./translated.js";

const FOLDERS = [
  "test/murphi/models",
  "test/murphi/translated-models",
  "test/murphi/drawn-models",
  "test/twins",
  "docs/examples",
];

test("TypeScript finds nothing wrong with any translation", () => {
  // Within the package, so that Immutable is found.
  const folder = mkdtempSync(join(packageRoot, "dist", "translated-"));
  try {
    const files = FOLDERS.flatMap((of) =>
      readdirSync(join(packageRoot, of)).flatMap((file) => (file.endsWith(".m") ? [join(packageRoot, of, file)] : [])),
    );
    const written = files.flatMap((file) => {
      try {
        return [writeTranslation(file, folder)];
      } catch {
        return [];
      }
    });
    expect(written.length).toBeGreaterThan(140);
    const paths = { "popcheck/model": [join(packageRoot, "dist", "checker", "model", "index.d.ts")] };
    const options = {
      target: "es2022",
      lib: ["es2023"],
      module: "preserve",
      moduleResolution: "bundler",
      types: [],
      paths,
    };
    const compilerOptions = { ...options, noEmit: true, strict: true, skipLibCheck: true };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    const tsc = join(packageRoot, "node_modules", "typescript", "bin", "tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    expect(stdout).toBe("");
  } finally {
    rmSync(folder, { recursive: true });
  }
});
