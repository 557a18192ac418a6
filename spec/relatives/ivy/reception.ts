/** The steps in which messages are received, by the network that there is. */
import { type Kernel, kernels } from "../page.js";
import { managerTable } from "./manager.js";
import type { Kind, Message } from "./messages.js";
import { hasAtomicBroadcasts, hasManager, type Options } from "./options.js";
import { type PageTable, pageTable } from "./page-table.js";
import { type IvyState, manager, receive } from "./state.js";

const fair = { fair: "weak" } as const;

/** How a kernel reads its table, from whichever channel. */
const byKernel = (table: PageTable) => ({
  table,
  row: (state: IvyState, { at }: { at: Kernel }) => state.entry(at).page,
  column: ({ kind }: Message) => kind as Exclude<Kind, "Confirmation">,
  context: (state: IvyState, { at }: { at: Kernel }, message: Message) => ({ state, at, message }),
});

/** How the manager reads its table. */
const byManager = (options: Options) => ({
  table: managerTable(options),
  row: (state: IvyState) => state.info()!.stage,
  column: ({ kind }: Message) => kind as Exclude<Kind, "Page" | "Invalidate">,
  context: (state: IvyState, _: object, message: Message) => ({ state, message }),
});

/** The receptions of the kernels and of the manager. */
export function receptions(options: Options) {
  const table = pageTable(options);
  const isManaged = hasManager(options);
  const broadcast = { ...byKernel(table), channel: (state: IvyState, { at }: { at: Kernel }) => state.broadcast(at) };
  const broadcasts = hasAtomicBroadcasts(options)
    ? [receive("Receive_Broadcast", { at: kernels }, broadcast, fair)]
    : [];
  if (options.network === "ring") {
    const inbox = { ...byKernel(table), channel: (state: IvyState, { at }: { at: Kernel }) => state.inbox(at) };
    const managerInbox = { ...byManager(options), channel: (state: IvyState) => state.managerInbox() };
    return [
      ...broadcasts,
      receive("Receive", { at: kernels }, inbox, fair),
      ...(isManaged ? [receive("Manager_Receive", {}, managerInbox, { ...fair, by: manager })] : []),
    ];
  }
  const down = { ...byKernel(table), channel: (state: IvyState, { at }: { at: Kernel }) => state.down(at) };
  return [
    ...broadcasts,
    receive(
      "Receive",
      { from: kernels, at: kernels },
      { ...byKernel(table), channel: (state, { from, at }) => state.link(from, at) },
      fair,
    ),
    ...(isManaged
      ? [
          receive("Receive_From_Manager", { at: kernels }, down, fair),
          receive(
            "Manager_Receive",
            { from: kernels },
            { ...byManager(options), channel: (state, { from }) => state.up(from) },
            { ...fair, by: manager },
          ),
        ]
      : []),
  ];
}
