import type { Prose } from "../document.js";

export const readings: Prose["readings"] = {
  opening: `For each open question, each other answer was checked with three kernels, in the stage that brings the question; the network is the
    first row of each. A number behind a property is the length of its shortest counterexample, as in the table of verdicts. The figures are those
    of test/known-answers.json, which \`npm run verify -- --all\` checks.`,
  notes: [
    {
      option: "--leave-wait at-once",
      says: `lets a writer pass through Modified within one step, when requests are held: *eventual Modified* asks for a state in which
        it rests there, so that this verdict is about the property's words and not about the protocol.`,
    },
    {
      option: "--forced-read at-once",
      says: `lets a reader pass through Shared within one step, when a write follows: the same is true there of *eventual read*. What it adds,
        *eventual write*, starves as any read does.`,
    },
  ],
};
