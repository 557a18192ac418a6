/** `popcheck suggest MODEL`: invariants that hold, and eliminate the steps by which others are not inductive. */
import { readFileSync } from "node:fs";
import { suggest } from "../../api/induction.js";
import type { IndexSet } from "../../model/scalarset.js";
import type { NamedModel } from "../../models/models.js";
import { statusOfSuggestions } from "../../reports/exit-status.js";
import { suggestJsonOf } from "../../reports/induction-json.js";
import { suggestReportOf } from "../../reports/induction-report.js";
import { lookOf } from "../../reports/terminal.js";
import { answeredInduction } from "./answered-induction.js";
import type { InductiveArguments } from "./inductive.js";

/** Runs the command and returns the exit status. @throws UsageError for what cannot be asked or written */
export async function suggestCommand(named: NamedModel, argv: InductiveArguments): Promise<number> {
  const text = named.isFile ? readFileSync(named.reference, "utf8") : "";
  return answeredInduction(named, argv, {
    ask: (options) => suggest(named, { ...options, nameOfSet: (set) => nameOfSet(set, text) }),
    text: (outcome, given) => suggestReportOf(outcome, { look: lookOf(process.stdout), given, full: argv.full }),
    json: suggestJsonOf,
    status: statusOfSuggestions,
  });
}

/** Returns what a model's file calls an index set: the constant that it declares, or else the set's name. */
function nameOfSet({ name }: IndexSet, text: string): string {
  const declared = [...text.matchAll(/\b(\w+)\s*=\s*(?:scalarset|ordered)\(\s*"([^"]+)"/g)];
  const camel = name.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
  return declared.find(([, , of]) => of === name)?.[1] ?? camel;
}
