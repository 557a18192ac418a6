/** What the help says of parameters. */
import { onOneLine } from "../../../traces/text/shown.js";
import type { Parameter } from "../../model/parameters.js";

/** Returns a parameter's sentence with the values that it takes. */
export function described(parameter: Parameter): string {
  return onOneLine(sentenceOf(parameter));
}

function sentenceOf(parameter: Parameter): string {
  if (parameter.kind === "integer") return `${parameter.about} [${parameter.min} to ${parameter.max}]`;
  if (parameter.kind === "text") return `${parameter.about} [${parameter.shape}]`;
  return parameter.kind === "flag" ? parameter.about : `${parameter.about} [${parameter.values.join(", ")}]`;
}
