/** What a model says of its processes and channels: each mistake has its own message, and `describe` tells it. */
import { Record } from "immutable";
import { describe, expect, test } from "vitest";
import { LoadError } from "../../checker/errors.js";
import {
  Bag,
  disabled,
  type Member,
  type Model,
  model,
  type Parameters,
  perMember,
  perPair,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  vocabulary,
} from "../../checker/model/index.js";
import { Instance } from "../../checker/model/instance.js";
import { channelsInWords, processesInWords } from "../../checker/model/process-words.js";
import { successorsOf } from "../../checker/model/reference.js";
import { follow, traceOf } from "../../traces/replay/run.js";

// Authors' mistakes do not compile, which is why these tests take types away.
// biome-ignore lint/suspicious/noExplicitAny: the mistakes are what types would refuse
type Wrong = any;

class Message extends Record({ kind: "Ask", from: null as Member<"node"> | null }) {}
class Node extends Record({ at: "I", request: "none" as "none" | "ask", data: 0 }) {}
const nodes = scalarset("node", { prefix: "N", size: 2 });
const others = scalarset("other", { prefix: "O", size: 2 });
const home = singleProcess("home", "count");
const variables = () => ({
  node: perMember(nodes, new Node()),
  up: perMember(nodes, Bag.of<Message>()),
  link: perPair(nodes, Bag.of<Message>()),
  bus: single(Bag.of<Message>()),
  count: single(0),
});
type State = StateOf<ReturnType<typeof variables>>;
const { action } = vocabulary<State>();

const parts = {
  name: "wrong",
  about: "",
  parameters: {},
  variables,
  actions: () => [
    action("Send", { n: nodes }, (state, { n }) => state.withBus(state.bus().put(new Message({ from: n })))),
  ],
  properties: () => [],
  processes: [nodes, home],
  channels: {
    up: { from: "index", to: home },
    link: { from: "second index", to: "first index" },
    bus: { from: (message) => message.from },
    "node.request": { from: "index", to: home, empty: "none", payload: ["data"] },
  },
} satisfies Partial<Model<Parameters, ReturnType<typeof variables>>>;

const made = (more: object): Instance => new Instance(model({ ...parts, ...more } as Wrong) as Wrong);

test("a model that is as it must be is described with its processes and the ends of its channels", () => {
  const instance = made({});
  expect(processesInWords(instance)).toEqual([
    ["N1, N2", "each node"],
    ["home", "with count"],
  ]);
  expect(channelsInWords(instance)).toEqual([
    ["up", "from the node that it is indexed by to home"],
    ["link", "from the second node to the first node"],
    ["bus", "from whom the message names to whoever takes the step, if its action says who"],
    ["node.request", "from the node that it is indexed by to home; a field, none when it holds no message, with data"],
  ]);
});

test("a model that declares nothing has channels whose ends are not known, but for those by pair", () => {
  const unknown = "whoever takes the step, if its action says who";
  const instance = made({ processes: undefined, channels: undefined });
  expect(processesInWords(instance)).toEqual([]);
  expect(channelsInWords(instance)).toEqual([
    ["up", `from ${unknown} to ${unknown}`],
    ["link", "from the first node to the second node"],
    ["bus", `from ${unknown} to ${unknown}`],
  ]);
});

describe("is refused when the model is instantiated:", () => {
  const channels = (of: object) => ({ channels: of });
  const by = (of: unknown) => ({ actions: () => [action("Step", { n: nodes }, () => disabled, { by: of as Wrong })] });
  const cases: [string, object, RegExp][] = [
    ["processes that are no list", { processes: nodes }, /^processes of wrong is .*\n {2}Give a list of index sets/],
    ["a process that is none", { processes: ["home"] }, /^one of the processes of wrong is the text "home"\n {2}Give an index set, or a single process/],
    ["a process twice", { processes: [nodes, home, singleProcess("home", "bus")] }, /^two processes of wrong are called home\n/],
    ["a process with a member's name", { processes: [nodes, singleProcess("N1", "count")] }, /^two processes of wrong are called N1\n/],
    ["an index set of no variable", { processes: [others] }, /^processes of wrong has the index set other, by which no variable is declared\n/],
    ["a process without its variable", { processes: [nodes, singleProcess("home")] }, /^the process home has the variable home, and there is none: node, up, /],
    ["a process with a channel", { processes: [nodes, singleProcess("home", "bus")] }, /^the process home has the variable bus of messages\n/],
    ["a variable of two processes", { processes: [nodes, home, singleProcess("b", "count")] }, /^the variable count belongs to two processes, home and b$/],
    ["channels that are no object", channels([]), /^channels of wrong is a plain array, \[\]\n/],
    ["a channel that is no variable", channels({ down: { from: home } }), /^channels names the variable down, and there is none: node, up/],
    ["a channel that holds no messages", channels({ node: { from: home } }), /^the channel node is the variable node, which holds no messages\n.*"node\.field"/],
    ["a field that is none", channels({ "node.grant": { empty: "" } }), /^the channel node\.grant has the field grant, and records of node have at, request, data$/],
    ["a field of what is no record", channels({ "count.grant": { empty: "" } }), /^the channel count\.grant is a field of count, which holds no record, but 0$/],
    ["a payload that is no field", channels({ "node.request": { empty: "none", payload: ["value"] } }), /has the field value, and records of node have/],
    ["a field without what is no message", channels({ "node.request": { from: "index" } }), /^the channel node\.request does not say what is no message\n {2}Give empty/],
    ["ends that are none", channels({ up: "home" }), /^the ends of the channel up are the text "home"\n/],
    ["an end that is none", channels({ up: { from: "node" } }), /^from of the channel up is the text "node"\n {2}Give "index", or a single process, or a function/],
    ["an index of a single variable", channels({ bus: { to: "index" } }), /^to of the channel bus is the text "index"\n {2}Give a single process, or a function/],
    ["an index of a pair", channels({ link: { to: "index" } }), /^to of the channel link is the text "index"\n {2}Give "first index", or "second index"/],
    ["an end that is not declared", channels({ up: { to: singleProcess("away", "count") } }), /^to of the channel up is the process away, which is not declared\n/],
    ["an index that is no process", { processes: [home], ...channels({ up: { from: "index" } }) }, /^from of the channel up is a node, which is no process of wrong\n/],
    ["a step of an undeclared process", by(singleProcess("away", "count")), /^by of action Step, declared at .*, is the process away, which is not declared\n/],
    ["a step of no name", by("m"), /^by of action Step, .* is the text "m"\n {2}Give a single process, or one of its names: n\./],
    ["a step of what is no process", { processes: [home], channels: {}, ...by("n") }, /^by of action Step, .* is n, which is bound to no process\n/],
  ]; // biome-ignore format: a mistake is a line
  test.each(cases)("%s", (_, more, message) => {
    const load = () => made(more);
    expect(load).toThrow(LoadError);
    expect(load).toThrow(message);
  });
});

test("a function that is an end and returns no process is named when a trace is written", () => {
  const instance = made({ channels: { bus: { from: () => "N1" } } });
  const [choice] = [...successorsOf(instance, instance.initial[0]!)].keys();
  const choices = { initial: 0, steps: [choice!] };
  const header = { property: { name: "a walk", kind: "walk", says: "" }, explanation: "" };
  expect(() => traceOf(instance, choices, follow(instance, choices), header)).toThrow(
    /^from of the channel bus returned the text "N1"\n {2}Return a member, a single process, or null/,
  );
});
