/**
 * German's directory-based cache coherence protocol (Steven German, 2000), exactly as published for Murphi: one home, N
 * caches, three single-message channels between the home and each cache, and one line whose data is one of a few
 * values.
 *
 * The published model keeps the data of a channel, and the current requester, after they have been used. This one keeps
 * them too, since the counts depend on it.
 */
import { Record } from "immutable";
import {
  type Binding,
  disabled,
  integer,
  type Member,
  type Model,
  model,
  nameOf,
  oneOf,
  type Property,
  perMember,
  type StateOf,
  scalarset,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";

type CacheState = "I" | "S" | "E";
type Request = "Empty" | "ReqS" | "ReqE";
type Grant = "Empty" | "Inv" | "GntS" | "GntE";

const parameters = {
  nodes: integer("caches", { default: 3, min: 1, max: 6 }),
  data: integer("values that the line may hold", { default: 2, min: 1, max: 4 }),
};
type Parameters = ValuesOf<typeof parameters>;

export const nodes = scalarset("node", { prefix: "N", size: "nodes" });
type Node = Member<"node">;

/** What the home and a cache keep about each other: the line, the three channels, the home's two bits. */
class Node_ extends Record({
  cache: "I" as CacheState,
  data: 0,
  /** Channel 1, cache to home. */
  request: "Empty" as Request,
  /** Channel 2, home to cache, with its data. */
  grant: "Empty" as Grant,
  grantData: 0,
  /** Channel 3, cache to home, with its data. */
  acked: false,
  ackData: 0,
  /** Whether the home has still to send an Inv. */
  toInvalidate: false,
  sharer: false,
}) {}

class Home extends Record({
  exclusiveGranted: false,
  command: "Empty" as Request,
  requester: null as Node | null,
  memory: 0,
  /** The last written data: what every reader should see. */
  latest: 0,
}) {}

const variables = () => ({ node: perMember(nodes, new Node_()), home: single(new Home()) });
type State = StateOf<ReturnType<typeof variables>, Parameters>;
const { action, always, goal, reachable } = vocabulary<State>();

/** The home, with its directory: its bits for each node are kept in the node's record, beside the channels. */
const home = singleProcess("home");

const atEach = { i: nodes };
type At = Binding<typeof atEach>;

const sendReqS = action("SendReqS", atEach, (state, { i }) => {
  const node = state.node(i);
  if (node.request !== "Empty" || node.cache !== "I") return disabled;
  return state.withNode(i, node.set("request", "ReqS"));
});

const sendReqE = action("SendReqE", atEach, (state, { i }) => {
  const node = state.node(i);
  if (node.request !== "Empty" || node.cache === "E") return disabled;
  return state.withNode(i, node.set("request", "ReqE"));
});

function receiveRequest(name: string, request: Request) {
  return action(name, atEach, (state, { i }: At) => {
    if (state.node(i).request !== request) return disabled;
    const home = state.home();
    if (home.command !== "Empty") return disabled;
    const received = state
      .withNode(i, state.node(i).set("request", "Empty"))
      .withHome(home.merge({ command: request, requester: i }));
    return state.members(nodes).reduce((next, j) => {
      const node = next.node(j);
      return next.withNode(j, node.set("toInvalidate", node.sharer));
    }, received);
  });
}

const sendInv = action("SendInv", atEach, (state, { i }) => {
  const node = state.node(i);
  if (node.grant !== "Empty" || !node.toInvalidate) return disabled;
  const { command } = state.home();
  if (!(command === "ReqE" || (command === "ReqS" && state.home().exclusiveGranted))) return disabled;
  return state.withNode(i, node.merge({ grant: "Inv", toInvalidate: false }));
});

const sendInvAck = action("SendInvAck", atEach, (state, { i }) => {
  const node = state.node(i);
  if (node.grant !== "Inv" || node.acked) return disabled;
  const acked = node.merge({ grant: "Empty", acked: true, cache: "I" });
  return state.withNode(i, node.cache === "E" ? acked.set("ackData", node.data) : acked);
});

const receiveInvAck = action("RecvInvAck", atEach, (state, { i }) => {
  const node = state.node(i);
  if (!node.acked || state.home().command === "Empty") return disabled;
  const received = state.withNode(i, node.merge({ acked: false, sharer: false }));
  if (!state.home().exclusiveGranted) return received;
  return received.withHome(state.home().merge({ exclusiveGranted: false, memory: node.ackData }));
});

const sendGntS = action("SendGntS", atEach, (state, { i }) => {
  const node = state.node(i);
  const home = state.home();
  if (node.grant !== "Empty" || home.requester !== i || home.command !== "ReqS" || home.exclusiveGranted)
    return disabled;
  return state
    .withNode(i, node.merge({ grant: "GntS", grantData: home.memory, sharer: true }))
    .withHome(home.set("command", "Empty"));
});

const sendGntE = action("SendGntE", atEach, (state, { i }) => {
  const node = state.node(i);
  const home = state.home();
  if (node.grant !== "Empty" || home.requester !== i || home.command !== "ReqE" || home.exclusiveGranted)
    return disabled;
  if (state.members(nodes).some((j) => state.node(j).sharer)) return disabled;
  return state
    .withNode(i, node.merge({ grant: "GntE", grantData: home.memory, sharer: true }))
    .withHome(home.merge({ command: "Empty", exclusiveGranted: true }));
});

function receiveGrant(name: string, grant: Grant, cache: CacheState) {
  return action(name, atEach, (state, { i }: At) => {
    const node = state.node(i);
    if (node.grant !== grant) return disabled;
    return state.withNode(i, node.merge({ cache, data: node.grantData, grant: "Empty" }));
  });
}

const store = (values: number) =>
  action(
    "Store",
    { i: nodes, data: oneOf(...range(values)) },
    (state, { i, data }) => {
      const node = state.node(i);
      if (node.cache !== "E") return disabled;
      return state.withNode(i, node.set("data", data)).withHome(state.home().set("latest", data));
    },
    { by: "i" },
  );

const range = (count: number) => Array.from({ length: count }, (_, i) => i + 1);

const controlProp = always({
  name: "CntrlProp",
  says: "an exclusive copy excludes every other, a shared one every exclusive",
  for: { i: nodes, j: nodes },
  holds: (state, { i, j }) => i === j || state.node(i).cache !== "E" || state.node(j).cache === "I",
  explain: (state, { i, j }) => `${nameOf(i)} is ${state.node(i).cache}; ${nameOf(j)} is ${state.node(j).cache}`,
});

const dataProp = always({
  name: "DataProp",
  says: "memory is the last written data unless a copy is exclusive; every valid copy is the last written data",
  for: { i: nodes },
  holds: (state, { i }) => {
    const home = state.home();
    if (!home.exclusiveGranted && home.memory !== home.latest) return false;
    return state.node(i).cache === "I" || state.node(i).data === home.latest;
  },
  explain: (state, { i }) => `${nameOf(i)} holds ${state.node(i).data}, the last written is ${state.home().latest}`,
});

const everyState = reachable({
  name: "every cache state is reached",
  says: "no verdict is vacuous",
  goals: (["S", "E"] as const).map((cache) =>
    goal(`cache ${cache}`, atEach, (state, { i }) => state.node(i).cache === cache),
  ),
});

export const german: Model<typeof parameters, ReturnType<typeof variables>> = model({
  name: "german",
  about: "German's directory-based cache coherence protocol, as published for Murphi",
  parameters,
  variables,
  initial: (declared) =>
    range(declared.parameters.data).map((data) =>
      declared.withHome(declared.home().merge({ memory: data, latest: data })),
    ),
  actions: ({ data }) => [
    store(data),
    sendReqS,
    sendReqE,
    receiveRequest("RecvReqS", "ReqS"),
    receiveRequest("RecvReqE", "ReqE"),
    sendInv,
    sendInvAck,
    receiveInvAck,
    sendGntS,
    sendGntE,
    receiveGrant("RecvGntS", "GntS", "S"),
    receiveGrant("RecvGntE", "GntE", "E"),
  ],
  properties: (): Property<State>[] => [controlProp, dataProp, everyState],
  headline: { node: "cache", home: "command" },
  standings: { node: ["I", "S", "E"], home: ["Empty", "ReqS", "ReqE"] },
  processes: [nodes, home],
  channels: {
    "node.request": { from: "index", to: home, empty: "Empty" },
    "node.grant": { from: home, to: "index", empty: "Empty", payload: ["grantData"] },
    "node.acked": { from: "index", to: home, empty: false, payload: ["ackData"] },
  },
});
