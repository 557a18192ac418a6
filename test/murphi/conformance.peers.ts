/**
 * Rumur says of each small model what the model's first line says. With POPCHECK_WRITE_FIRST_LINES=1 the lines are
 * written as rumur says them: no expectation is popcheck's own.
 */
import { existsSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type RumurOptions, runRumur } from "../twins/peers.js";
import { lineOfRumur, modelFiles, modelsFolder, REFUSED, readModel } from "./expectation.js";

/** A model in CMurphi's language alone has a twin that rumur takes. */
function modelForRumur(file: string): string {
  const twin = join(modelsFolder, file.replace(/\.m$/, ".rumur.m"));
  return existsSync(twin) ? twin : join(modelsFolder, file);
}

async function said(file: string): Promise<string> {
  const run = (symmetry: RumurOptions["symmetry"]) =>
    runRumur({
      ...{ model: modelForRumur(file), symmetry, deadlock: "stuttering", optimize: ["-O0", "-w"] },
      setCapacity: 2 ** 20,
    });
  try {
    return lineOfRumur(await run("exhaustive"), await run("off"));
  } catch (error) {
    // Rumur itself has ended with an error of the model's, and not the compiler or the program.
    if (/^rumur: /.test((error as Error).message)) return REFUSED;
    throw error;
  }
}

describe("rumur says what the first line says", () => {
  const own = modelFiles.filter((file) => !file.endsWith(".rumur.m"));
  test.each(own)("%s", async (file) => {
    const [first = "", ...rest] = readModel(file).split("\n");
    const line = await said(file);
    if (process.env.POPCHECK_WRITE_FIRST_LINES === "1") {
      const body = first.startsWith("-- ") ? rest : [first, ...rest];
      writeFileSync(join(modelsFolder, basename(file)), [line, ...body].join("\n"));
    } else expect(line).toBe(first);
  });
});
