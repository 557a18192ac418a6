/**
 * The words of a command line, before yargs reads them. One word names the model, whose parameters are then options.
 * Every value is tied to its option by `=`, so that a value may begin with a dash or be left out, which yargs alone
 * does not allow.
 */
import { UsageError } from "../../errors.js";
import { builtInNames, isPath } from "../../models/models.js";
import { type CliOptions, camelCase } from "./options.js";

/** Returns an option of a command by any of its spellings: `max-states` and `maxStates`. */
function optionOf(options: CliOptions, spelling: string): [string, CliOptions[string]] | undefined {
  return Object.entries(options).find(([name]) => camelCase(name) === camelCase(spelling));
}

/** A word that is neither an option nor the value of a known one. */
export interface CommandWord {
  readonly text: string;
  /** Whether the option before it is unknown, so that the word may be its value. */
  readonly afterUnknown: boolean;
}

/** Returns the words that are neither options nor values of known options. */
export function plainWords(words: readonly string[], options: CliOptions): CommandWord[] {
  const plain: CommandWord[] = [];
  let afterUnknown = false;
  for (const word of tied(words, options)) {
    const isOption = word.startsWith("-") && word !== "-";
    if (!isOption) plain.push({ text: word, afterUnknown });
    afterUnknown = isOption && !word.includes("=") && !optionOf(options, word.replace(/^--?(no-)?/, ""));
  }
  return plain;
}

/**
 * Returns the word that names the model. The model's own options are not known yet, so a word that cannot be the value
 * of one is preferred.
 */
export function modelWord(words: readonly string[], options: CliOptions): string | undefined {
  const plain = plainWords(words, options);
  const recognized = plain.find(({ text }) => builtInNames.includes(text) || isPath(text));
  return (recognized ?? plain.find(({ afterUnknown }) => !afterUnknown) ?? plain[0])?.text;
}

/** Returns the words with `--option value` as `--option=value`. @throws UsageError for a flag with a value */
export function tied(words: readonly string[], options: CliOptions): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [, spelling, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [name, option] = (spelling === undefined ? undefined : optionOf(options, spelling)) ?? [];
    if (option === undefined) refuseNegation(word, spelling, options);
    if (option === undefined) result.push(word);
    else if (option.value === undefined) {
      if (value !== undefined) throw new UsageError(`--${name} is a flag: give --${name} or --no-${name}, not ${word}`);
      result.push(word);
    } else if (value !== undefined) result.push(word);
    else if (belongs(option, words[i + 1])) result.push(`${word}=${words[++i]}`);
    else result.push(option.bare === undefined ? word : `${word}=${option.bare}`);
  }
  return result;
}

/** @throws UsageError for `--no-json`: only a flag can be switched off */
function refuseNegation(word: string, spelling: string | undefined, options: CliOptions): void {
  const [, negated] = /^no-(.+)$/.exec(spelling ?? "") ?? [];
  const [name, option] = (negated === undefined ? undefined : optionOf(options, negated)) ?? [];
  if (option === undefined) return;
  if (option.value !== undefined)
    throw new UsageError(`${word} makes no sense, since --${name} takes ${option.value}: leave --${name} out`);
  if (word.includes("=")) throw new UsageError(`--${name} is a flag: give --${name} or --no-${name}, not ${word}`);
}

/** Tells whether the next word is an option's value. If the value may be left out, only a number is one. */
function belongs(option: CliOptions[string], next: string | undefined): boolean {
  if (next === undefined || next.startsWith("--")) return false;
  return option.bare === undefined || /^[\d_,]+$/.test(next);
}
