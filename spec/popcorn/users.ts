/**
 * Multicast groups (section 5.2): each kernel keeps a bitmap of the kernels that use the page, updates it with every
 * Fetch that it receives, and sends it along with its answers. A request goes to those that the bitmap has when it is
 * sent; only the Fetch of a first access goes to all, since a kernel without a page has no bitmap.
 */
import { type Copy, fetchingPages, type Kernel, type Kernels } from "./copy.js";
import { answersWithBitmap, type Message, usersIn, withUsers } from "./messages.js";
import type { PopcornState } from "./state.js";

/** The kernels to which kernel `at`, whose copy is `copy` now, sends a request. */
export function audienceOf(state: PopcornState, at: Kernel, copy: Copy): readonly Kernel[] {
  const { asks } = state.parameters;
  const others = state.others(at).filter((kernel) => asks === "all-kernels" || state.membership(kernel) !== "absent");
  if (!state.parameters.multicast || fetchingPages.some((page) => page === copy.page)) return others;
  const users = state.users(at);
  return others.filter((kernel) => users.has(kernel));
}

/** The message as `from` sends it to `to`: an answer carries the bitmap (question 23). */
export function carryingUsers(state: PopcornState, from: Kernel, to: Kernel, message: Message): Message {
  if (!answersWithBitmap[state.parameters.bitmapOn].includes(message.kind)) return message;
  const users = state.users(from);
  const withSender = state.copy(from).page === "Unmapped" ? users : users.add(from);
  return withUsers(message, withSender.remove(to));
}

/**
 * The kernels that use the page as kernel `at` knows it once it has received the message: a kernel that fetches counts
 * as a user, and bitmaps are united. A kernel without a page records nothing (question 24).
 */
export function usersAfter(state: PopcornState, at: Kernel, from: Kernel, message: Message): Kernels {
  const users = state.users(at);
  if (state.copy(at).page === "Unmapped" && !state.parameters.unmappedRecords) return users;
  const fetches = message.kind === "Fetch" || message.kind === "Fetch_Write";
  return users.union(usersIn(message)).union(fetches ? [from] : []);
}
