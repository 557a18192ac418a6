/** The rows of the tables in the documents about Popcorn's relatives. */
import { checkArgumentsOf } from "../../checker/cli/args/case.js";
import type { KnownAnswer } from "../../checker/cli/known-answers.js";
import type { Messages, Miss } from "./messages-per-access.js";

/** The row of the table of verdicts that a recorded case has. */
export function verdictRow(known: KnownAnswer): string {
  const violated = Object.entries(known.verdicts!).flatMap(([name, verdict]) =>
    verdict.startsWith("violated") ? [`*${name}* ${verdict.replace("violated ", "")}`.trim()] : [],
  );
  const states = known.distinct!.toLocaleString("en");
  return `| \`${checkArgumentsOf(known)}\` | ${states} | ${violated.join(", ") || "nothing"} |`;
}

/** What a read miss, a write miss and an upgrade cost: the fewest and the most messages, and the mean. */
export function costsOf(messages: Readonly<Record<Miss, Messages>>): string[] {
  return (["read miss", "write miss", "upgrade"] as const).map((miss) => {
    const { fewest, most, mean } = messages[miss];
    return fewest === most ? `${fewest}` : `${fewest} to ${most}, ${mean.toFixed(1)}`;
  });
}

/** The row of the table of messages. @param named the model, with its options */
export function messagesRow(named: string, kernels: number, messages: Readonly<Record<Miss, Messages>>): string {
  return `| \`${named}\` | ${kernels} | ${costsOf(messages).join(" | ")} |`;
}

/** The cases in which stale data is read, or a deadlock is reached. */
export function caught(cases: readonly KnownAnswer[]): readonly KnownAnswer[] {
  return cases.filter(({ verdicts }) => /violated \d/.test(`${verdicts!["coherent data"]}${verdicts!["no deadlock"]}`));
}
