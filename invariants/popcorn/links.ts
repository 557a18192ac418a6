import { nameOf } from "popcheck/model";
import { kernels } from "../../spec/popcorn/copy.js";
import { answers, type Kind, requests } from "../../spec/popcorn/messages.js";
import { always } from "../../spec/popcorn/state.js";

/**
 * What section 3.1's messaging layer has to carry. A copy sends a request only when it awaits nothing, and each request
 * gets one answer. Repair R4's Copy, which is sent after an answer, is none.
 */
export const oneRequestOneAnswer = always({
  name: "one request, one answer in flight",
  says: "from one kernel to another at most one request and one answer are in flight",
  for: { from: kernels, to: kernels },
  holds: (state, { from, to }) => {
    const count = (kinds: readonly Kind[]) => messages.filter(({ kind }) => kinds.includes(kind)).length;
    const messages = from === to ? [] : state.link(from, to).messages();
    return count(requests) <= 1 && count(answers) <= 1 && count(["Copy_Later"]) <= 1;
  },
  explain: (state, { from, to }) =>
    `${nameOf(from)} has sent ${nameOf(to)} ${state
      .link(from, to)
      .messages()
      .map(({ kind }) => kind)
      .join(", ")}`,
});
