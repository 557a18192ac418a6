/** A recorded trace, followed through its model again: with why it violates its property, and with expressions. */
import { BadTrace } from "../../../traces/formats/parse.js";
import { type Replay, replay } from "../../../traces/replay/replay.js";
import { onOneLine } from "../../../traces/text/shown.js";
import type { Trace } from "../../../traces/trace.js";
import { instantiate } from "../../api/request.js";
import { UsageError } from "../../errors.js";
import { Explainer } from "../../explanation/explained.js";
import { parseExpressions, withExpressions } from "../../explorer/shown-expressions.js";
import { isModelName, loadModel } from "../../models/models.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { inFile } from "./trace-file.js";

/** What is asked of a recorded trace. */
export interface ReplayedOptions {
  /** The file of the model, if it is no built-in one. */
  readonly model?: string | undefined;
  /** The expressions to show along the run. */
  readonly show?: string | readonly string[] | undefined;
  /** What cannot be done with a bad trace, for the error: `replayed`. */
  readonly done: string;
}

/**
 * Follows a trace through its model. The expressions that it has recorded are evaluated again.
 * @throws UsageError for an expression that cannot be read, or if the model must be named
 * @throws BadTrace if the model has no such run
 */
export async function replayed(
  file: string,
  recorded: Trace,
  { model, show, done }: ReplayedOptions,
): Promise<Pick<Replay, "trace" | "explanation">> {
  const { model: name, parameters, shown = [] } = recorded["#meta"];
  const of = onOneLine(name);
  if (model === undefined && !isModelName(name)) {
    throw new UsageError(`${file} is a trace of ${of}, which is no built-in model\n  Name its file with --model.`);
  }
  const loaded = await loadModel(model ?? name);
  if (loaded.model.name !== name) throw new UsageError(`${file} is a trace of ${of}, not of ${loaded.model.name}`);
  noteUncheckedTypes(loaded);
  const { instance, result } = inFile(file, done, () => {
    const instance = instantiate(loaded.model, parameters);
    return { instance, result: replay(instance, recorded) };
  });
  const { trace, difference, explanation } = result;
  if (difference) {
    const { at, what, recorded: then, actual: now } = difference;
    throw new BadTrace(
      `${file} does not replay: it and the model part at ${at}\n  ${what} in the file: ${then}\n  ${what} by the model: ${now}\n  The file or the model has been changed since. Check the model again with --trace.`,
    );
  }
  const known = inFile(file, done, () =>
    parseExpressions(
      shown.map(({ expression }) => expression),
      instance,
    ),
  );
  const expressions = [...known, ...parseExpressions([show ?? []].flat(), instance)];
  return { trace: withExpressions(instance, new Explainer(instance).trace(trace), expressions), explanation };
}
