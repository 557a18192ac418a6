/** What a kernel knows of the page: its entry of PTable. */
import { List, Record } from "immutable";
import type { OrdinalValue } from "popcheck/model";
import type { Kernel } from "../page.js";
import { nobody, type Request } from "./messages.js";
import { canOvertake, type Options } from "./options.js";

/**
 * The access to the page, together with who owns it and who holds the lock of the entry. In the first four nobody does;
 * in the others the fault handler does, and waits.
 */
export const allPages = [
  "Nil",
  /** Read access, of a kernel that does not own the page. */
  "Read",
  /** Read access of the owner. */
  "Owned",
  /** Write access: of the owner. */
  "Write",
  /** A read fault waits for the page. */
  "ReadFault",
  /** The same, after an Invalidate of the page that is still under way (only if such a page is dropped). */
  "ReadFaultInvalidated",
  /** A write fault waits for the page. */
  "WriteFault",
  /** The same, while the kernel has read access. */
  "UpgradeFault",
  /** A write fault of the owner waits for its own request to be served. */
  "OwnerFault",
  /** A write fault has the page, and waits until all other copies are invalidated. */
  "Invalidating",
] as const;
export type Page = (typeof allPages)[number];

/** The page states that a model has. */
export function pagesOf(options: Options): readonly Page[] {
  const unused: Page[] = [
    ...(options.overtaken === "dropped" && canOvertake(options) ? [] : (["ReadFaultInvalidated"] as const)),
    ...(options.manager === "centralized" || options.ownerFault === "as-written" ? [] : (["OwnerFault"] as const)),
    ...(options.manager === "centralized" ? (["Invalidating"] as const) : []),
  ];
  return allPages.filter((page) => !unused.includes(page));
}

export class Entry extends Record({
  page: "Nil" as Page,
  data: null as OrdinalValue | null,
  /** Of the owner, unless the manager keeps it: who else has a copy. */
  copyset: nobody,
  /** Of the dynamic distributed manager: who probably owns the page. */
  probOwner: null as Kernel | null,
  /** Whose acknowledgements a write fault waits for. */
  awaiting: nobody,
  /** Requests that wait for the lock of the entry, in the order in which they came. */
  held: List<Request>(),
}) {
  becomes(page: Page): Entry {
    return this.set("page", page);
  }
}

/** Whether nobody holds the lock of the entry. */
export const isUnlocked = ({ page }: Entry) =>
  page === "Nil" || page === "Read" || page === "Owned" || page === "Write";
export const owns = ({ page }: Entry) => page === "Owned" || page === "Write";
