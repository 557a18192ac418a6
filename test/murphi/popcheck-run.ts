/**
 * One check of a Murphi file in a process of its own: `popcheck-run.js FILE OPTIONS`, with the options of `check` as
 * JSON. It prints a `PopcheckRun` as JSON, save for the seconds, which whoever starts it measures.
 */
import { check, loadModel } from "../../checker/api/index.js";
import { LoadError } from "../../checker/errors.js";
import { type Counts, countsOf, faultsOfPopcheck, runTimeFault } from "./expectation.js";

/** What popcheck says of a model. */
export interface PopcheckRun extends Counts {
  /** What is violated, in the words of the first lines of conformance models. */
  readonly faults: readonly string[];
  /** Why popcheck does not take the model. */
  readonly refused?: string;
  /** Why the search was not finished. */
  readonly incomplete?: string;
  /** What was left out: liveness properties, which popcheck does not decide. */
  readonly assumptions: readonly string[];
  /** The seconds of the process, from its start. */
  readonly seconds: number;
}

async function run(file: string, options: object): Promise<Omit<PopcheckRun, "seconds">> {
  try {
    const model = await loadModel(file);
    const parameters = "skipLiveness" in model.model.parameters ? { skipLiveness: true } : {};
    const outcome = await check(model, { ...options, threads: 1, parameters });
    const { incomplete, assumptions } = outcome;
    return { ...countsOf(outcome), faults: faultsOfPopcheck(outcome), incomplete, assumptions } as never;
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    const { message } = error;
    const nothing = { states: 0, rules: 0, assumptions: [] };
    if (/: startstate /.test(message)) return { ...nothing, faults: [runTimeFault(message)] };
    return { ...nothing, faults: [], refused: message };
  }
}

const [file, options] = process.argv.slice(2) as [string, string];
process.stdout.write(JSON.stringify(await run(file, JSON.parse(options) as object)));
