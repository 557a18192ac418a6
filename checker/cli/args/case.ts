/** A recorded case in the words of the command line. */
import type { KnownAnswer } from "../known-answers.js";
import { kebabCase } from "./options.js";

function option(name: string, value: unknown): string {
  if (typeof value === "boolean") return `--${value ? "" : "no-"}${kebabCase(name)}`;
  return `--${kebabCase(name)} ${String(value)}`;
}

/** Returns the arguments of `popcheck check` for a case: `popcorn --stage 4.7 --no-step1 --kernels 3`. */
export function checkArgumentsOf({
  model,
  parameters,
  symmetry,
}: Pick<KnownAnswer, "model" | "parameters" | "symmetry">): string {
  const given = Object.entries(parameters).map(([name, value]) => option(name, value));
  return [model, ...given, ...(symmetry === false ? ["--no-symmetry"] : [])].join(" ");
}

/**
 * Returns the heading of a case in the ladder's table: its stage, and the other parameters that the case gives, but for
 * the number of kernels.
 */
export function rungOf({ parameters, symmetry }: KnownAnswer, stage: unknown): string {
  const { stage: _given, kernels: _size, ...others } = parameters;
  const given = Object.entries(others).map(([name, value]) => option(name, value));
  return [String(stage), ...given, ...(symmetry === false ? ["--no-symmetry"] : [])].join(" ");
}

/** Returns the parameters that tell the files of a case's traces from those of other cases. */
export function traceApart({ parameters, symmetry }: KnownAnswer): Record<string, unknown> {
  return { ...parameters, ...(symmetry === false ? { symmetry } : {}) };
}
