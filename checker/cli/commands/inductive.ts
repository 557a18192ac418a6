/** `popcheck inductive MODEL`: whether invariants are inductive. */
import { type InductiveOptions, inductive } from "../../api/induction.js";
import type { NamedModel } from "../../models/models.js";
import { statusOfInduction } from "../../reports/exit-status.js";
import { inductionJsonOf } from "../../reports/induction-json.js";
import { inductionReportOf } from "../../reports/induction-report.js";
import { lookOf } from "../../reports/terminal.js";
import { answeredInduction, type InductionArguments } from "./answered-induction.js";

export interface InductiveArguments extends InductionArguments {
  readonly full?: boolean;
}

/** Runs the command and returns the exit status. @throws UsageError for what cannot be asked or written */
export async function inductiveCommand(named: NamedModel, argv: InductiveArguments): Promise<number> {
  return answeredInduction(named, argv, {
    ask: (options: InductiveOptions) => inductive(named, options),
    text: (outcome, given) => inductionReportOf(outcome, { look: lookOf(process.stdout), given, full: argv.full }),
    json: inductionJsonOf,
    status: statusOfInduction,
  });
}
