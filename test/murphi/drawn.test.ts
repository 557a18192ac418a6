/** Pictures of Murphi models: which processes and messages are guessed or said, and who sends what to whom. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { check, parseTrace } from "../../checker/api/index.js";
import { Instance } from "../../checker/model/instance.js";
import { channelsInWords, processesInWords } from "../../checker/model/process-words.js";
import { murphiModel } from "../../checker/murphi/model.js";
import { messageText } from "../../traces/analysis/channels.js";
import { exchangesByStep, messageHistoryOf } from "../../traces/analysis/messages.js";
import { processesOf } from "../../traces/analysis/processes.js";
import type { Trace } from "../../traces/trace.js";
import { modelFiles, readModel } from "./expectation.js";

const drawnModel = (name: string) => readFileSync(join(import.meta.dirname, "drawn-models", `${name}.m`), "utf8");
const forgetfulHome = readFileSync(
  join(import.meta.dirname, "..", "..", "docs", "examples", "forgetful-home.m"),
  "utf8",
);
const german = readFileSync(join(import.meta.dirname, "..", "twins", "german.m"), "utf8");

const instanceOf = (text: string, parameters = {}) => new Instance(murphiModel(text, "p.m"), parameters);
const processesIn = (text: string, parameters = {}) => processesInWords(instanceOf(text, parameters));
const channelsIn = (text: string, parameters = {}) => channelsInWords(instanceOf(text, parameters));

/** Returns the counterexample of the first property of a model that is violated. */
async function counterexampleOf(text: string, parameters = {}): Promise<Trace> {
  const { properties } = await check(murphiModel(text, "p.m"), { threads: 1, parameters });
  return parseTrace(JSON.stringify(properties.find(({ verdict }) => verdict === "violated")!.trace));
}

/** Returns a line for each step: who acts, what it receives from whom, and what it sends to whom. */
function toldBy(trace: Trace): string[] {
  const history = messageHistoryOf(trace);
  const { sent, received } = exchangesByStep(history);
  return history.actors.slice(1).map((actor, i) => {
    const took = received[i + 1]!.map(({ from, text }) => `-${text.replace(/\(.*/, "")} from ${from}`);
    const put = sent[i + 1]!.map(({ to, text }) => `+${text.replace(/\(.*/, "")} to ${to}`);
    return [actor, ...took, ...put].join(" ");
  });
}

describe("a counterexample shows who sent what to whom", () => {
  test("between a home and inboxes, which are multisets that a union indexes", async () => {
    const trace = await counterexampleOf(forgetfulHome);
    expect(processesOf(trace).names).toEqual(["Proc_1", "Proc_2", "HomeType"]);
    const told = toldBy(trace).map((line) => line.replaceAll(/Proc_\d/g, "Proc"));
    expect(told.filter((line) => line.startsWith("Proc -"))).toEqual(Array(2).fill("Proc -Data from HomeType"));
    expect(told.filter((line) => line.startsWith("HomeType"))).toEqual(
      Array(2).fill("HomeType -Get from Proc +Data to Proc"),
    );
    expect(told.filter((line) => line === "Proc +Get to HomeType").length).toBe(2);
  });

  test("in one queue, whose messages say it themselves, and are not sent again when the queue is shifted", async () => {
    const told = toldBy(await counterexampleOf(drawnModel("queue")));
    const [first, second] = told[0]!.startsWith("Cache_1") ? ["Cache_1", "Cache_2"] : ["Cache_2", "Cache_1"];
    expect(told).toEqual([
      `${first} +Ping to ${second}`,
      `${second} +Ping to ${first}`,
      `${second} -Ping from ${first} +Pong to ${first}`,
      `${first} -Ping from ${second} +Pong to ${second}`,
    ]);
  });

  test("through multisets of records, and not through those of nodes or of an enum", async () => {
    const text = drawnModel("sharers");
    expect(channelsIn(text).map(([name]) => name)).toEqual(["net[Directory]", "net"]);
    const told = toldBy(await counterexampleOf(text)).map((line) => line.replaceAll(/Proc_\d/g, "Proc"));
    expect(told.filter((line) => line === "Proc +Get to Directory").length).toBe(2);
    expect(told.filter((line) => line === "Directory -Get from Proc +Data to Proc").length).toBe(2);
    expect(channelsIn(text, { messages: "sharers" }).map(([name]) => name)).toEqual(["sharers"]);
  });

  test("on wires between the numbers of a range", async () => {
    expect(toldBy(await counterexampleOf(drawnModel("ring")))).toEqual([
      "0 -Token from channel Wires[0].Cmd +Token to 1",
      "1 -Token from 0 +Token to 2",
      "2 -Token from 1 +Token to 0",
      "0 -Token from 2 +Token to 1",
    ]);
  });

  test("in an array by scalarset, between its index and a home that only the rules tell", async () => {
    const broken = german.replace("& Chan2[i].Cmd = Empty & !ExGntd\n", "& Chan2[i].Cmd = Empty\n");
    expect(broken).not.toBe(german);
    const trace = await counterexampleOf(broken, { nodeNum: 2, dataNum: 1 });
    const told = toldBy(trace).map((line) => line.replaceAll(/NODE_\d/g, "NODE"));
    expect(told.sort()).toEqual([
      "NODE +ReqE to home",
      "NODE +ReqS to home",
      "NODE -GntE from home",
      "NODE -GntS from home",
      "home +GntE to NODE",
      "home +GntS to NODE",
      "home -ReqE from NODE",
      "home -ReqS from NODE",
    ]);
    expect(trace["#meta"].headline).toEqual({ Cache: "State" });
    expect(trace["#meta"].standings!.Cache).toEqual(["I", "S", "E"]);
  });
});

describe("what is guessed", () => {
  const RULES = "startstate begin end; rule begin end;";

  test("addresses and data are no processes, whatever they index", () => {
    const text = `type P: scalarset(2); ADDR: scalarset(2); DATA: scalarset(2);
      var c: array [P] of array [ADDR] of boolean; m: array [ADDR] of DATA; ${RULES}`;
    expect(processesIn(text)).toEqual([["P_1, P_2", "each P"]]);
  });

  test("a scalarset that indexes nothing but messages is none", () => {
    const text = `type P: scalarset(2); I: scalarset(2); M: record cmd: enum { Nop, Go }; src: P; end;
      var net: array [I] of M; c: array [P] of boolean; ${RULES}`;
    expect(processesIn(text)).toEqual([["P_1, P_2", "each P"]]);
    const ends = "from whom the message names to whoever takes the step, if its action says who";
    expect(channelsIn(text)).toEqual([["net.cmd", `${ends}; a field, Nop when it holds no message, with src`]]);
  });

  test("where no scalarset is one, a range that rulesets range over is, and no other", () => {
    const text = `type P: 0 .. 1; Q: 0 .. 1; var a: array [P] of boolean; b: array [Q] of boolean; ${RULES}
      ruleset p: P do rule begin a[p] := true; end; end;`;
    expect(processesIn(text)).toEqual([
      ["0", "with a[0]"],
      ["1", "with a[1]"],
    ]);
  });

  test("of a model without processes nothing is said, and members are shown as ever", async () => {
    const { model } = instanceOf(`var x: 0 .. 1; ${RULES}`);
    expect(model.processes).toBeUndefined();
    expect(model.drawnFrom).toBeUndefined();
  });

  test("a pair of processes that index messages are the sender and the receiver", () => {
    const text = `type P: scalarset(2); M: record cmd: enum { None, Go }; n: 0 .. 1; end;
      var net: array [P] of array [P] of M; c: array [P] of boolean; ${RULES}`;
    expect(channelsIn(text)[0]![1]).toContain("from the first P to the second P");
  });

  test("of a pair with an address, the address is no receiver", () => {
    const text = `type P: scalarset(2); ADDR: scalarset(2); M: record cmd: enum { None, Go }; n: 0 .. 1; end;
      var up: array [P] of array [ADDR] of M; c: array [P] of boolean; ${RULES}`;
    expect(channelsIn(text)[0]![1]).toContain("to whom the message names");
  });

  test("messages within a record with other variables are told by their own fields", async () => {
    const text = `type P: scalarset(2); M: record Cmd: enum { UNI_None, UNI_Get }; Data: 0 .. 1; end;
      var Sta: record Uni: array [P] of M; Busy: array [P] of boolean; Dir: record Pending: boolean; end; end;
      startstate begin for p: P do Sta.Uni[p].Cmd := UNI_None; Sta.Busy[p] := false; end; Sta.Dir.Pending := false; end;
      ruleset p: P do
        rule "get" !Sta.Busy[p] ==> begin Sta.Busy[p] := true; Sta.Uni[p].Cmd := UNI_Get; Sta.Uni[p].Data := 1; end;
        rule "serve" !Sta.Dir.Pending & Sta.Uni[p].Cmd = UNI_Get ==> begin
          Sta.Dir.Pending := true; Sta.Uni[p].Cmd := UNI_None; end;
      end;
      invariant "none pending" !Sta.Dir.Pending;`;
    const trace = await counterexampleOf(text);
    expect(toldBy(trace).map((line) => line.replaceAll(/P_\d/g, "P"))).toEqual([
      "P +UNI_Get to home",
      "home -UNI_Get from P",
    ]);
    expect(messageHistoryOf(trace).exchanges[0]!.text).toBe("UNI_Get(Data 1)");
  });

  test("no verdict and no count depends on it", async () => {
    const texts = [
      forgetfulHome,
      ...["queue", "ring"].map(drawnModel),
      ...modelFiles
        .filter((file) => /^(union|array-of|array-range|scalarset-in|scalarset-owner|multiset-by)/.test(file))
        .map(readModel),
    ];
    let drawn = 0;
    for (const text of texts) {
      const results = await Promise.all(
        [{}, { processes: "none", messages: "none" }].map(async (parameters) => {
          try {
            const model = murphiModel(text, "p.m");
            const { distinct, generated, properties } = await check(model, { threads: 1, parameters });
            if (new Instance(model, parameters).model.processes !== undefined) drawn++;
            return { distinct, generated, verdicts: properties.map(({ name, verdict }) => [name, verdict]) };
          } catch (error) {
            return (error as Error).message;
          }
        }),
      );
      expect(results[0]).toEqual(results[1]);
    }
    expect(drawn).toBeGreaterThan(6);
  });
});

describe("what is said", () => {
  const text = `type P: scalarset(2); Q: scalarset(2); M: record a: enum { X, Y }; b: 0 .. 1; end;
    var p: array [P] of boolean; q: array [Q] of boolean; wire: array [P] of M; dir: 0 .. 1; n: 0 .. 1;
    startstate begin end; rule begin end;`;

  test("by options, also that there are none", () => {
    expect(processesIn(text).map(([, words]) => words)).toEqual(["each P", "each Q"]);
    expect(processesIn(text, { processes: "Q,dir" })).toEqual([
      ["Q_1, Q_2", "each Q"],
      ["dir", "with dir"],
    ]);
    expect(instanceOf(text, { processes: "none" }).model.processes).toBeUndefined();
    expect(channelsIn(text)).toEqual([]);
    expect(channelsIn(text, { messages: "wire" })[0]![0]).toBe("wire.a");
    expect(channelsIn(german, { messages: "Chan1,Chan3" }).map(([name]) => name)).toEqual(["Chan1.Cmd", "Chan3.Cmd"]);
  });

  test("by a comment, which an option goes before", () => {
    const said = `-- popcheck: processes Q; messages wire\n${text}`;
    expect(processesIn(said)).toEqual([["Q_1, Q_2", "each Q"]]);
    expect(channelsIn(said)[0]![0]).toBe("wire.a");
    expect(processesIn(said, { processes: "P" })).toEqual([["P_1, P_2", "each P"]]);
    expect(instanceOf(said).model.drawnFrom).toContain("processes are said by p.m:1, messages are said by p.m:1");
    expect(processesIn(`/* -- popcheck: processes Q\n*/ ${text}`).length).toBe(2);
  });

  const refused = (pragma: string) => {
    try {
      instanceOf(`--popcheck: ${pragma}\n${text}`);
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error(`"${pragma}" was taken`);
  };

  test.each([
    ["processes P, R", 'p.m:1:26: there is no type or variable "R"'],
    ["messages wires", 'p.m:1:22: there is no variable "wires"; did you mean wire?'],
    ["messages p", "p.m:1:22: p holds no messages: it has neither a multiset nor a record with an enum in it"],
    ["processes M", "p.m:1:23: M is a type of records, whose values are no processes"],
    ["lanes P", 'p.m:1:13: expected "processes" or "messages" and names, not "lanes"'],
    ["processes", "p.m:1:22: expected the name of a type"],
    ["processes P; processes Q", "p.m:1:26: p.m:1 has said already what processes there are"],
    ["processes P, none", 'p.m:1:26: "none" stands alone'],
  ])("%s is refused with its place and a caret", (pragma, sentence) => {
    const message = refused(pragma);
    expect(message).toContain(sentence);
    const column = Number(/^p\.m:1:(\d+)/.exec(message)![1]);
    expect(message.split("\n")[2]!.indexOf("^")).toBe(column + 1);
  });

  test("an option of an unknown name is refused with what may be meant", () => {
    expect(() => instanceOf(german, { processes: "NODES" })).toThrow(
      '--processes NODES: there is no type or variable "NODES"; did you mean NODE?',
    );
    expect(() => instanceOf(german, { messages: "Chan1,,Chan2" })).toThrow(
      "--messages Chan1,,Chan2: a name is missing",
    );
  });

  test("a scalarset that indexes nothing is refused", () => {
    const text = "type P: scalarset(2); var p: P; startstate begin end; rule begin end;";
    expect(() => instanceOf(text, { processes: "P" })).toThrow("no variable is indexed by P");
  });
});

test("a message whose kind is in a field of another name is told as one whose field is called kind", () => {
  expect(messageText({ mtype: "Get", src: "P1" }, "mtype")).toBe("Get(src P1)");
  expect(messageText({ mtype: "Get", src: "P1" }, undefined)).toBe("{mtype Get, src P1}");
  expect(messageText("Get", "mtype")).toBe("Get");
});
