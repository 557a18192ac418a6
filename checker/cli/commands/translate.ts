/** `popcheck translate FILE.m`: the TypeScript model that says the same as a Murphi file. */
import { existsSync, readFileSync } from "node:fs";
import { UsageError } from "../../errors.js";
import { isMurphi } from "../../models/models.js";
import { DIALECTS, type DialectName } from "../../murphi/dialect.js";
import { translated } from "../../murphi/translate/translate.js";
import { didYouMean } from "../../nearest.js";
import { EXIT } from "../../reports/exit-status.js";
import { prepareFile, writeText } from "../outputs/outputs.js";

export interface TranslateArguments {
  readonly file: string;
  readonly out?: string;
  readonly dialect?: string;
  readonly const?: string | readonly string[];
}

/**
 * Runs the command and returns the exit status. Nothing is overwritten.
 * @throws UsageError for a file that is none of Murphi's, a constant that there is not, or a file that is there already
 * @throws LoadError for a mistake in the file, and for what cannot be translated
 */
export function translateCommand({ file, out, dialect = DIALECTS[0], const: given = [] }: TranslateArguments): number {
  if (!isMurphi(file)) throw new UsageError(`translate takes a Murphi file, whose name ends in .m, not ${file}`);
  if (!DIALECTS.some((name) => name === dialect))
    throw new UsageError(
      `--dialect takes one of ${DIALECTS.join(", ")}, not ${dialect}${didYouMean(dialect, DIALECTS)}`,
    );
  if (out !== undefined && existsSync(out))
    throw new UsageError(`${out} is there already: what was changed in it would be lost; give --out another name`);
  const constants = Object.fromEntries([given].flat().map(constantOf));
  const text = translated(textOf(file), file, { dialect: dialect as DialectName, constants });
  if (out === undefined) process.stdout.write(text);
  else {
    prepareFile("out", out);
    writeText("out", out, text);
  }
  return EXIT.holds;
}

function constantOf(text: string): readonly [string, number] {
  const [, name, value] = /^([A-Za-z]\w*)=(-?\d+)$/.exec(text) ?? [];
  if (name === undefined) throw new UsageError(`--const takes NAME=VALUE with an integer, as NODE_NUM=4, not ${text}`);
  return [name, Number(value)];
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(code === "ENOENT" ? `there is no file ${file}` : `${file} cannot be read: ${message}`);
  }
}
