/** Runs a check with the terminal and the log kept up to date, until it is over or interrupted. */
import type { Resumption } from "../../api/checkpoints.js";
import type { CheckRequest } from "../../api/request.js";
import { run } from "../../api/run.js";
import type { Outcome } from "../../search/outcome.js";
import { Progress } from "../progress/progress.js";
import type { RunHead, RunLog } from "../progress/run-log.js";

/** Who is told of a check under way. */
export interface Watch {
  /** What is checked, to begin the lines of progress with. */
  readonly label?: string;
  /** Is begun with a head, and takes samples; whoever made it ends it. */
  readonly log?: { readonly of: RunLog; readonly head: Omit<RunHead, "options"> } | undefined;
  /** Where to take the search up. */
  readonly resumption?: Resumption | undefined;
}

/**
 * At the first SIGINT or SIGTERM the check is ended as incomplete; the second kills the process, as nobody listens any more.
 * @throws BadCheckpoint if the search cannot be taken up
 */
export async function watchedRun(request: CheckRequest, { label, log, resumption }: Watch = {}): Promise<Outcome> {
  const controller = new AbortController();
  const interrupt = () => controller.abort("interrupted");
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  const progress = new Progress(process.stderr, label);
  const observer = {
    signal: controller.signal,
    onStart: (options: RunHead["options"]) => log?.of.start({ ...log.head, options }),
    onProgress: (sample: Parameters<Progress["update"]>[0]) => {
      progress.update(sample);
      log?.of.update(sample);
    },
  };
  try {
    return await run(request, observer, resumption);
  } finally {
    progress.clear();
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
  }
}
