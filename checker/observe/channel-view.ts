/**
 * The views of channels: objects of the channel's own class that hold the operations done so far. All methods but `put`
 * read the slot.
 */
import { Bag, Channel, Queue } from "../model/channel.js";

/** What views ask of a recorder. */
export interface ChannelReader {
  /** Returns the channel in a slot, and notes the read. */
  readChannel(slot: number): Channel<unknown>;
  plain(value: unknown): unknown;
}

/** What a function has done to a channel. */
export interface Operation {
  readonly does: "put" | "take";
  readonly message: unknown;
}

const VIEW = Symbol("channel view");
type ChannelViewObject = Channel<unknown> & { readonly [VIEW]?: ChannelViewState };

export interface ChannelViewState {
  readonly recorder: ChannelReader;
  readonly slot: number;
  readonly operations: readonly Operation[];
}

/** Returns the view of the channel in a slot, a queue or a bag. */
export function channelView(state: ChannelViewState, isQueue: boolean): Channel<unknown> {
  return isQueue ? new QueueView(state) : new BagView(state);
}

/** Returns what a view stands for and what was done to it; undefined for anything else. */
export function channelViewStateOf(value: unknown): ChannelViewState | undefined {
  return value instanceof Channel ? (value as ChannelViewObject)[VIEW] : undefined;
}

/** Returns the channel that a view stands for. It reads the slot. */
export function plainChannel({ recorder, slot, operations }: ChannelViewState): Channel<unknown> {
  const plain = operations.map(({ does, message }) => ({ does, message: recorder.plain(message) }));
  return applyOperations(recorder.readChannel(slot), plain);
}

function channelViewClass(of: object, content: string): new (state: ChannelViewState) => Channel<unknown> {
  const after = (view: ChannelViewState, operation: Operation) =>
    channelView({ ...view, operations: [...view.operations, operation] }, of === Queue.prototype);
  function View(this: { [VIEW]: ChannelViewState }, state: ChannelViewState) {
    this[VIEW] = state;
  }
  View.prototype = Object.create(of, {
    put: {
      value(this: ChannelViewObject, message: unknown) {
        return after(this[VIEW]!, { does: "put", message });
      },
    },
    take: {
      value(this: ChannelViewObject, message: unknown) {
        const view = this[VIEW]!;
        // Whether the message is in the channel counts as a read.
        plainChannel(view).take(view.recorder.plain(message));
        return after(view, { does: "take", message });
      },
    },
    // The field that all other methods of the class read.
    [content]: {
      get(this: ChannelViewObject) {
        return (plainChannel(this[VIEW]!) as unknown as Record<string, unknown>)[content];
      },
    },
  });
  return View as unknown as new (
    state: ChannelViewState,
  ) => Channel<unknown>;
}

const BagView = channelViewClass(Bag.prototype, "counts");
const QueueView = channelViewClass(Queue.prototype, "list");

/** The channel after `operations`. */
function applyOperations(channel: Channel<unknown>, operations: readonly Operation[]): Channel<unknown> {
  return operations.reduce(
    (after, { does, message }) => (does === "put" ? after.put(message) : after.take(message)),
    channel,
  );
}
