/** Runs a check with the terminal and the log kept up to date, until the check is over or interrupted. */
import type { Resumption } from "../../api/checkpoints.js";
import type { CheckRequest } from "../../api/request.js";
import { run } from "../../api/run.js";
import type { Outcome } from "../../search/outcome.js";
import { Progress } from "../progress/progress.js";
import type { RunHead, RunLog } from "../progress/run-log.js";
import { interruptedBy } from "../watchdog.js";

/** What is kept up to date while a check runs. */
export interface Watch {
  /** What is checked; lines of progress begin with it. */
  readonly label?: string;
  /** The log: this begins it with `head` and adds samples; its maker ends it. */
  readonly log?: { readonly of: RunLog; readonly head: Omit<RunHead, "options"> } | undefined;
  /** Where to resume the search. */
  readonly resumption?: Resumption | undefined;
  /** Ends the check as incomplete, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** The signals that end a check as incomplete, with a last checkpoint if there are any. */
const ENDING = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a check. The first SIGINT, SIGTERM or SIGHUP (the terminal is closed) ends it as incomplete; the second kills
 * the process, since nothing handles it, also while a function of the model does not return.
 * @throws BadCheckpoint if the search cannot be resumed
 */
export async function watchedRun(
  request: CheckRequest,
  { label, log, resumption, signal }: Watch = {},
): Promise<Outcome> {
  const controller = new AbortController();
  const release = interruptedBy(ENDING, () => controller.abort("interrupted"));
  const abort = () => controller.abort(signal?.reason);
  signal?.addEventListener("abort", abort);
  if (signal?.aborted) abort();
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
    release();
    signal?.removeEventListener("abort", abort);
  }
}
