/** Functions that test/support/support.test.ts runs in a thread. */

export function double(item: number): number {
  return 2 * item;
}

export function loopAt3(item: number): number {
  for (;;) if (item !== 3) return item;
}

export function throwAt2(item: number): number {
  if (item === 2) throw new Error("two");
  return item;
}
