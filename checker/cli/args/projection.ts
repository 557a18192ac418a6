/** `--only K1 --only K2`, `--only K1,K2`: the members whose projection of a counterexample is shown. */
import { onOneLine } from "../../../traces/text/shown.js";
import { UsageError } from "../../errors.js";
import type { Instance } from "../../model/instance.js";
import { namedProcesses } from "../../model/process.js";
import { nameOf } from "../../model/scalarset.js";
import { didYouMean } from "../../nearest.js";

/**
 * Returns the members that are named, each once; undefined if all are to be shown.
 * @throws UsageError for a name that is no member's
 */
export function onlyMembers(
  given: string | readonly string[] | undefined,
  members: readonly string[],
  of: string,
): readonly string[] | undefined {
  if (given === undefined) return undefined;
  if (members.length === 0) throw new UsageError(`${of} has no members, and so none for --only`);
  const names = [given].flat().flatMap((text) => text.split(",").map((name) => name.trim()));
  const unknown = names.find((name) => !members.includes(name));
  if (unknown === undefined) return [...new Set(names)];
  throw new UsageError(
    `--only takes members of ${of}, not ${unknown || "nothing"}${didYouMean(unknown, members)}\n  The members are ${members.map(onOneLine).join(", ")}.`,
  );
}

/** Returns the names of a model's processes, and of the members by whom, alone or in pairs, variables are indexed. */
export function membersIn({ layout, model }: Instance): readonly string[] {
  const names = layout.slots.flatMap(({ family, indices }) => {
    const { sets } = layout.declarations[layout.variables[family]!]!;
    return indices.map((index, place) => nameOf(sets[place]!.member(index)));
  });
  const processes = namedProcesses(model.processes ?? [], layout).map(({ name }) => name);
  return [...new Set([...processes, ...names])];
}
