/**
 * A page in one file: the script and the style that show a run, and the run itself as data. It opens anywhere, asks
 * nothing of a network, and runs no script but its own: whatever stands in a trace stays data. Pure functions.
 */
import { createHash } from "node:crypto";
import { jsonText } from "../formats/json-text.js";
import { escaped } from "../formats/markup.js";
import type { Trace } from "../trace.js";
import type { Contents } from "./contents.js";
import { pack } from "./pack.js";

/** The built script and style of a page. */
export interface Assets {
  readonly script: string;
  readonly style: string;
}

/**
 * Returns the file of some traces, to choose from; if there are two and `beside` is set, they stand beside each other.
 * With an outcome the file has its verdicts too, and may have no traces.
 */
export function htmlOf(traces: readonly Trace[], assets: Assets, of: Omit<Contents, "packed">): string {
  const title = of.outcome?.heading ?? traces.map((trace) => trace["#meta"].property.name).join(", ");
  const contents: Contents = { packed: pack(traces), ...of };
  return pageOf(`${title} · popcheck`, assets, [
    `<script type="application/json" id="contents">${inScript(jsonText(contents, 0))}</script>`,
  ]);
}

/**
 * Returns a document with a script and a style of its own, and a policy that allows no others.
 * @param connect what the policy lets the script connect to
 */
export function pageOf(title: string, { script, style }: Assets, body: readonly string[], connect = "'none'"): string {
  const scripts = [`script-src ${hashOf(script)}`];
  return [
    ...headOf(title, style, { scripts, others: ["img-src data:", `connect-src ${connect}`] }),
    '<div id="page"><noscript>This page needs scripts to be allowed.</noscript></div>',
    ...body,
    `<script>${script}</script>`,
    "</html>",
    "",
  ].join("\n");
}

/** What the policy of a document allows besides its style. */
interface Allowed {
  readonly scripts?: readonly string[];
  readonly others?: readonly string[];
}

/**
 * Returns the beginning of a document with a style of its own, and a policy that names it by its hash and allows
 * nothing but that and what is `Allowed`.
 */
export function headOf(title: string, style: string, { scripts = [], others = [] }: Allowed = {}): string[] {
  const policy = [
    ...["default-src 'none'", ...scripts, `style-src ${hashOf(style)}`, ...others],
    ...["base-uri 'none'", "form-action 'none'"],
  ].join("; ");
  return [
    "<!doctype html>",
    '<html lang="en">',
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<meta name="referrer" content="no-referrer">',
    `<title>${escaped(title)}</title>`,
    `<style>${style}</style>`,
  ];
}

function hashOf(text: string): string {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

/** Escapes JSON so that it cannot end the element that it stands in, or begin a comment there. */
function inScript(json: string): string {
  return json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003e");
}
