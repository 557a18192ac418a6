/** Choices of different members, for the names that a condition binds. */
import type { Member } from "../model/scalarset.js";

/** Returns every way to choose `count` different members, in order. */
export function selections(members: readonly Member[], count: number): Member[][] {
  if (count === 0) return [[]];
  return members.flatMap((first) =>
    selections(
      members.filter((member) => member !== first),
      count - 1,
    ).map((rest) => [first, ...rest]),
  );
}
