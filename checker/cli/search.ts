/** Runs a check to its end in slices, so that the terminal and the log are kept up to date and an interrupt is heard. */
import { Check } from "../explore/check.js";
import type { SearchOptions } from "../explore/explorer.js";
import type { Outcome } from "../explore/outcome.js";
import type { Sample } from "../explore/statistics.js";
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
export async function search(instance: Instance, options: SearchOptions, watch: Watch = {}): Promise<Outcome> {
  const begin = (): Underway => {
    const check = loading(`${instance.model.name} cannot be set up`, () => new Check(instance, options));
    return {
      work: async (milliseconds) => {
        const isOver = check.work(milliseconds);
        if (!isOver) await new Promise((resolve) => setImmediate(resolve));
        return isOver;
      },
      sample: () => check.sample(),
      stop: async (reason) => check.explorer.stop(reason),
      outcome: () => check.outcome(),
    };
  };
  return watched(begin, watch);
}

/** A search under way. */
export interface Underway {
  /** Works for about so many milliseconds, and lets events be heard. Whether it is over. */
  work(milliseconds: number): Promise<boolean>;
  sample(): Sample;
  /** Ends it as incomplete. */
  stop(reason: string): Promise<void>;
  outcome(): Outcome;
}

/** Keeps the terminal and the log up to date until a search is over, and ends it at an interrupt. */
export async function watched(begin: () => Underway, { label, log }: Watch): Promise<Outcome> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.once("SIGINT", interrupt);
  const progress = new Progress(process.stderr, label);
  try {
    const underway = begin();
    const sample = () => underway.sample();
    while (!(await underway.work(SLICE))) {
      progress.update(sample);
      log?.update(sample);
      if (interrupted) await underway.stop("interrupted");
    }
    progress.clear();
    return underway.outcome();
  } finally {
    progress.clear();
    process.off("SIGINT", interrupt);
  }
}
