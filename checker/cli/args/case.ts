/** A case as the user would type it. */
import type { KnownAnswer } from "../known-answers.js";
import { kebabCase } from "./options.js";

function option(name: string, value: unknown): string {
  if (typeof value === "boolean") return `--${value ? "" : "no-"}${kebabCase(name)}`;
  return `--${kebabCase(name)} ${String(value)}`;
}

/** `popcorn --stage 4.7 --no-step1 --kernels 3`: what popcheck check takes. */
export function checkArgumentsOf({ model, parameters, symmetry }: KnownAnswer): string {
  const given = Object.entries(parameters).map(([name, value]) => option(name, value));
  return [model, ...given, ...(symmetry === false ? ["--no-symmetry"] : [])].join(" ");
}

/** The row of a case in the ladder's table: its stage, and what else is not by default. */
export function rungOf({ parameters, symmetry }: KnownAnswer, stage: unknown): string {
  const { stage: _given, kernels: _size, ...others } = parameters;
  const given = Object.entries(others).map(([name, value]) => option(name, value));
  return [String(stage), ...given, ...(symmetry === false ? ["--no-symmetry"] : [])].join(" ");
}

/** What tells the files of a case's traces from those of other cases. */
export function traceApart({ parameters, symmetry }: KnownAnswer): Record<string, unknown> {
  return { ...parameters, ...(symmetry === false ? { symmetry } : {}) };
}
