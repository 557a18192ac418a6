/** Names of members in sentences: in the order in which people count. */
import { expect, test } from "vitest";
import { names, scalarset } from "../../checker/model/scalarset.js";

test("names are in the order of their numbers, and sets in that of their letters", () => {
  const kernels = scalarset("kernel", { prefix: "K", size: 12 });
  const caches = scalarset("cache", { prefix: "C", size: 2 });
  const members = [9, 1, 0, 10].map((index) => kernels.member(index));
  expect(names(members)).toBe("K1, K2, K10, K11");
  expect(names([...members, caches.member(1)])).toBe("C2, K1, K2, K10, K11");
  expect(names([])).toBe("none");
});
