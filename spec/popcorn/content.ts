/** The content of the page, of which the model keeps no more than versions. */
import { Record } from "immutable";
import type { OrdinalValue } from "popcheck/model";

/** The page's content, seen from outside the kernels. */
export class Content extends Record({
  /**
   * History: the version that was written last. Properties compare it with what copies hold; a write takes the version
   * after it, so that no two writes make the same one.
   */
  latest: null as unknown as OrdinalValue,
  /**
   * The content that the page starts with, which from 4.8 on any kernel may load until the first write (no history: it
   * is on disk).
   */
  initial: null as OrdinalValue | null,
}) {}
