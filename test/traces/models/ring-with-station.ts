/**
 * A token goes round a ring of nodes and through a fixed station. An inbox tells who receives and not who sends: that
 * the actions say, by `by`.
 */
import { Record } from "immutable";
import {
  disabled,
  integer,
  model,
  nameOf,
  type OrderedMember,
  ordered,
  perMember,
  Queue,
  type StateOf,
  single,
  singleProcess,
  type ValuesOf,
  vocabulary,
} from "popcheck/model";
import { by, type Did } from "./did.js";

const parameters = { nodes: integer("nodes", { default: 3, min: 2, max: 5 }) };
const nodes = ordered("node", { prefix: "N", size: "nodes" });
type Node = OrderedMember<"node">;
const station = singleProcess("station", "rounds");

class Token extends Record({ kind: "Token" as "Token" | "Hello" }) {}
const token = new Token();
const hello = new Token({ kind: "Hello" });

const variables = () => ({
  entered: perMember(nodes, 0),
  rounds: single(0),
  inbox: perMember(nodes, Queue.of<Token>()),
  stationInbox: single(Queue.of(token)),
  did: single(by("")),
});
type State = StateOf<ReturnType<typeof variables>, ValuesOf<typeof parameters>>;
const { action } = vocabulary<State>();

/** Sends to the node after node `i`, or to the station after the last one. */
function toNext(state: State, i: Node | undefined, message: Token, did: Did): State {
  const ring = state.members(nodes);
  const next = ring[i === undefined ? 0 : ring.indexOf(i) + 1];
  const from = i === undefined ? "station" : nameOf(i);
  const noted = state.withDid(did.sends(from, next === undefined ? "station" : nameOf(next), message.kind));
  return next === undefined
    ? noted.withStationInbox(state.stationInbox().put(message))
    : noted.withInbox(next, state.inbox(next).put(message));
}

function senderTo(state: State, i: Node | undefined): string {
  const ring = state.members(nodes);
  const before = i === undefined ? ring.at(-1) : ring[ring.indexOf(i) - 1];
  return before === undefined ? "station" : nameOf(before);
}

const pass = action(
  "Pass",
  { i: nodes },
  (state, { i }) => {
    const [message] = state.inbox(i).takeable();
    if (message === undefined) return disabled;
    const received = state.withInbox(i, state.inbox(i).take(message)).withEntered(i, (state.entered(i) + 1) % 3);
    return toNext(received, i, message, by(nameOf(i)).receives(senderTo(state, i), nameOf(i), message.kind));
  },
  { by: "i" },
);

const greet = action(
  "Greet",
  { i: nodes },
  (state, { i }) => (state.entered(i) === 1 ? toNext(state, i, hello, by(nameOf(i))) : disabled),
  { by: "i" },
);

const stationPasses = action(
  "StationPasses",
  {},
  (state) => {
    const [message] = state.stationInbox().takeable();
    if (message === undefined) return disabled;
    const taken = state.withStationInbox(state.stationInbox().take(message)).withRounds((state.rounds() + 1) % 4);
    // The token that lies here at first comes from nobody.
    const from = state.did().actor === "" ? "channel stationInbox" : senderTo(state, undefined);
    const noted = by("station").receives(from, "station", message.kind);
    return message.kind === "Hello" ? taken.withDid(noted) : toNext(taken, undefined, message, noted);
  },
  { by: station },
);

/** The station counts anew: a step that only its variable tells, and that names a node all the same. */
const count = action("Count", { of: nodes }, (state) =>
  state.rounds() > 0 ? state.withRounds(0).withDid(by("station")) : disabled,
);

export const ringWithStation = model({
  name: "ring-with-station",
  about: "A token goes round a ring and through a station",
  parameters,
  variables,
  actions: () => [pass, greet, stationPasses, count],
  properties: () => [],
  processes: [nodes, station],
  channels: { inbox: { to: "index" }, stationInbox: { to: station } },
});
