/** Popcheck says of small models, one for each feature and each error, what rumur says of them. */
import { describe, expect, test } from "vitest";
import { lineOfPopcheck, modelFiles, readModel } from "./expectation.js";

describe("popcheck says what the first line says, which rumur has written", () => {
  const own = modelFiles.filter((file) => !file.endsWith(".rumur.m"));
  test.each(own)("%s", async (file) => {
    const [expected] = readModel(file).split("\n");
    expect(await lineOfPopcheck(file)).toBe(expected);
  });
});
