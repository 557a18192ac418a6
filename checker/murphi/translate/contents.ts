/** What of a Murphi file is translated. */
import type { Item } from "../syntax.js";
import type { PropertyOfFile } from "./properties-text.js";
import type { RuleOfFile } from "./rules.js";

/** What stands in a file at the top level, with what is around each rule and property. */
export interface Contents {
  readonly items: readonly Item[];
  /** Rules and properties, by their syntax. */
  readonly rules: ReadonlyMap<object, RuleOfFile>;
  readonly properties: ReadonlyMap<object, PropertyOfFile>;
  /** The values of constants that the user has given. */
  readonly given: ReadonlyMap<string, number>;
  readonly name: string;
  readonly file: string;
}
