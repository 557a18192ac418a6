/** `popcheck suggest MODEL`: invariants that hold, and eliminate the steps by which others are not inductive. */
import { readFileSync } from "node:fs";
import { suggest } from "../../api/induction.js";
import type { IndexSet } from "../../model/scalarset.js";
import type { NamedModel } from "../../models/models.js";
import { statusOfInduction } from "../../reports/exit-status.js";
import { suggestReportOf } from "../../reports/induction-report.js";
import { lookOf } from "../../reports/terminal.js";
import { noteUncheckedTypes } from "../outputs/unchecked-types.js";
import { type InductiveArguments, inductiveOptionsOf } from "./inductive.js";

/** Runs the command and returns the exit status. @throws UsageError for what cannot be asked */
export async function suggestCommand(named: NamedModel, argv: InductiveArguments): Promise<number> {
  const options = inductiveOptionsOf(named, argv);
  noteUncheckedTypes(named);
  const text = named.isFile ? readFileSync(named.reference, "utf8") : "";
  const outcome = suggest(named, options, (set) => nameOfSet(set, text));
  const { parameters: given = {} } = options;
  process.stdout.write(suggestReportOf(outcome, { look: lookOf(process.stdout), given }));
  return statusOfInduction(outcome.together);
}

/** Returns what a model's file calls an index set: the constant that it declares, or else the set's name. */
function nameOfSet({ name }: IndexSet, text: string): string {
  const declared = [...text.matchAll(/\b(\w+)\s*=\s*(?:scalarset|ordered)\(\s*"([^"]+)"/g)];
  const camel = name.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase());
  return declared.find(([, , of]) => of === name)?.[1] ?? camel;
}
