/**
 * Checks that are done again whenever the files of their models change: the fastest first, and only those whose files
 * have changed. What changed in counts, verdicts and lengths since the check before is told.
 */

import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { counted } from "../../../traces/text/columns.js";
import { shown } from "../../../traces/text/shown.js";
import { loadModel, type NamedModel } from "../../models/models.js";
import { EXIT, gravest } from "../../reports/exit-status.js";
import type { Outcome } from "../../search/outcome.js";
import { messageOf, statusOfError } from "../errors.js";
import { answerOf, changesInWords, type KnownAnswer } from "../known-answers.js";
import { interruptedBy } from "../watchdog.js";
import { SourceWatcher } from "./source-watcher.js";

/** A check that may be done again. */
export interface Rechecked {
  /** What is checked, in the words of the command line. */
  readonly line: string;
  /** How its model is loaded. */
  readonly reference: string;
  /** How long it is likely to take, beside others, before it was done once: a number of transitions. */
  readonly work: number;
  /**
   * Checks the model, and prints what comes of it.
   * @param edited aborts when an edit makes the check pointless: then nothing is printed
   */
  run(named: NamedModel, edited: AbortSignal): Promise<{ readonly outcome: Outcome; readonly status: number }>;
}

/** A check with what it came to. */
interface Standing {
  readonly of: Rechecked;
  /** The files of the model as they were checked, as a text; undefined if they could not be read. */
  files: string | undefined;
  answer: KnownAnswer | undefined;
  /** How long it took, in milliseconds; undefined before it was done once. */
  took: number | undefined;
  status: number;
}

/** How a round ended. */
type Round = "whole" | "edited" | "interrupted";

/** Checks until an interrupt comes, and returns the gravest exit status of the last checks. */
export async function recheck(checks: readonly Rechecked[]): Promise<number> {
  const standings: Standing[] = checks.map((of) => ({
    ...{ of, files: undefined, answer: undefined, took: undefined, status: EXIT.holds },
  }));
  const watcher = new SourceWatcher();
  watcher.watch(checks.map(({ reference }) => resolve(reference)));
  try {
    for (;;) {
      const round = await roundOf(standings, watcher);
      if (round === "interrupted") return EXIT.incomplete;
      if (round === "whole") process.stderr.write("waiting for an edit; Ctrl-C ends\n");
      if (await interruptedBefore(watcher)) return gravest(standings.map(({ status }) => status));
    }
  } finally {
    watcher.close();
  }
}

/** Waits for an edit, and returns whether an interrupt came before it. */
async function interruptedBefore(watcher: SourceWatcher): Promise<boolean> {
  const interrupt = new AbortController();
  const release = interruptedBy(["SIGINT", "SIGTERM", "SIGHUP"], () => interrupt.abort());
  await watcher.settled(interrupt.signal);
  release();
  return interrupt.signal.aborted;
}

/** Does the checks whose models have changed, the fastest first. */
async function roundOf(standings: readonly Standing[], watcher: SourceWatcher): Promise<Round> {
  let done = 0;
  let different = 0;
  const isFirst = standings.every(({ took }) => took === undefined);
  for (const standing of inOrder(standings)) {
    if (watcher.edited.aborted) return "edited";
    const result = await oneOf(standing, watcher);
    if (result === "edited" || result === "interrupted") return result;
    if (result === "as before") continue;
    done++;
    if (result === "different") different++;
  }
  if (!isFirst) process.stdout.write(`${counted(done, "check")} done again: ${different} came to something else\n`);
  return "whole";
}

/** Returns the checks in the order in which they are done: what was fast before is before what was slow. */
function inOrder(standings: readonly Standing[]): readonly Standing[] {
  const isKnown = standings.every(({ took }) => took !== undefined);
  const weight = ({ took, of }: Standing) => (isKnown ? took! : of.work);
  return [...standings].sort((a, b) => weight(a) - weight(b));
}

async function oneOf(
  standing: Standing,
  watcher: SourceWatcher,
): Promise<Exclude<Round, "whole"> | "as before" | "same" | "different"> {
  const { of } = standing;
  const started = performance.now();
  try {
    let files = "";
    const named = await loadModel(of.reference, (source) => {
      files = JSON.stringify(source.files);
    });
    if (named.isFile) watcher.watch(await filesOf(named));
    if (files === standing.files) return "as before";
    const { outcome, status } = await of.run(named, watcher.edited);
    if (watcher.edited.aborted) return "edited";
    if (outcome.incomplete?.startsWith("interrupted")) return "interrupted";
    return settle(standing, { files, status, took: performance.now() - started }, answerIn(of, outcome));
  } catch (error) {
    if (watcher.edited.aborted) return "edited";
    process.stdout.write(`${shown(of.line)}\n${messageOf(error, false)}\n`);
    return settle(standing, { files: undefined, status: statusOfError(error), took: standing.took ?? 0 }, undefined);
  }
}

function settle(
  standing: Standing,
  { files, status, took }: Pick<Standing, "files" | "status" | "took">,
  answer: KnownAnswer | undefined,
): "same" | "different" {
  const before = standing.answer;
  const changes = before && answer ? changesInWords(before, answer) : [];
  for (const change of changes) process.stdout.write(`  since the check before: ${shown(change)}\n`);
  const isSame =
    standing.took === undefined || (changes.length === 0 && (before === undefined) === (answer === undefined));
  Object.assign(standing, { files, status, took, answer: answer ?? before });
  return isSame ? "same" : "different";
}

function answerIn({ reference }: Rechecked, outcome: Outcome): KnownAnswer {
  return answerOf({ model: reference, parameters: {} }, outcome);
}

/** Returns the absolute paths of the files that a model is made of, but for packages. */
async function filesOf({ reference, source }: NamedModel): Promise<string[]> {
  const from = dirname(realpathSync(reference));
  const { files } = await source();
  return Object.keys(files)
    .map((file) => resolve(from, file))
    .filter((file) => !file.includes("/node_modules/"));
}
