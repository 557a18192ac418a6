/** Values as JSON in ITF (itf.ts writes it), and the text that people read for one. */

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Writes a value in ITF as people read it. */
export function showItf(value: Json | undefined): string {
  if (value === undefined) return "";
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(showItf).join(", ")}]`;
  const object = value as { readonly [key: string]: Json };
  if ("#bigint" in object) return String(object["#bigint"]);
  if (object.tag === "None") return "–";
  if ("#set" in object) return `{${(object["#set"] as Json[]).map(showItf).join(", ")}}`;
  if ("#map" in object)
    return `{${(object["#map"] as Json[][]).map(([k, v]) => `${showItf(k)}: ${showItf(v)}`).join(", ")}}`;
  return showRecord(object);
}

/** Writes a record; one with a `kind` reads as a message: `Invalid(stamp t1)`. */
function showRecord({ kind, ...fields }: { readonly [key: string]: Json }): string {
  const shown = Object.entries(fields).map(([name, value]) => (value === true ? name : `${name} ${showItf(value)}`));
  if (typeof kind !== "string") return `{${shown.join(", ")}}`;
  const filled = Object.entries(fields)
    .filter(
      ([, value]) =>
        value !== false && !(typeof value === "object" && value !== null && "tag" in value && value.tag === "None"),
    )
    .map(([name, value]) => (value === true ? name : `${name} ${showItf(value)}`));
  return filled.length === 0 ? kind : `${kind}(${filled.join(", ")})`;
}
