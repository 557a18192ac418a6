/**
 * Rounds (section 4.7): what a copy knows of the other writers of its round, from their answers and requests. It remembers who they
 * are, or (question 7) only how many.
 */
import { type Copy, type Kernel, nobody } from "./copy.js";
import type { Kind } from "./messages.js";
import type { Options } from "./options.js";

type What = "flagged" | "seen" | "asked";

function noted(copy: Copy, from: Kernel, what: What, { rounds }: Options): Copy {
  if (rounds === "identities") return copy.set(what, copy[what].add(from));
  return copy.set("counts", copy.counts.set(what, copy.counts[what] + 1));
}

/** An answer told that its sender is writing too. */
export function noteWriter(copy: Copy, from: Kernel, options: Options): Copy {
  return noted(copy, from, "flagged", options);
}

/** Step 1: an Invalid has come. */
export function noteInvalid(copy: Copy, from: Kernel, options: Options): Copy {
  return options.step1 ? noted(copy, from, "seen", options) : copy;
}

/** Step 2: a Fetch_Write has come. */
export function noteFetchWrite(copy: Copy, from: Kernel, options: Options): Copy {
  return options.step2 ? noted(copy, from, "asked", options) : copy;
}

/** Step 1: the Invalids of all flagged kernels have come. */
export function invalidsAreIn({ flagged, seen, counts }: Copy, { rounds }: Options): boolean {
  return rounds === "identities" ? flagged.isSubset(seen) : counts.seen >= counts.flagged;
}

/** Step 1 is over. What of the Invalids seen belongs to this round is forgotten (question 7). */
export function forgetInvalids(copy: Copy, { emptySeen }: Options): Copy {
  switch (emptySeen) {
    case "entering-writing-read":
      return copy.merge({ seen: nobody, counts: copy.counts.set("seen", 0) });
    case "flagged-entering-writing-read": {
      const { flagged, seen } = copy.counts;
      return copy.merge({
        seen: copy.seen.subtract(copy.flagged),
        counts: copy.counts.set("seen", Math.max(0, seen - flagged)),
      });
    }
    case "round-start":
      return copy;
  }
}

/** A round starts. What was seen of Invalids since the last one may belong to it. */
export function startOfRound(copy: Copy, { emptySeen }: Options): Copy {
  const fresh = copy.afterRound();
  if (emptySeen === "round-start") return fresh;
  return fresh.merge({ seen: copy.seen, counts: fresh.counts.set("seen", copy.counts.seen) });
}

/** Step 2: all flagged kernels but the winner have sent their Fetch_Write. */
export function losersHaveAsked(copy: Copy, { rounds, winnerInStep2 }: Options): boolean {
  if (rounds === "counts") {
    const { flagged, asked } = copy.counts;
    return asked >= (copy.clearNack ? flagged : flagged - 1);
  }
  const missing = copy.flagged.subtract(copy.asked);
  if (winnerInStep2 === "by-copy") return missing.every((kernel) => kernel === copy.copiedFrom);
  // By the default reading of question 6 a Nack with a clear flag is the winner's, so that every flagged kernel is a loser.
  if (copy.clearNack) return missing.isEmpty();
  if (winnerInStep2 === "by-nack") return missing.size <= 1;
  return missing.every((kernel) => kernel === copy.least?.kernel);
}

/** What a winner, elected with this copy, knows: which of its round's other writers have not asked yet. */
export function winnersRound(copy: Copy, { winnersWait, countEarly }: Options): Copy {
  const { flagged, counts } = copy;
  const early = countEarly ? copy.held : nobody;
  const counted = countEarly ? copy.heldFetchWrite.size : 0;
  const fresh = copy.afterRound();
  if (!winnersWait) return fresh;
  return fresh.merge({
    flagged: flagged.subtract(early),
    counts: fresh.counts.set("flagged", Math.max(0, counts.flagged - counted)),
  });
}

/** The winner has been asked. Only a writer asks with Fetch_Write, so that these can be counted. */
export function winnerIsAsked(copy: Copy, from: Kernel, request: Kind): Copy {
  const { flagged, counts } = copy;
  const left = request === "Fetch_Write" ? Math.max(0, counts.flagged - 1) : counts.flagged;
  return copy.merge({ flagged: flagged.remove(from), counts: counts.set("flagged", left) });
}

/** All of a winner's round have asked, or it does not wait for them. */
export function allHaveAsked({ flagged, counts }: Copy): boolean {
  return flagged.isEmpty() && counts.flagged === 0;
}
