/** Returns a text as words in lower case, joined by dashes, to be a part of a file's name. */
export function slug(text: string): string {
  const words = text.toLowerCase().match(/[\p{L}\p{N}.]+/gu) ?? [];
  return words.join("-").replace(/^\.+/, "") || "unnamed";
}
