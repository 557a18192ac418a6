/** Runs a check to its end in slices, so that the terminal and the log are kept up to date and an interrupt is heard. */
import { Check } from "../explore/check.js";
import type { SearchOptions } from "../explore/explorer.js";
import type { Outcome } from "../explore/outcome.js";
import { Instance } from "../model/instance.js";
import type { AnyModel } from "../model/model.js";
import { type About, Keeper, type Resumption } from "./checkpoints.js";
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
  /** What checkpoints say of the run, and how many minutes lie between them. */
  readonly keep?: { readonly about: Omit<About, "seconds" | "version">; readonly minutes: number } | undefined;
  /** Where to take the search up. */
  readonly resumption?: Resumption | undefined;
}

/**
 * At the first SIGINT or SIGTERM the search ends as incomplete, with a checkpoint if they are kept; the second kills the process, as nobody
 * listens any more.
 * @throws BadCheckpoint if the search cannot be taken up
 */
export async function search(instance: Instance, options: SearchOptions, watch: Watch = {}): Promise<Outcome> {
  const { label, log, keep, resumption } = watch;
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
  };
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const progress = new Progress(process.stderr, label);
  let check: Check | undefined;
  try {
    const begun = loading(`${instance.model.name} cannot be set up`, () => new Check(instance, options));
    check = begun;
    if (resumption) begun.resume(resumption.folder, resumption.name, resumption.body, resumption.about.seconds);
    const keeper = keep && new Keeper(begun, keep.minutes, keep.about);
    const sample = () => begun.sample();
    while (!begun.work(SLICE)) {
      progress.update(sample);
      log?.update(sample);
      keeper?.update();
      await new Promise((resolve) => setImmediate(resolve));
      if (!interrupted) continue;
      keeper?.write();
      begun.explorer.stop("interrupted");
    }
    progress.clear();
    keeper?.complain();
    return begun.outcome();
  } finally {
    progress.clear();
    check?.close();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
