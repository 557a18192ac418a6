/** What happened in each step of a run, from what a test model notes, or from a table of what an action does. */
import { type Json, showItf } from "../../../traces/formats/json.js";
import type { Trace } from "../../../traces/trace.js";

/** What a step did: who acted, and `from→to kind` for each message sent and received. */
export interface Told {
  readonly actor: string;
  readonly sent: readonly string[];
  readonly received: readonly string[];
}

const nothing: Told = { actor: "", sent: [], received: [] };

/** Reads the notes of a model that has a variable `did` (did.ts). */
export function toldByModel(trace: Trace): Told[] {
  return trace.states.map(({ did }) => did as unknown as Told);
}

type Entries = readonly (readonly [string, Json])[];
const entries = (value: unknown) => (value as { "#map": Entries })["#map"];

/** Lists the kinds of the messages in a bag of a trace, each as often as it is there. */
function kindsIn(bag: Json): string[] {
  return (bag as unknown as { "#map": readonly (readonly [{ kind: string }, Json])[] })["#map"].flatMap(
    ([{ kind, ...rest }, count]) =>
      Array.from({ length: Number(showItf(count)) }, () => `${kind} ${JSON.stringify(rest)}`),
  );
}

/** Returns what is in one list more often than in the other. */
function more(one: readonly string[], other: readonly string[]): string[] {
  const left = [...other];
  return one.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

const wordOf = (text: string) => text.split(" ")[0]!;

/**
 * MESI with a home: what lies in `up[C]` was put there by C and is taken out by the home, and the other way round in
 * `down[C]`. Load, Store, Evict and Cache are steps of a cache, Home is a step of the home.
 */
export function mesiDid(trace: Trace): Told[] {
  return trace.states.map((state, index): Told => {
    const before = trace.states[index - 1];
    if (before === undefined) return nothing;
    const { action, binding, message, unspecified } = state["#meta"];
    const actor = action === "Home" ? "home" : binding.c!;
    const kind = (message as { kind: string } | undefined)?.kind;
    if (unspecified !== undefined) {
      const way = action === "Home" ? `${binding.from}→home` : `home→${binding.c}`;
      return { actor, sent: [], received: [`${way} ${kind}`] };
    }
    const moved = (one: typeof before, other: typeof before) =>
      ["up", "down"].flatMap((channel) =>
        entries(one[channel]).flatMap(([cache, bag]) => {
          const way = channel === "up" ? `${cache}→home` : `home→${cache}`;
          const there = entries(other[channel]).find(([place]) => place === cache)![1];
          return more(kindsIn(bag), kindsIn(there)).map((text) => `${way} ${wordOf(text)}`);
        }),
      );
    return { actor, sent: moved(state, before), received: moved(before, state) };
  });
}

/** What each action of German's protocol does at node `i`: whose step it is, and what it sends and receives. */
const GERMAN: Readonly<Record<string, { by: "node" | "home"; sends?: string; receives?: string }>> = {
  Store: { by: "node" },
  SendReqS: { by: "node", sends: "ReqS" },
  SendReqE: { by: "node", sends: "ReqE" },
  RecvReqS: { by: "home", receives: "ReqS" },
  RecvReqE: { by: "home", receives: "ReqE" },
  SendInv: { by: "home", sends: "Inv" },
  SendInvAck: { by: "node", receives: "Inv", sends: "acked" },
  RecvInvAck: { by: "home", receives: "acked" },
  SendGntS: { by: "home", sends: "GntS" },
  SendGntE: { by: "home", sends: "GntE" },
  RecvGntS: { by: "node", receives: "GntS" },
  RecvGntE: { by: "node", receives: "GntE" },
};

/** @param acknowledged the word of the message that SendInvAck sends */
export function germanDid(trace: Trace, acknowledged = "acked"): Told[] {
  const worded = (word: string) => (word === "acked" ? acknowledged : word);
  return trace.states.map((state, index): Told => {
    if (index === 0) return nothing;
    const { action, binding } = state["#meta"];
    const { by, sends, receives } = GERMAN[action]!;
    const [here, there] = by === "home" ? ["home", binding.i!] : [binding.i!, "home"];
    return {
      actor: here,
      sent: sends === undefined ? [] : [`${here}→${there} ${worded(sends)}`],
      received: receives === undefined ? [] : [`${there}→${here} ${worded(receives)}`],
    };
  });
}
