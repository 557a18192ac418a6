/** The runs that would violate a property: where they begin, where they stay, and what they meet again and again. */
export interface Violating {
  /** Whether such a run can stay in `state` for ever; `binding` is a place in the tracked orbit. */
  readonly stays: (state: number, binding: number) => boolean;
  /** Whether such a run can begin in `state`. */
  readonly begins: (state: number, binding: number) => boolean;
  /** Whether `state` has what must occur infinitely often; undefined if nothing must. */
  readonly again: ((state: number, binding: number) => boolean) | undefined;
  /** Whether the step from one state to another, followed by `renaming`, gives any process what it waits for. */
  readonly completes: (from: number, to: number, renaming: number) => boolean;
  /** Whether such a run takes a transition, by its place in `state`, only finitely often; undefined if none is so. */
  readonly shuns: ((state: number, binding: number, label: number, place: number) => boolean) | undefined;
}
