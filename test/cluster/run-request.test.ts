/** A worker takes part in a run only with the program and the model that the run was begun with. */
import { expect, test } from "vitest";
import { instanceOf, type RunRequest, requestOf, runOf } from "../../checker/cluster/run-request.js";
import { loadModel } from "../../checker/models/models.js";
import { FINE } from "./local-workers.js";

const { checksum } = await (await loadModel("german")).source();
const request = requestOf("german", checksum, { nodes: 2 }, {}, FINE);

test("the model of a request has the parameters that were given", async () => {
  expect((await instanceOf(request)).layout.parameters).toMatchObject({ nodes: 2 });
});

test.each<[string, Partial<RunRequest>, RegExp]>([
  ["version", { version: "0.0.1" }, /begun by popcheck 0\.0\.1, and this is popcheck/],
  ["build", { program: "0" }, /another build of popcheck .* began the run/],
  ["model", { source: "0" }, /german is another model here than where the run was begun/],
])("another %s is refused, and its run has another name", async (_, other, reason) => {
  await expect(instanceOf({ ...request, ...other })).rejects.toThrow(reason);
  expect(runOf({ ...request, ...other })).not.toBe(runOf(request));
});

test("the name of a run does not depend on its id", () => {
  expect(runOf({ ...request, id: "another" })).toBe(runOf(request));
});
