/** The options of `translate`. */
import { type CliOptions, commonOptions } from "./options.js";

export const translateOptions = {
  out: { about: "the file to write, which must not be there yet; by default the standard output", value: "FILE" },
  dialect: { about: "whose language the file is in (detected)", value: "detected|rumur|cmurphi" },
  const: {
    about: "another value for an integer constant, which is the default of the parameter; may be given several times",
    value: "NAME=VALUE",
    repeatable: true,
  },
  ...commonOptions,
} as const satisfies CliOptions;
