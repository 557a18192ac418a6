/**
 * Clocks and the time stamps of writes (section 4.3: "there is no global clock"). With clocks of any skew only the
 * order of the time stamps is kept, and a clock is a bound below which its kernel takes none; with a bounded skew
 * clocks tick.
 */
import { disabled, type OrdinalValue } from "popcheck/model";
import { type Kernel, kernels } from "./copy.js";
import { action, type PopcornState } from "./state.js";

/** Every time stamp that a write of kernel `at` may take now, if skew is not bounded. */
export function possibleStamps(state: PopcornState, at: Kernel): readonly (OrdinalValue | null)[] {
  if (!state.parameters.votes) return [null];
  return [null, ...state.others(at)].flatMap((other) => stampsAfter(state, at, other));
}

/**
 * The time stamps right after the one of `other`'s write that the clock of `at` permits. If `other` is `null`, the one
 * before all others.
 */
export function stampsAfter(state: PopcornState, at: Kernel, other: Kernel | null): readonly OrdinalValue[] {
  const { clock } = state.copy(at);
  if (other === null) return clock.permitsAbove(undefined) ? [clock.ordinal.belowAll()] : [];
  const { stamp } = state.copy(other);
  if (stamp === null) return [];
  const after = clock.permitsAbove(stamp) ? [stamp.justAfter()] : [];
  return state.parameters.clocks === "ties" && clock.rank < stamp.rank ? [stamp, ...after] : after;
}

/** Whether the clock of `at` may go one tick further without leaving another behind by more than the skew. */
export function mayTick(state: PopcornState, at: Kernel): boolean {
  const time = state.copy(at).time as OrdinalValue;
  return state
    .others(at)
    .every((other) => time.plus(1).minus(state.copy(other).time as OrdinalValue) <= state.parameters.skew);
}

/** A clock goes on by a tick, if skew is bounded. */
export const tick = action(
  "Tick",
  { at: kernels },
  (state, { at }) => {
    const { time } = state.copy(at);
    return time !== null && mayTick(state, at)
      ? state.withCopy(at, state.copy(at).set("time", time.plus(1)))
      : disabled;
  },
  { says: "4.3: each kernel has a monotonically increasing clock", environment: true },
);
