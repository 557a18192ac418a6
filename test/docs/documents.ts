/** The documents of the repository, and what can be found in them: files, commands, headings. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { packageRoot } from "../../checker/package.js";

/** Everything that is committed, or would be. */
export const files: readonly string[] = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard"],
  { cwd: packageRoot, encoding: "utf8" },
)
  .split("\n")
  .filter((file) => file !== "");

export const read = (file: string): string => readFileSync(join(packageRoot, file), "utf8");

/** What people read: the pages at the top, and everything below docs/. */
export const documents: readonly string[] = files.filter((file) => /^([^/]+|docs\/.*)\.md$/.test(file));

/** A document without its blocks of code, each line in its place. */
export function withoutCode(text: string): string {
  return text.replace(/^```[\s\S]*?^```/gm, blank).replace(/^ {4}.*$/gm, blank);
}

const blank = (text: string) => text.replace(/[^\n]/g, "");

/** The targets of the links of a document that lead to files of the repository, and the headings that they name. */
export function linksOf(document: string): { readonly file: string; readonly heading: string | undefined }[] {
  return [...withoutCode(read(document)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path, heading] = target.split("#");
      return { file: path === "" ? document : normalize(join(dirname(document), path!)), heading };
    });
}

/** What stands in backticks and looks like a file or a folder of the repository: `checker/model/`, `swmr.ts`. */
export function pathsIn(document: string): string[] {
  const tops = [...new Set(files.map((file) => file.split("/")[0]!))];
  return [...withoutCode(read(document)).matchAll(/`([^`\s]+)`/g)]
    .map(([, code]) => code!)
    .filter((code) => /^[\w.@-]+(\/[\w.@-]+)*\/?$/.test(code))
    .filter((code) =>
      code.includes("/")
        ? tops.includes(code.split("/")[0]!) || /\.(tsx?|md|m|json|yml)$/.test(code)
        : /^\w.*\.(tsx?|md)$/.test(code),
    )
    .filter((code) => !readersOwn.includes(code));
}

/** Files that a document tells its reader to make. */
const readersOwn = ["no-mutex.ts"];

/**
 * Whether there is a file or a folder with this path, or, of a path that begins below the top, one whose path ends so.
 */
export function exists(path: string): boolean {
  const folder = path.replace(/\/$/, "");
  return files.some((file) => file === path || file.startsWith(`${folder}/`) || file.endsWith(`/${path}`));
}

/** The anchors of a document: those of its headings, as code hosts make them, and those that it sets itself. */
export function anchorsOf(document: string): string[] {
  const text = withoutCode(read(document));
  const set = [...text.matchAll(/<a id="([^"]+)">/g)].map(([, id]) => id!);
  const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
  return [...headings, ...set];
}

/** The command lines of popcheck that a document shows, each as its words. */
export function commandsIn(document: string): string[][] {
  const text = read(document);
  const blocks = [...text.matchAll(/^```(?!ts)\w*\n([\s\S]*?)^```/gm)].map(([, code]) => code!);
  const indented = [...text.replace(/^```[\s\S]*?^```/gm, "").matchAll(/^ {4}(.*)$/gm)].map(([, code]) => code!);
  const spans = [...withoutCode(text).matchAll(/`([^`]+)`/g)].map(([, code]) => code!.replace(/\s+/g, " "));
  const lines = [...blocks.flatMap((code) => code.replace(/\\\n\s*/g, " ").split("\n")), ...indented, ...spans];
  return (
    lines
      .map((line) => /^(?:\$ )?(?:.* \| )?(?:npx )?popcheck (.*)$/.exec(line)?.[1])
      // The formats have names like `popcheck trace 1`.
      .filter((line) => line !== undefined)
      .filter((line) => !/^\w+ \d$/.test(line))
      .map((line) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word!))
  );
}

/**
 * The command lines of a document as a reader would type them into a terminal, each once: those of its blocks that are
 * no TypeScript, after `$ ` if the block shows what is printed, and those in its text that begin with npx or npm.
 */
export function shellLinesIn(document: string): string[] {
  const text = read(document);
  const fenced = [...text.matchAll(/^```(?!ts)\w*\n([\s\S]*?)^```/gm)].flatMap(([, code]) => code!.split("\n"));
  const typed = fenced.flatMap((line) => (line.startsWith("$ ") ? [line.slice(2)] : []));
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  const indented = [...prose.matchAll(/^ {4}(\S.*)$/gm)].map(([, line]) => line!);
  const spans = [...withoutCode(prose).matchAll(/`(np[xm] [^`]+)`/g)].map(([, line]) => line!.replace(/\s+/g, " "));
  return [...new Set([...typed, ...indented, ...spans])];
}
