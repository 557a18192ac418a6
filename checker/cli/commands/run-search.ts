/** Runs a check to its end in slices, so that the terminal and the log are kept up to date and an interrupt is heard. */

import { Instance } from "../../model/instance.js";
import type { AnyModel } from "../../model/model.js";
import { Check } from "../../search/check.js";
import type { SearchOptions } from "../../search/options.js";
import type { Outcome } from "../../search/outcome.js";
import type { Sample } from "../../search/statistics.js";
import { loading } from "../models/load-error.js";
import { Progress } from "../progress/progress.js";
import type { RunLog } from "../progress/run-log.js";
import { Keeper, type Resumption, type RunDescription } from "./checkpoints.js";

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
  /** What checkpoints say of the run, and how many minutes lie between them. */
  readonly keep?: { readonly about: Omit<RunDescription, "seconds" | "version">; readonly minutes: number } | undefined;
  /** Where to take the search up. */
  readonly resumption?: Resumption | undefined;
}

/**
 * Searches. Checkpoints are written now and then, if they are kept, and at an interrupt.
 * @throws BadCheckpoint if the search cannot be taken up
 */
export async function search(instance: Instance, options: SearchOptions, watch: Watch = {}): Promise<Outcome> {
  const { keep, resumption } = watch;
  const begin = (): Underway => {
    const check = loading(`${instance.model.name} cannot be set up`, () => new Check(instance, options));
    if (resumption) check.resume(resumption.folder, resumption.name, resumption.body, resumption.about.seconds);
    const keeper = keep && new Keeper(check, keep.minutes, keep.about);
    return {
      work: async (milliseconds) => {
        const isOver = check.work(milliseconds);
        if (isOver) keeper?.complain();
        else keeper?.update();
        if (!isOver) await new Promise((resolve) => setImmediate(resolve));
        return isOver;
      },
      sample: () => check.sample(),
      stop: async (reason) => {
        keeper?.write();
        check.stop(reason);
      },
      outcome: () => check.outcome(),
      close: () => check.close(),
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
  /** Gives back what it has taken. */
  close?(): void;
}

/**
 * Keeps the terminal and the log up to date until a search is over. At the first SIGINT or SIGTERM it is ended as incomplete; the second
 * kills the process, as nobody listens any more.
 */
export async function watched(begin: () => Underway, { label, log }: Watch): Promise<Outcome> {
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const progress = new Progress(process.stderr, label);
  let underway: Underway | undefined;
  try {
    const begun = begin();
    underway = begun;
    const sample = () => begun.sample();
    while (!(await begun.work(SLICE))) {
      progress.update(sample);
      log?.update(sample);
      if (interrupted) await begun.stop("interrupted");
    }
    progress.clear();
    return begun.outcome();
  } finally {
    progress.clear();
    underway?.close?.();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
