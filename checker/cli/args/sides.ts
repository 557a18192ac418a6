/**
 * The two models of `popcheck compare`: each is a word of the command line, which may have parameters of its own inside
 * quotes: `'popcorn --stage 4.7'`. Parameters outside are those of both.
 */
import { UsageError } from "../../errors.js";
import type { Parameters } from "../../model/parameters.js";
import { builtInNames, isPath, type NamedModel } from "../../models/models.js";
import { loadModelOfRevision } from "../../models/revision.js";
import { didYouMean } from "../../nearest.js";
import { type CliOptions, camelCase, givenParameters, kebabCase, parameterOptions } from "./options.js";
import { plainWords, tied } from "./words.js";

/** One of the two models, as the command line gives it. */
export interface Side {
  readonly named: NamedModel;
  /** The text of the word. */
  readonly text: string;
  /** The values of the parameters inside of the word. */
  readonly own: Readonly<Record<string, unknown>>;
}

/**
 * Loads the two models that the words name; none if they do not name two.
 * @throws UsageError for a model that does not exist, or a parameter inside of a word that it does not take
 * @throws LoadError for a model that cannot be loaded
 */
export async function loadSides(words: readonly string[], options: CliOptions): Promise<readonly Side[]> {
  const texts = plainWords(words, options)
    .filter(({ text, afterUnknown }) => !afterUnknown || isModel(text))
    .map(({ text }) => text);
  if (texts.length < 2) return [];
  const sides: Side[] = [];
  for (const text of texts.slice(0, 2)) {
    const { model, rest } = partsOfText(text);
    const named = await loadModelOfRevision(model);
    sides.push({ named, text, own: ownParameters(named, rest) });
  }
  return sides;
}

/** Returns the parameters of both models, of which a command line gives the values outside of the words. */
export function sharedParameters(sides: readonly Side[]): Parameters {
  return Object.assign({}, ...[...sides].reverse().map(({ named }) => named.model.parameters));
}

/** Returns the values of a model's parameters: those inside of its word go before those outside. */
export function parametersOfSide(
  { named, own }: Side,
  argv: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  return { ...givenParameters(named.model.parameters, argv), ...own };
}

function isModel(text: string): boolean {
  const { model } = partsOfText(text);
  return builtInNames.includes(model) || isPath(model.replace(/@.*$/, ""));
}

/** Splits a word where its options begin. A path may have blanks in it, and the value of a parameter has none. */
function partsOfText(text: string): { readonly model: string; readonly rest: readonly string[] } {
  const start = text.search(/\s--/);
  if (start < 0) return { model: text, rest: [] };
  return { model: text.slice(0, start).trim(), rest: text.slice(start).trim().split(/\s+/) };
}

function ownParameters({ model }: NamedModel, words: readonly string[]): Record<string, unknown> {
  const { parameters } = model;
  const names = Object.keys(parameters);
  const argv: Record<string, unknown> = {};
  for (const word of tied(words, parameterOptions(parameters))) {
    const [, spelling = word, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const isNegated = spelling.startsWith("no-") && nameIn(names, spelling) === undefined;
    const name = nameIn(names, isNegated ? spelling.slice("no-".length) : spelling);
    if (name === undefined)
      throw new UsageError(
        `${model.name} has no parameter ${word}${didYouMean(spelling, names.map(kebabCase))}\n  Inside of the quotes stand parameters of the model alone, outside the options of compare.`,
      );
    if (value === undefined && parameters[name]!.kind !== "flag") throw new UsageError(`--${spelling} needs a value`);
    argv[name] = value ?? !isNegated;
  }
  return givenParameters(parameters, argv);
}

function nameIn(names: readonly string[], spelling: string): string | undefined {
  return names.find((name) => camelCase(name) === camelCase(spelling));
}
