/** Searches that write checkpoints and are interrupted, and what they come to once they are taken up again. */
import { expect } from "vitest";
import { resumeFrom } from "../../checker/api/resumption.js";
import { Instance } from "../../checker/model/instance.js";
import type { AnyModel } from "../../checker/model/model.js";
import { checksumOfProgram } from "../../checker/models/source.js";
import { version } from "../../checker/package.js";
import { Check } from "../../checker/search/check.js";
import { newStatesFolder } from "../../checker/search/exhaustive/state-folders.js";
import type { SearchOptions } from "../../checker/search/options.js";
import type { Outcome } from "../../checker/search/outcome.js";
import { searchTo } from "./slices.js";

export function essence({
  properties,
  distinct,
  generated,
  depth,
  fired,
  statistics,
  incomplete,
  functionRuns,
}: Outcome) {
  const { levels, outDegrees } = statistics!;
  return { properties, distinct, generated, depth, fired, levels, outDegrees, incomplete, functionRuns };
}

export function finish(check: Check): ReturnType<typeof essence> {
  check.work();
  const outcome = check.outcome();
  check.close();
  return essence(outcome);
}

export const about = (options: SearchOptions) => ({
  version: version(),
  program: checksumOfProgram(),
  model: "",
  source: { checksum: "0".repeat(64), files: {} },
  parameters: {},
  given: {},
  options,
  seconds: 1,
});

/** A search that writes a checkpoint at each of the given numbers of states, and stops at the last. */
export function interrupted(
  folder: string,
  of: AnyModel,
  given: Record<string, unknown>,
  options: SearchOptions,
  at: readonly number[],
): void {
  const kept = { ...options, checkpoint: folder, spill: options.spill ?? newStatesFolder(folder) };
  const check = new Check(new Instance(of, given), kept);
  check.search.about = about(kept);
  for (const states of at) {
    searchTo(check, states);
    check.search.checkpoint();
    expect(check.search.checkpointFailure).toBeUndefined();
  }
  // What is found after the checkpoint is lost.
  for (let i = 0; i < 5; i++) check.work(1);
  check.search.stop("killed");
}

export function resumed(
  folder: string,
  of: AnyModel,
  given: Record<string, unknown>,
  options: SearchOptions,
  warnings: string[] = [],
  look: (check: Check) => void = () => undefined,
) {
  return resumeFrom(
    folder,
    async ({ name, body }) => {
      const check = new Check(new Instance(of, given), {
        ...options,
        checkpoint: folder,
        spill: newStatesFolder(folder),
      });
      check.resume(folder, name, body, 1);
      look(check);
      expect(check.sample().seconds).toBeGreaterThan(1);
      return finish(check);
    },
    (warning) => warnings.push(warning),
  );
}
