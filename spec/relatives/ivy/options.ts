/**
 * What the IVY model can be instantiated with: the manager, the network, one option for each question that the paper
 * leaves open (the first value is the default, the most charitable reading), and mistakes that must be caught.
 */
import { choice, type ValuesOf } from "popcheck/model";
import { kernelsParameter } from "../page.js";

export const parameters = {
  kernels: kernelsParameter,
  manager: choice(
    "who knows the page's owner: the manager, who synchronizes, too (centralized); the manager (improved-centralized; for one page, fixed distributed is the same); nobody, so that requests are broadcast (broadcast); each kernel, probably (dynamic-distributed)",
    "centralized",
    "improved-centralized",
    "broadcast",
    "dynamic-distributed",
  ),
  network: choice(
    "messages to one receiver arrive as they were sent, whoever sent them (ring: the Apollo ring of the prototype); those of one sender do (fifo); none (unordered)",
    "ring",
    "fifo",
    "unordered",
  ),
  broadcasts: choice(
    "of the broadcast manager: a broadcast begins when all have received the one before (atomic), or at any time (separate)",
    "atomic",
    "separate",
  ),
  confirmations: choice(
    "of the centralized manager: which requests it serves one at a time, until the requester confirms",
    "both",
    "reads",
    "writes",
    "none",
  ),
  ownerFault: choice(
    "a write fault of the page's owner: it does not wait for its own server, or does, as the algorithms are written",
    "served",
    "as-written",
  ),
  overtaken: choice(
    "a page that arrives after an Invalidate which was sent later: it is kept, as the algorithms are written, or used for the read that waits and dropped (repair)",
    "kept",
    "dropped",
  ),
  wrong: choice(
    "a mistake, to see that it is caught",
    "nothing",
    "no-acknowledgements",
    "reader-not-recorded",
    "copyset-kept",
    "access-kept",
    "no-lock",
    "hint-kept",
  ),
};

export type Options = ValuesOf<typeof parameters>;

export const hasManager = ({ manager }: Options) => manager === "centralized" || manager === "improved-centralized";

export const hasAtomicBroadcasts = ({ manager, broadcasts }: Options) =>
  manager === "broadcast" && broadcasts === "atomic";

/** Whether messages from one sender to one receiver keep their order. */
export const isOrdered = ({ network }: Options) => network !== "unordered";

/**
 * Whether an Invalidate can arrive before the page that it is about. Who owns what it reads is invalidated by nobody.
 */
export function canOvertake({ manager, network, confirmations }: Options): boolean {
  if (manager === "dynamic-distributed") return false;
  if (manager === "centralized") return confirmations === "writes" || confirmations === "none";
  return network !== "ring";
}

export function contradiction(options: Options): string | undefined {
  const { manager, broadcasts, confirmations, wrong } = options;
  if (broadcasts === "separate" && manager !== "broadcast")
    return "--broadcasts separate needs --manager broadcast: with any other manager, nobody broadcasts";
  if (confirmations !== "both" && manager !== "centralized")
    return `--confirmations ${confirmations} needs --manager centralized: no other manager is confirmed to`;
  if (wrong === "hint-kept" && manager !== "dynamic-distributed")
    return "--wrong hint-kept needs --manager dynamic-distributed: else there is no hint";
  if (wrong === "no-lock" && manager === "centralized" && confirmations === "both")
    return "--wrong no-lock needs a manager that does not wait for confirmations: else nobody waits for the lock";
  return undefined;
}
