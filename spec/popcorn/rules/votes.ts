/**
 * Votes (sections 4.2 to 4.5 and 4.7): what is answered to an Invalid, and what a writer does with an Ack or a Nack.
 * What a copy learns of its round on the way is in rounds.ts. An Invalid in Invalid Read is in reading.ts, one in
 * Unmapped and Fetching in unmapped.ts.
 */
import { type Copy, Least } from "../copy.js";
import { answerHeld } from "../held-requests.js";
import { recordGivingWay, recordNack } from "../history.js";
import { Ack, Nack, type Vote } from "../messages.js";
import { type Options, usesFlags } from "../options.js";
import { answeredBy, type PageCell, type Reception } from "../reception.js";
import { noteInvalid, noteWriter } from "../rounds.js";
import { send } from "../sending.js";
import { rule } from "../state.js";

// Copies that do not write

/** An Invalid in Invalid. */
export const ackOnly = rule<Reception>("4.5: a copy that is not trying to write Acks", ({ copy, message, next }) =>
  next(copy.afterAck(message.version), Ack()),
);

/** An Invalid in Shared. */
export const ackAndDrop = rule<Reception>(
  "4.2, 4.5: an Invalid is Acked; the data is no longer up-to-date: to Invalid",
  ({ copy, message, next }) => next(copy.afterAck(message.version).merge({ page: "Invalid", data: null }), Ack()),
);

const modifiedNacks = rule<Reception>(
  "4.7: a late Invalid in Modified is answered with a Nack",
  ({ copy, next, state }) => {
    const { parameters } = state;
    return next(copy, Nack({ writing: usesFlags(parameters) && parameters.flagOfModified === "set" }));
  },
);

const modifiedAcks = rule<Reception>(
  "4.5: an Invalid is Acked and the data discarded",
  ({ at, copy, from, message, state }) => {
    const acked = copy.afterRound().afterAck(message.version).merge({ page: "Invalid", data: null });
    return send(answerHeld(state, at, acked), at, from, Ack());
  },
);

/** An Invalid in Modified: it is late, and from 4.7 on answered with a Nack. */
export function lateInvalid({ nackInModified }: Options): PageCell {
  return nackInModified ? modifiedNacks : modifiedAcks;
}

// Writers

/** 4.3: whether the copy votes Nack: the (time stamp, index) of the message is the greater one. */
function outvotes({ copy, message, at, from, state }: Reception): boolean {
  const [own, other] = [copy.stamp!, message.stamp!];
  return other.isAfter(own) || (other === own && state.precedes(at, from));
}

/**
 * What a vote tells besides: the flag, if it is `writing` and anything uses the flag, and the time stamp, if step 2
 * goes by it.
 */
function voteOf({ state, copy }: Reception, writing: boolean): Vote {
  const tell = state.parameters.winnerInStep2 === "least-stamp" && usesFlags(state.parameters);
  return { writing: writing && usesFlags(state.parameters), stamp: tell ? copy.stamp : null };
}

const voteByStamp = rule<Reception>(
  "4.3: Nack if the time stamp, then the index, in the message is greater; otherwise Ack",
  (reception) => {
    const { copy, from, message, next, state } = reception;
    const seen = noteInvalid(copy, from, state.parameters);
    if (outvotes(reception)) return next(seen, Nack(voteOf(reception, true)));
    const gaveWay = copy.page === "WritingPend1" ? recordGivingWay(seen, from) : seen;
    return next(gaveWay.afterAck(message.version), Ack(voteOf(reception, true)));
  },
);

const ackAndWriteOn = rule<Reception>("4.2: Writing Acks an Invalid and goes on writing", ({ copy, next }) =>
  next(copy, Ack()),
);

/** An Invalid in Writing Pend 1 and 2: from 4.3 on the writer votes. */
export function vote({ votes }: Options): PageCell {
  return votes ? voteByStamp : ackAndWriteOn;
}

/** An Invalid in Writing Read (questions 3 and 4). */
export const loserVotes = rule<Reception>("4.3, 4.7: a writer votes on an Invalid", (reception) => {
  const { copy, from, message, next, state } = reception;
  const { invalidInWritingRead, flagInWritingRead } = state.parameters;
  const told = voteOf(reception, flagInWritingRead === "set");
  const seen = noteInvalid(copy, from, state.parameters);
  const votes = invalidInWritingRead === "vote" || invalidInWritingRead === "vote-and-fetch";
  if (votes && outvotes(reception)) return next(seen, Nack(told));
  const acked = seen.afterAck(message.version);
  const fetchesAgain = invalidInWritingRead === "ack-and-fetch" || invalidInWritingRead === "vote-and-fetch";
  return next(fetchesAgain ? acked.merge({ again: true, data: null }) : acked, Ack(told));
});

// Votes that come

/** An Ack in Writing Pend 1 and 2. Repaired (R4), it may ask for a Copy. */
export const countAck = rule<Reception>("4.2: an acknowledge from each kernel must be received", (reception) => {
  const { from, message, next } = reception;
  const changed = noteVote(reception, answeredBy(reception));
  return next(message.reading ? changed.set("owes", changed.owes.add(from)) : changed);
});

/** A Nack in Writing Pend 1 and 2. */
export const countNack = rule<Reception>(
  "4.4: a Nack: to Writing Pend 2, which collects the remaining answers",
  (reception) => {
    const lost = recordNack(answeredBy(reception).becomes("WritingPend2"));
    const fromWinner = usesFlags(reception.state.parameters) && !reception.message.writing;
    return reception.next(noteVote(reception, fromWinner ? lost.set("clearNack", true) : lost));
  },
);

/**
 * The copy `changed` when it has noted what the vote tells: the flag and, if votes tell time stamps, the least of them.
 */
function noteVote({ message, from, copy, state }: Reception, changed: Copy): Copy {
  const flagged = message.writing ? noteWriter(changed, from, state.parameters) : changed;
  if (message.stamp === null) return flagged;
  const { least } = copy;
  const isLess =
    least === null ||
    message.stamp.isBefore(least.stamp!) ||
    (message.stamp === least.stamp && state.parameters.clocks !== "unbounded" && state.precedes(from, least.kernel!));
  return isLess ? flagged.set("least", new Least({ kernel: from, stamp: message.stamp })) : flagged;
}
