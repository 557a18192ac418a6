/** 32-bit hashes: of a text, and of two hashes combined. */

export function mix(a: number, b: number): number {
  const h = Math.imul(a ^ b, 0x85ebca6b);
  return (Math.imul(h ^ (h >>> 13), 0xc2b2ae35) + 0x9e3779b9) | 0;
}

export function hashText(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return mix(h, h >>> 15);
}
