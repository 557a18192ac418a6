import { onOneLine } from "../text/shown.js";

/** Escapes a text for HTML and SVG, as content or in an attribute. Controls, which SVG cannot hold, are shown. */
export function escaped(text: string): string {
  const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return onOneLine(text).replace(/[&<>"]/g, (sign) => entities[sign]!);
}
