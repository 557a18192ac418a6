/**
 * What a step of a test model did, as the model itself notes it: who acted, and who sent what to whom. The notes are
 * made where the model's rules send and receive, and know nothing of what the model declares of its channels.
 */
import { List, Record } from "immutable";

export class Did extends Record({
  actor: "",
  /** `from→to kind`, for each message sent. */
  sent: List<string>(),
  /** The same, for each message received. */
  received: List<string>(),
}) {
  sends(from: string, to: string, kind: string): Did {
    return this.set("sent", this.sent.push(`${from}→${to} ${kind}`));
  }
  receives(from: string, to: string, kind: string): Did {
    return this.set("received", this.received.push(`${from}→${to} ${kind}`));
  }
}

/** Begins the notes of a step. */
export const by = (actor: string) => new Did({ actor });
