import type { Prose } from "../document.js";

export const repairs: Prose["repairs"] = {
  opening: (f) => {
    f.allHoldBut("repaired, three", []);
    f.allHoldBut("repaired-4.8, three", []);
    return `All of it was tried with three kernels; [the repaired protocol](repaired-protocol.md) tells the rules. R1 needs no new message: a
      reader trusts a fetch only if an earlier one, sent after the last Invalid that it Acked, was answered by all. R2 puts the writer's
      version into each Invalid, and a reader refuses a Copy that is not newer. R3 has losers refuse as well, and can do without the two steps of
      4.7; a loser may then find only Copies that it refuses, and asks again. Each of these mends the data and leaves the reader to starve. R4 mends
      that: a reader that must Ack asks the writer for a Copy with its Ack, and a Copy that may not be kept serves the read that waits,
      once. 4.8 needs besides that a kernel asks twice before it takes itself to be alone, and that an Invalid in Fetching makes the first access
      go on as a read.`;
  },
  rows: [
    { run: "R1", what: "R1" },
    { run: "R2", what: "R2" },
    { run: "R3", what: "R2 and R3, without steps 1 and 2" },
    { run: "repaired, three", what: "R2 and R4" },
    { run: "R1, 4.8", what: "R1, and those of 4.8" },
    { run: "R2, 4.8", what: "R2, and those of 4.8" },
    { run: "repaired-4.8, three", what: "R2 and R4, and those of 4.8" },
  ],
};
