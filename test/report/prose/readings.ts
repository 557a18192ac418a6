import type { Prose } from "../document.js";

export const readings: Prose["readings"] = {
  opening: `For each open question, each other answer was checked with three kernels, in a stage that has the question; the first rows are
    those of messages in order. A number behind a property is the length of its shortest counterexample, as in the table of verdicts. The figures are those
    of test/known-answers.json, which \`npm run verify -- --all\` checks.`,
  notes: [
    {
      option: "--forced-read at-once",
      says: `brings a property of its own: *eventual write* fails as *eventual read* does, since the write waits for a read.`,
    },
  ],
};
