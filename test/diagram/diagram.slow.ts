/**
 * All pictures of docs/reference/diagrams.md, of which diagram.test.ts draws two; and larger models against the
 * reference semantics.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "vitest";
import { picturesOf } from "../docs/docs-diagrams.js";
import { root } from "../support/command-line.js";
import { type Drawn, expectCurrent, expectDrawnAsReached } from "./pictures.js";

test.each(picturesOf(readFileSync(join(root, "docs", "reference", "diagrams.md"), "utf8")))(
  "$file is what its command gives",
  expectCurrent,
);

test.each<Drawn>([
  ["popcorn", { stage: "4.4", kernels: 2 }, "copy", "page"],
  ["german", { nodes: 2 }, "node", "cache"],
])("%s %o: a transition is drawn if and only if a reachable state takes it", expectDrawnAsReached);
