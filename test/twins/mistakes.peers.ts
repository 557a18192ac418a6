/** A comparison is worth what it notices: with a mistake in the twin, of one passage, rumur and popcheck must differ. */
import { describe, expect, test } from "vitest";
import type { Stage } from "../../spec/popcorn/options.js";
import { found, popcornOutcome, popcornTwin, type Reading, rumur } from "./compare.js";
import type { Edit } from "./peers.js";

interface Mistake extends Edit {
  readonly name: string;
  /** 4.8 unless told. */
  readonly stage?: Stage;
  readonly kernels?: number;
  readonly reading?: Reading;
}

const mistakes: readonly Mistake[] = [
  { name: "a Nack has no flag (4.7)", from: "vote(k, from, AnsNack, flag);", to: "vote(k, from, AnsNack, false);" },
  {
    name: "step 1 forgets no Invalid (4.7)",
    from: "      copies[k].seen[o] := false;\n    end;\n  end;\n  if !STEP2",
    to: "    end;\n  end;\n  if !STEP2",
  },
  {
    name: "Writing Read does not count who asks (4.7, step 2)",
    kernels: 3,
    from: '-- 4.6: "in the state Writing Read the answer is not delayed"\n      copies[k].asked[from] := STEP2;',
    to: "",
  },
  {
    name: "the winner waits for nobody who asks late (4.7)",
    from: "copies[k].heldFetchWrite[from] := true;\n      copies[k].flagged[from] := false;",
    to: "copies[k].heldFetchWrite[from] := true;",
  },
  {
    name: "Modified Acks (4.7)",
    from: "vote(k, from, AnsNack, FLAG_OF_MODIFIED_SET);",
    to: "vote(k, from, AnsAck, FLAG_OF_MODIFIED_SET);",
  },
  {
    name: "Shared answers Copy_Void (4.2)",
    from: "case Shared:\n      replyCopy(k, from);\n    case Modified:\n      copies[k].heldFetch[",
    to: "case Shared:\n      replyVoid(k, from);\n    case Modified:\n      copies[k].heldFetch[",
  },
  { name: "Fetching answers plainly (4.8)", from: ".fetching := !FETCH_IN_FETCHING_VOID;", to: ".fetching := false;" },
  { name: "Fetching does not note who else fetches (4.8)", from: "      noteFetcher(k, from);\n  end;", to: "  end;" },
  { name: "Fetching ignores an Invalid (4.8)", from: "noteInvalid(k);\n", to: "" },
  {
    name: "Not Replicated stays what it is (4.8)",
    from: "replyCopy(k, from);\n      copies[k].page := Shared;",
    to: "replyCopy(k, from);",
  },
  {
    name: "whoever loads the page has the latest data (4.8)",
    from: "copies[k].data := Older; else",
    to: "copies[k].data := Latest; else",
  },
  {
    name: "Invalid Read 2 keeps its data (4.5)",
    from: "copies[k].page := InvalidRead2;\n        copies[k].data := Absent;",
    to: "copies[k].page := InvalidRead2;",
  },
  {
    name: "a write does not age the data in flight (4.2)",
    from: "if answers[o][p].data = Latest then answers[o][p].data := Older; end;",
    to: "",
  },
  {
    name: "a clock forgets its last stamp (4.3)",
    from: "copies[k].clock := after + 1;",
    to: "copies[k].clock := after;",
  },
  {
    name: "of equals and others, the greater stamp wins (4.3)",
    from: "stamp > copies[k].stamp & ",
    to: "stamp < copies[k].stamp & ",
  },
  {
    name: "an answer is taken to have been sent first (the fifo network)",
    reading: { network: "fifo" },
    from: "requestFirst[k][dest] := FIFO & requests[k][dest].kind != ReqNone;",
    to: "",
  },
];

describe.concurrent("a mistake in the twin of Popcorn is noticed", () => {
  test.each(mistakes)("$name", async ({ from, to, kernels = 2, stage = "4.8", reading = {} }) => {
    const of = { kernels, stage, symmetry: "exhaustive", reading } as const;
    const mistaken = await rumur(popcornTwin(of, { edits: [{ from, to }] }));
    expect(mistaken).not.toEqual(await found(popcornOutcome(of)));
  });
});
