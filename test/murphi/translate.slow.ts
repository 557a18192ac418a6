/** Each conformance model, and German's protocol, comes to the same when it is translated. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../checker/package.js";
import { modelsFolder } from "./expectation.js";
import { conformance, expectSame, REFUSED, resultOf, writeTranslation } from "./translated.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "popcheck-translate-"));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test.each(conformance.filter((file) => !(file in REFUSED)))("%s", async (file) => {
  await expectSame(join(modelsFolder, file), folder);
});

test("German's protocol", async () => {
  const file = join(packageRoot, "test", "twins", "german.m");
  const parameters = { nodeNum: 2 };
  await expectSame(file, folder, { parameters });
  const whole = await resultOf(writeTranslation(file, folder), { parameters, symmetry: false });
  expect(whole).toMatchObject({ states: 43_422, transitions: 126_844 });
});
