/** What a deadlock waits for: in the trace, in its text, and again in a replay. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { loadModel } from "../../checker/models/models.js";
import { inFlightAtEnd, waitedFor, waitInWords } from "../../traces/analysis/deadlock.js";
import { showItf } from "../../traces/formats/json.js";
import { parseTrace } from "../../traces/formats/parse.js";
import { replay } from "../../traces/replay/replay.js";
import { textOfTrace } from "../../traces/text/text.js";
import { entriesOf, fieldsOf, type Trace } from "../../traces/trace.js";
import { counterexampleOf } from "../support/counterexamples.js";

const given = { stage: "4.3", kernels: 2 };
const trace = await counterexampleOf("popcorn", given, "no deadlock");
const safe = await counterexampleOf("popcorn", given, "SWMR");

/** Returns the value that a read such as `copy[K1].awaiting` has at the end of a run. */
function valueOf(read: string, of: Trace): string {
  const [, variable, place, field] = /^(\w+)(?:\[(\w+)\])?(?:\.(\w+))?$/.exec(read)!;
  const value = new Map(entriesOf(of.states.at(-1)!, variable!)).get(place ?? "")!;
  return showItf(field === undefined ? value : fieldsOf(value)![field]!);
}

describe("a deadlock", () => {
  test("says of steps that cannot be taken which read closes the guard, and the read is true", () => {
    const closed = trace["#meta"].closed!;
    expect(closed.length).toBeGreaterThan(2);
    for (const { reason } of closed) {
      const [read, value] = reason.split(" = ") as [string, string];
      expect(valueOf(read, trace)).toBe(value);
    }
    // The steps of the application are not what it waits for.
    expect(closed.filter(({ name }) => name.startsWith("App_"))).toEqual([]);
  });

  test("leaves out the steps of who stands elsewhere", () => {
    const waits = waitedFor(trace);
    expect(waits.length).toBeLessThan(trace["#meta"].closed!.length);
    for (const { reason } of waits) expect(reason).not.toMatch(/\.page = /);
  });

  test("says whose step it is, unless its name tells", () => {
    const reason = "home.line = lent";
    const told = waitInWords({ name: "Lend(C1)", by: "home", reason });
    expect(told).toBe("Lend(C1), a step of home, cannot be taken, as home.line = lent");
    expect(waitInWords({ name: "Fill(C1)", by: "C1", reason })).toBe("Fill(C1) cannot be taken, as home.line = lent");
  });

  test("begins with who waits", () => {
    expect(trace["#meta"].explanation).toMatch(/waiting: K2 in InvalidRead1$/);
    const waits = waitedFor(trace).map(({ name }) => name.includes("K2"));
    expect(waits.lastIndexOf(true)).toBeLessThan(waits.indexOf(false));
    expect(waitedFor(trace)).toContainEqual({ name: "Read_Done(K2)", reason: "copy[K2].data = –" });
  });

  test("tells both in its text, with what is in flight", () => {
    const text = textOfTrace(trace);
    const flying = inFlightAtEnd(trace);
    expect(text).toContain(flying.length === 0 ? "no message is in flight" : `in flight: ${flying.join(", ")}`);
    for (const { name, reason } of waitedFor(trace).slice(0, 4))
      expect(text).toContain(`      ${name} cannot be taken, as ${reason}`);
    expect(textOfTrace(safe)).not.toMatch(/in flight|cannot be taken/);
    expect(safe["#meta"].closed).toBeUndefined();
  });

  test("keeps it in its file, and in a replay of the same run", async () => {
    const read = parseTrace(JSON.stringify(trace));
    const again = replay(new Instance((await loadModel("popcorn")).model, given), read);
    expect(again.difference).toBeUndefined();
    expect(again.trace).toEqual(trace);
    expect(() =>
      parseTrace(JSON.stringify({ ...trace, "#meta": { ...trace["#meta"], closed: [{ name: 1 }] } })),
    ).toThrow(/"closed/);
  });
});
