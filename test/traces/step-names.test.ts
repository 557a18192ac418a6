/** The names of steps: what a step receives is in its name, whatever the protocol calls its processes and channels. */
import { describe, expect, test } from "vitest";
import { Instance } from "../../checker/model/instance.js";
import { nameOfStep } from "../../checker/model/step-name.js";
import { checkSync } from "../../checker/search/check.js";
import { messagesOf } from "../../traces/analysis/change.js";
import { stepNameOf } from "../../traces/analysis/step-names.js";
import { showItf } from "../../traces/formats/json.js";
import type { Trace } from "../../traces/trace.js";
import mesi from "../search/models/mesi.js";
import { counterexampleOf } from "../support/counterexamples.js";

const namesIn = (trace: Trace) => trace.states.map((_, index) => stepNameOf(trace, index));

describe("a step that receives", () => {
  test("is named with the message and its way, which are not told again beside it", async () => {
    const swmr = await counterexampleOf("popcorn", { stage: "4.2", kernels: 2 }, "SWMR");
    expect(namesIn(swmr)).toEqual([
      "initial",
      "App_Read(K2)",
      "Receive Fetch K2→K1",
      "Receive Copy(data v1) K1→K2",
      "App_Write(K1)",
      "Receive Invalid K1→K2",
      "Receive Ack K2→K1",
      "Write_Done(K1)",
      "Read_Done(K2)",
    ]);
    expect(messagesOf(swmr, 5)).toEqual(["+ Ack K2→K1"]);
  });

  test("from a home, which no binding names, is named with the declared ends", () => {
    const instance = new Instance(mesi as never, { upgrade: "impossible" });
    const { properties } = checkSync(instance, {});
    const trace = properties.find((property) => property.trace !== undefined)!.trace!;
    const received = trace.states.flatMap(({ "#meta": step }, index) =>
      step.message === undefined ? [] : [{ name: stepNameOf(trace, index), message: showItf(step.message) }],
    );
    expect(received.length).toBeGreaterThan(1);
    for (const { name, message } of received) {
      expect(name).toContain(` ${message} `);
      expect(name).toMatch(/→/);
    }
  });

  test("that no rule receives is named like one that is received", async () => {
    const refused = await counterexampleOf(
      "popcorn",
      { stage: "4.8", kernels: 3, invalidInUnmapped: "impossible" },
      "no unspecified reception",
    );
    expect(namesIn(refused).at(-1)).toMatch(/^Receive Invalid(\(.*\))? K\d→K\d$/);
  });
});

test("no value of a binding is lost, and none is told twice", () => {
  expect(nameOfStep("Send", { from: "K1", to: "K2", data: "3" })).toBe("Send(K1→K2, 3)");
  expect(nameOfStep("Tick", {})).toBe("Tick");
  expect(nameOfStep("Receive", { from: "K1", to: "K2", data: "3" }, "Ack")).toBe("Receive Ack K1→K2 (3)");
  expect(nameOfStep("Receive", { i: "C1", j: "null" }, "Ack")).toBe("Receive Ack (C1)");
  expect(nameOfStep("Receive", { i: "C1", n: "4" }, "Ack", "C1→home", ["C1", "home"])).toBe("Receive Ack C1→home (4)");
});
