/**
 * A digest of what an engine has learnt, brought up to date question by question: of all values met, in the order of
 * their ids, and of the numbers of trees, special leaves and function runs.
 */
import { createHash } from "node:crypto";
import type { Engine } from "../search/engine/engine.js";

/** Bytes of a digest, which is written in hexadecimal digits. */
export const DIGEST_BYTES = 16;
const DIGITS = 2 * DIGEST_BYTES;

export class Digest {
  private readonly counts: number[];
  /** The digest of what the engine had learnt when `update` was called last. */
  value = "0".repeat(DIGITS);

  constructor(private readonly engine: Engine) {
    this.counts = engine.families.families.map(() => 0);
    this.update();
  }

  /** Takes in what the engine has learnt since. */
  update(): void {
    const { families, knowledge } = this.engine;
    const hash = createHash("sha256").update(this.value);
    families.families.forEach(({ interner }, i) => {
      const count = knowledge.values[i]!;
      for (let id = this.counts[i]!; id < count; id++) hash.update(`${i} ${interner.contentOf(id)} `);
      this.counts[i] = count;
    });
    hash.update(`${knowledge.trees} ${knowledge.specials} ${knowledge.runs}`);
    this.value = hash.digest("hex").slice(0, DIGITS);
  }
}
