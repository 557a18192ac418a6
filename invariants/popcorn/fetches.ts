import { nameOf, type Step } from "popcheck/model";
import { type Kernel, kernels, type Page } from "../../spec/popcorn/copy.js";
import type { Kind } from "../../spec/popcorn/messages.js";
import { alwaysStep, type PopcornState } from "../../spec/popcorn/state.js";

const readable: readonly Page[] = ["Shared", "Modified", "NotReplicated"];

const isReadable = (state: PopcornState, at: Kernel) => readable.includes(state.copy(at).page);

/** How many messages of a kind are in flight between two kernels. */
const count = (state: PopcornState, from: Kernel, to: Kernel, kind: Kind) =>
  state
    .link(from, to)
    .messages()
    .filter((message) => message.kind === kind).length;

/** Whether a step changes how many messages of a kind are in flight between two kernels: by more, or by fewer. */
const changes = (before: PopcornState, after: PopcornState, step: Step, from: Kernel, to: Kernel, kind: Kind) =>
  step.writes("link", from, to) ? count(after, from, to, kind) - count(before, from, to, kind) : 0;

const sends = (before: PopcornState, after: PopcornState, step: Step, at: Kernel, kind: Kind) =>
  before.others(at).some((to) => changes(before, after, step, at, to, kind) > 0);

const receives = (before: PopcornState, after: PopcornState, step: Step, at: Kernel, kind: Kind) =>
  before.others(at).some((from) => changes(before, after, step, from, at, kind) < 0);

/** What a step does that the property excludes; undefined if it does nothing of the kind. */
function wrongWith(before: PopcornState, after: PopcornState, step: Step, at: Kernel): string | undefined {
  const writes = () => after.copy(at).page === "WritingPend1";
  if (sends(before, after, step, at, "Fetch") && isReadable(before, at))
    return "sends a Fetch, although it has a copy to read";
  if (sends(before, after, step, at, "Invalid") && !writes()) return "sends an Invalid, and writes nothing";
  if (!step.writes("copy", at) || !isReadable(before, at) || isReadable(after, at) || writes()) return undefined;
  return receives(before, after, step, at, "Invalid")
    ? undefined
    : "loses a copy that it could read, although no Invalid came to it and it does not write";
}

/**
 * Section 6, of two readers: "no more requests are generated in the following iterations (because no updates are
 * made)". A kernel with a copy to read sends no Fetch; it keeps the copy until it writes itself or receives an Invalid;
 * and an Invalid is sent only by a writer whose round begins. So of two Fetches of a kernel that are both answered with
 * a copy that it keeps, some write has begun between them.
 *
 * No stage lists the property: its models have neither a last thread that leaves, nor areas that become writable, nor
 * the repair of owners, which reads before it writes.
 */
export const noFetchWithoutWrite = alwaysStep({
  name: "no Fetch without a write between",
  says: "a kernel that has a copy to read sends no Fetch, and keeps the copy until a write begins",
  for: { at: kernels },
  holds: (before, after, { at }, step) => wrongWith(before, after, step, at) === undefined,
  explain: (before, after, { at }, step) => `${nameOf(at)} ${wrongWith(before, after, step, at)}`,
});
