/** What is wrong with a model's file that cannot be bundled or run, with its place, and what to do about it. */
import { readdirSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import type { Message, Metafile } from "esbuild";
import { didYouMean } from "../nearest.js";

/**
 * Returns a compiler's message with its place: `  model.ts:3:7  Expected ";" but found "x"`.
 * @param folder the folder that the message's place is relative to
 */
export function messageWithPlace({ text, location }: Message, folder: string): string {
  if (!location) return `  ${text}`;
  const { file, line, column, lineText } = location;
  const path = resolve(folder, file);
  const place = `${shown(path)}:${line}:${column + 1}`;
  return `  ${place}  ${inWords(text, dirname(path))}\n    ${lineText.trim()}`;
}

/** Returns a path as messages show it: relative to the working folder if it lies in it. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return near.startsWith("..") ? path : near;
}

/** Adds to a compiler's message what it does not say. @param folder that of the file that the message is about */
function inWords(text: string, folder: string): string {
  const [, name] = /^Could not resolve "(.*)"/.exec(text) ?? [];
  if (name === undefined) return text;
  if (!name.startsWith(".")) return `there is no package ${name}: npm install it in the folder of the model`;
  const place = resolve(folder, name);
  return `there is no file ${name}${didYouMean(basename(name), namesIn(dirname(place)))}`;
}

/** Returns the names of the files in a folder that a model can import; none if there is no such folder. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.([cm]?[jt]sx?|json)$/.test(name));
  } catch {
    return [];
  }
}

/**
 * Returns a sentence on the circle of imports that the file `file` is part of, if it is: one of its files runs before
 * the values are there that it imports.
 * @param folder the folder that the paths of the metafile are relative to
 * @param file the file where an error was thrown, relative to the working folder, if it lies in it
 */
export function circleOfImports({ inputs }: Metafile, folder: string, file: string | undefined): string | undefined {
  if (file === undefined) return undefined;
  const start = Object.keys(inputs).find((input) => resolve(folder, input) === resolve(file));
  const way = start === undefined ? undefined : wayBack(inputs, start, [start]);
  if (way === undefined) return undefined;
  const [first, ...others] = [...way, start!].map((path) => shown(resolve(folder, path)));
  return `  ${first} imports ${others.join(", which imports ")}: one of them runs before what it imports is there. Move what both need into a file that imports neither.`;
}

/** Returns the files on a way of imports from the last file of `way` to `start`. */
function wayBack(inputs: Metafile["inputs"], start: string, way: readonly string[]): readonly string[] | undefined {
  for (const { path } of inputs[way.at(-1)!]?.imports ?? []) {
    if (path === start) return way;
    if (way.includes(path)) continue;
    const longer = wayBack(inputs, start, [...way, path]);
    if (longer !== undefined) return longer;
  }
  return undefined;
}
