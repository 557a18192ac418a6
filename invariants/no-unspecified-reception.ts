import type { Property } from "popcheck/model";

/** No message meets a state for which the protocol says nothing: a cell that its table calls impossible. */
export const noUnspecifiedReception: Property<never> & { kind: "no unspecified reception" } = {
  kind: "no unspecified reception",
  name: "no unspecified reception",
  says: "no message meets a state for which the protocol says nothing",
};
