/** Runs a check to its end in slices, so that the terminal is kept up to date and an interrupt is heard. */
import { Check } from "../explore/check.js";
import type { SearchOptions } from "../explore/explorer.js";
import type { Outcome } from "../explore/outcome.js";
import { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { loading } from "./load-error.js";
import { Progress, sampleOf } from "./progress.js";

const SLICE = 50;

export function instantiate(model: AnyModel, given: Readonly<Record<string, unknown>>): Instance {
  return loading(`${model.name} cannot be set up`, () => new Instance(model, given));
}

export function prepare(instance: Instance, options: SearchOptions): Check {
  return loading(`${instance.model.name} cannot be set up`, () => new Check(instance, options));
}

/**
 * At the first interrupt the search ends as incomplete; the second kills the process, as nobody listens any more.
 * @param label what is searched, to begin the lines of progress with
 */
export async function search(check: Check, label = ""): Promise<Outcome> {
  const { explorer } = check;
  const progress = new Progress(process.stderr, label);
  const interrupt = () => {
    if (!explorer.finished) explorer.stop("interrupted");
  };
  process.once("SIGINT", interrupt);
  try {
    while (!explorer.finished && !check.work(SLICE)) {
      progress.update(() => sampleOf(explorer));
      await new Promise((resolve) => setImmediate(resolve));
    }
    progress.clear();
    return check.outcome();
  } finally {
    progress.clear();
    process.off("SIGINT", interrupt);
  }
}
