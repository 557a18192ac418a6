/** Messages under way between kernels. */
import type { Channel, StateBase } from "popcheck/model";
import { type Kernel, kernels } from "./page.js";

/** Tells whether `holds` is true of some message of the variable `link`, on its way to kernel `to`. */
export function someInFlight<M>(
  state: StateBase<object> & { readonly link: (from: Kernel, to: Kernel) => Channel<M> },
  holds: (message: M, to: Kernel) => boolean,
): boolean {
  return state.members(kernels).some((from) =>
    state.others(from).some((to) =>
      state
        .link(from, to)
        .messages()
        .some((message) => holds(message, to)),
    ),
  );
}
