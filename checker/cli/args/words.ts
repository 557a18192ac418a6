/**
 * The words of a command line, before yargs reads them: which one names the model, whose parameters are then options. And what yargs
 * lets pass is put right: every value is tied to its option by `=`, so that a value may begin with a dash or be left out.
 */
import { UsageError } from "../../errors.js";
import { builtInNames, isPath } from "../../models/models.js";
import { type CliOptions, camelCase } from "./options.js";

/** The options of a command by every spelling, `max-states` and `maxStates`. */
function optionOf(options: CliOptions, spelling: string): [string, CliOptions[string]] | undefined {
  return Object.entries(options).find(([name]) => camelCase(name) === camelCase(spelling));
}

interface CommandWord {
  readonly text: string;
  /** The option before it is not known: the word may be its value. */
  readonly afterUnknown: boolean;
}

/** The words that are neither options nor values of known options. */
function plainWords(words: readonly string[], options: CliOptions): CommandWord[] {
  const plain: CommandWord[] = [];
  let afterUnknown = false;
  for (const word of tied(words, options)) {
    const isOption = word.startsWith("-") && word !== "-";
    if (!isOption) plain.push({ text: word, afterUnknown });
    afterUnknown = isOption && !word.includes("=") && !optionOf(options, word.replace(/^--?(no-)?/, ""));
  }
  return plain;
}

/** The word that names the model; its options are not known yet, so a word that cannot be one's value is preferred. */
export function modelWord(words: readonly string[], options: CliOptions): string | undefined {
  const plain = plainWords(words, options);
  const recognized = plain.find(({ text }) => builtInNames.includes(text) || isPath(text));
  return (recognized ?? plain.find(({ afterUnknown }) => !afterUnknown) ?? plain[0])?.text;
}

/** The words with `--option value` as `--option=value`. @throws UsageError for a flag with a value */
export function tied(words: readonly string[], options: CliOptions): string[] {
  const result: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const [, spelling, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const [name, option] = (spelling === undefined ? undefined : optionOf(options, spelling)) ?? [];
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

/** Whether the next word is an option's value; one that may be left out is a number. */
function belongs(option: CliOptions[string], next: string | undefined): boolean {
  if (next === undefined || next.startsWith("--")) return false;
  return option.bare === undefined || /^[\d_,]+$/.test(next);
}
