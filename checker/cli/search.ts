/** Runs a check to its end in slices, so that the terminal and the log are kept up to date and an interrupt is heard. */
import { Check } from "../explore/check.js";
import type { SearchOptions } from "../explore/explorer.js";
import type { Outcome } from "../explore/outcome.js";
import { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { loading } from "./load-error.js";
import { Progress } from "./progress.js";
import type { RunLog } from "./run-log.js";

const SLICE = 50;

export function instantiate(model: AnyModel, given: Readonly<Record<string, unknown>>): Instance {
  return loading(`${model.name} cannot be set up`, () => new Instance(model, given));
}

/** Who is told of a search under way. */
export interface Watch {
  /** What is searched, to begin the lines of progress with. */
  readonly label?: string;
  /** Takes samples; begun and ended by who made it. */
  readonly log?: RunLog | undefined;
}

/** At the first interrupt the search ends as incomplete; the second kills the process, as nobody listens any more. */
export async function search(instance: Instance, options: SearchOptions, { label, log }: Watch = {}): Promise<Outcome> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.once("SIGINT", interrupt);
  const progress = new Progress(process.stderr, label);
  try {
    const check = loading(`${instance.model.name} cannot be set up`, () => new Check(instance, options));
    const sample = () => check.sample();
    while (!check.work(SLICE)) {
      progress.update(sample);
      log?.update(sample);
      await new Promise((resolve) => setImmediate(resolve));
      if (interrupted) check.explorer.stop("interrupted");
    }
    progress.clear();
    return check.outcome();
  } finally {
    progress.clear();
    process.off("SIGINT", interrupt);
  }
}
