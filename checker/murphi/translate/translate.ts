/** Murphi files as TypeScript models: the text of a file that uses popcheck/model as an author would. */

import { LoadError, UsageError } from "../../errors.js";
import { didYouMean } from "../../nearest.js";
import { checkedFile, refuseNoStart } from "../check-file.js";
import type { DialectName } from "../dialect.js";
import { namesInFile } from "../given-names.js";
import { constantsOf } from "../parameters.js";
import { parsed } from "../parser.js";
import { SourceText } from "../source-text.js";
import type { Item, RuleItem } from "../syntax.js";
import type { Contents } from "./contents.js";
import { DEFAULT_NAME, documentText } from "./document-text.js";
import type { Around } from "./domains-text.js";
import { areSame, type Learned, NOTHING_LEARNED, Pass } from "./pass.js";
import type { PropertyOfFile } from "./properties-text.js";
import type { RuleOfFile } from "./rules.js";

/** The greatest number of passes: each learns something that the one before did not know. */
const MOST_PASSES = 50;

/** What the user says about a translation. */
export interface TranslationOptions {
  /** Whose language the file is in; by default that is detected. */
  readonly dialect?: DialectName;
  /** Other values for integer constants, by their names in the file; they are the defaults of the parameters. */
  readonly constants?: Readonly<Record<string, number>>;
}

/**
 * Returns the TypeScript model of a Murphi file: `check` comes to the same verdicts, states and transitions with both.
 * @param text the contents of the file
 * @param file its path
 * @throws LoadError for a file that is not as it must be, and for what cannot be translated, with its place
 * @throws UsageError for a constant that there is not
 */
export function translated(text: string, file: string, options: TranslationOptions = {}): string {
  const source = new SourceText(text, file);
  const items = parsed(source);
  const given = givenConstants(items, options.constants ?? {});
  const checked = checkedFile(source, items, given, options.dialect ?? "detected");
  refuseNoStart(source, checked.startstates.length);
  const rules = new Map<object, RuleOfFile>();
  const properties = new Map<object, PropertyOfFile>();
  const names = namesInFile(checked);
  // The checker has rules and properties in the order of the file.
  const counts = { rule: 0, startstate: 0, property: 0 };
  const walk = (item: RuleItem, around: readonly Around[]): void => {
    if (item.kind === "property") {
      const of = checked.properties[counts.property++]!;
      properties.set(item, { syntax: item.property, around, name: names.get(of)! });
    } else if (item.kind === "rule" || item.kind === "startstate") {
      const of = item.kind === "rule" ? checked.rules[counts.rule++]! : checked.startstates[counts.startstate++]!;
      rules.set(item, { syntax: item, around, checked: of, name: names.get(of) ?? item.name ?? "" });
    } else if ("rules" in item) for (const each of item.rules) walk(each, [...around, item]);
  };
  for (const item of items) if (!["const", "type", "var", "function"].includes(item.kind)) walk(item as RuleItem, []);
  const name = file.replace(/^.*[\\/]/, "").replace(/\.m$/i, "") || DEFAULT_NAME;
  const contents: Contents = { items, rules, properties, given, name, file };
  let learned: Learned = NOTHING_LEARNED;
  for (let count = 0; count < MOST_PASSES; count++) {
    const pass = new Pass(source, checked.isCMurphi, learned);
    const text = documentText(pass, contents);
    if (areSame(pass.learned, learned)) return text;
    learned = pass.learned;
  }
  throw new LoadError(`${file}: the translation does not come to an end`);
}

function givenConstants(items: readonly Item[], given: Readonly<Record<string, number>>): ReadonlyMap<string, number> {
  const names = constantsOf(items).map(({ constant }) => constant);
  for (const name of Object.keys(given))
    if (!names.includes(name))
      throw new UsageError(
        `there is no integer constant ${name} in the file${didYouMean(name, names)}; it has ${names.join(", ") || "none"}`,
      );
  return new Map(Object.entries(given));
}
