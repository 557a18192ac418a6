/**
 * Random systems that receive by tables: a few interchangeable members, each with a state and a bag of messages. Cells
 * are rules, rules that wait, and impossible ones. Every step of the protocol is weakly fair: a run stands still just
 * where the protocol has no step.
 */
import { Record as ImmutableRecord } from "immutable";
import {
  Bag,
  type Cells,
  type Channel,
  disabled,
  impossible,
  type Member,
  model,
  noUnspecifiedReception,
  type Property,
  perMember,
  type ReceiveTable,
  type StateOf,
  scalarset,
  vocabulary,
} from "../../checker/model/index.js";
import type { AnyModel } from "../../checker/model/model.js";
import { dice } from "./dice.js";

const members = scalarset("member", { prefix: "M", size: "members" });
type Id = Member<"member">;
export const ROWS = ["Idle", "Busy", "Done"] as const;
type Row = (typeof ROWS)[number];
const KINDS = ["Ask", "Tell"] as const;
type Kind = (typeof KINDS)[number];
class Message extends ImmutableRecord({ kind: "Ask" as Kind }) {}
class Local extends ImmutableRecord({ at: "Idle" as Row, asked: false }) {}
const variables = () => ({ local: perMember(members, new Local()), inbox: perMember(members, Bag.of<Message>()) });
type State = StateOf<ReturnType<typeof variables>, Record<never, never>>;
const { action, receive, rule, leadsTo, noDeadlock } = vocabulary<State>();

/** The most messages in one bag. */
const ROOM = 2;

function send(state: State, to: Id, kind: Kind): State {
  const inbox: Channel<Message> = state.inbox(to);
  return inbox.size >= ROOM ? state : state.withInbox(to, inbox.put(new Message({ kind })) as Bag<Message>);
}

/** Makes a system of two or three members. It has a deadlock property and a liveness property for each state. */
export function randomReceivers(seed: number): AnyModel {
  const roll = dice(seed * 7919 + 17);
  for (let i = 0; i < 8; i++) roll(2);
  interface AtMember {
    readonly state: State;
    readonly m: Id;
  }
  const cell = () => {
    const kind = roll(8);
    if (kind < 2) return impossible("nobody sends it");
    if (kind === 2) return rule<AtMember>("not now", () => disabled);
    const [at, answer, kinds] = [ROWS[roll(3)]!, roll(3), KINDS[roll(2)]!];
    return rule<AtMember>("on it goes", ({ state, m }) => {
      const next = state.withLocal(m, state.local(m).set("at", at));
      if (answer === 0) return next;
      const to = answer === 1 ? [m] : state.others(m);
      return to.map((each) => send(next, each, kinds));
    });
  };
  type Table = Cells<Row, Kind, AtMember, State>;
  const cells = Object.fromEntries(
    ROWS.map((row) => [row, Object.fromEntries(KINDS.map((kind) => [kind, cell()]))]),
  ) as unknown as Table;
  const table: ReceiveTable<Row, Kind, AtMember, State> = { name: "random", rows: ROWS, columns: KINDS, cells };
  const [from, to] = [ROWS[roll(3)]!, ROWS[roll(3)]!];
  const asked = KINDS[roll(2)]!;
  const actions = [
    action(
      "Begin",
      { m: members },
      (state, { m }) =>
        state.local(m).asked ? disabled : send(state.withLocal(m, state.local(m).set("asked", true)), m, asked),
      { environment: true },
    ),
    receive(
      "Receive",
      { m: members },
      {
        channel: (state, { m }) => state.inbox(m),
        ...{ table, row: (state: State, { m }: { readonly m: Id }) => state.local(m).at },
        column: (message: Message) => message.kind,
        context: (state, { m }) => ({ state, m }),
      },
      { fair: "weak" },
    ),
    ...(roll(3) === 0
      ? [
          action(
            "Move",
            { m: members },
            (state, { m }) =>
              state.local(m).at === from && from !== to ? state.withLocal(m, state.local(m).set("at", to)) : disabled,
            { fair: "weak" },
          ),
        ]
      : []),
  ];
  const properties: Property<State>[] = ROWS.flatMap((row) => [
    noDeadlock({
      ...{ name: `nobody is stuck in ${row}`, says: "" },
      stuck: (state) => state.members(members).some((m) => state.local(m).at === row),
      explain: () => `somebody is in ${row}`,
    }),
    leadsTo({
      ...{ name: `${row} is left`, says: "", for: { m: members } },
      from: (state, { m }) => state.local(m).at === row,
      to: (state, { m }) => state.local(m).at !== row,
      explain: () => `somebody is in ${row}`,
    }),
  ]);
  const size = 2 + roll(2);
  const listed = roll(2) === 0 ? properties : [noUnspecifiedReception, ...properties];
  return {
    ...model({
      name: "random receivers",
      about: "",
      parameters: {},
      variables,
      actions: () => actions,
      properties: () => listed,
    }),
    parameters: { members: { kind: "integer", about: "", default: size, min: 1, max: 4 } },
  };
}
