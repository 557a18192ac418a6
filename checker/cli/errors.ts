/** Errors as one message and an exit status. */
import { shown } from "../../traces/text/shown.js";
import { Disagreement, FunctionError, LoadError, RunFailed, UsageError } from "../errors.js";
import { placeInStack } from "../model/where.js";
import { EXIT } from "../reports/exit-status.js";
import { kebabCase } from "./args/options.js";

/** Returns the exit status of an error. */
export function statusOfError(error: unknown): number {
  return isUsage(error) ? EXIT.usage : EXIT.internal;
}

function isUsage(error: unknown): boolean {
  return error instanceof UsageError || error instanceof LoadError;
}

/** Returns what is wrong, where, and what to do. @param stack whether to add the stacks */
export function messageOf(error: unknown, stack: boolean): string {
  if (!(error instanceof Error)) return shownByLine(`error: ${String(error)}`);
  const lines = [`error: ${messageOfKind(error)}`];
  if (stack) {
    lines.push(indented(error.stack));
    if (error.cause instanceof Error) lines.push(`  caused by`, indented(error.cause.stack));
  }
  return shownByLine(lines.join("\n"));
}

/** Shows what a terminal would obey, as the texts of strangers may have it; the line breaks are the messages' own. */
function shownByLine(text: string): string {
  return text.split("\n").map(shown).join("\n");
}

function messageOfKind(error: Error): string {
  if (isUsage(error)) return inDashes(error.message);
  if (error instanceof Disagreement || error instanceof RunFailed) return error.message;
  if (error instanceof FunctionError) return functionError(error);
  if ((error as NodeJS.ErrnoException).code === "EMFILE")
    return `the process may not open as many files as it needs: raise ulimit -n, best to 1024`;
  const place = placeInStack(error.stack);
  const at = place === undefined ? "" : `\n  at ${place}`;
  return `popcheck failed: ${error.message}${at}\n  This is a defect of popcheck, or of the model. Run again with --stack, which shows where it happened.`;
}

/** Spells options as the help does: a parameter `maxSkew` of a model is `--max-skew` here. */
function inDashes(message: string): string {
  return message.replace(/(?<![\w-])--(?:no-)?[a-z]+[A-Z]\w*/g, kebabCase);
}

/**
 * Writes what an author's function threw, with its place. An impure function has thrown nothing, and the message says
 * all.
 */
function functionError(error: Error): string {
  if (!(error.cause instanceof Error)) return error.message;
  const place = placeInStack(error.cause.stack);
  const at = place === undefined ? "" : `\n  at ${place}`;
  return `${error.message}${at}\n  Return \`disabled\` where an action cannot happen, and let properties decide every reachable state.`;
}

function indented(stack: string | undefined): string {
  return (stack ?? "").replace(/^/gm, "    ");
}
