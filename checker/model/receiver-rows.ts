/** What receivers meet, compared with their tables. */
import { FunctionError, LoadError } from "../errors.js";
import { type ActionInstance, nameOfInstance, type Values } from "./bound.js";
import { Channel } from "./channel.js";
import type { AnyState, Layout, SlotSource } from "./state.js";
import { described } from "./value.js";

/**
 * The rows and columns that receivers meet: whether each state that a receiver is in is a row of its table, and each
 * message under way to it a column.
 */
export class ReceiverRows {
  /** By slot: receivers whose row was seen to depend on the slot. */
  private readonly byRow = new Map<number, ActionInstance[]>();
  /** By slot: receivers that take from the channel in it. */
  private readonly byChannel = new Map<number, ActionInstance[]>();

  /**
   * @param receivers the actions of an instance that have a reception
   * @param layout the instance's layout
   * @param stateOver makes a state of the instance
   */
  constructor(
    readonly receivers: readonly ActionInstance[],
    private readonly layout: Layout,
    private readonly stateOver: (source: SlotSource) => AnyState,
  ) {
    for (const receiver of receivers) add(this.byChannel, receiver.takes!, receiver);
  }

  /**
   * Checks an initial state, or one that did not come about by steps.
   * @param which the beginning of the error's sentence
   * @throws LoadError if a receiver is in no row of its table, or a message in no column
   */
  checkInitial(values: Values, which = "in an initial state"): void {
    for (const receiver of this.receivers) {
      const read = new Set<number>();
      const wrong = this.wrongRow(
        receiver,
        this.stateOver({
          read(slot) {
            read.add(slot);
            return values[slot];
          },
        }),
      );
      if (wrong !== undefined) throw new LoadError(`${which} ${wrong}`);
      for (const slot of read) add(this.byRow, slot, receiver);
    }
    for (const [slot, receivers] of this.byChannel) {
      const wrong = this.wrongMessage(receivers, values[slot], slot);
      if (wrong !== undefined) throw new LoadError(`${which} ${wrong}`);
    }
  }

  /**
   * Says which receiver is in no row of its table in a state; undefined if it is in one. Reads what the receiver's row
   * reads.
   */
  wrongRow(receiver: ActionInstance, state: AnyState): string | undefined {
    const { action, binding } = receiver;
    const { table, row } = action.reception!;
    const is: unknown = row(state, binding);
    if (table.rows.includes(is as string)) return undefined;
    return `${nameOfInstance(receiver)} is in ${described(is)}, which is no row of the receive table "${table.name}"${among(table.rows)}`;
  }

  private wrongMessage(receivers: readonly ActionInstance[], channel: unknown, slot: number): string | undefined {
    if (!(channel instanceof Channel)) {
      const [{ action }] = receivers as [ActionInstance];
      return `${this.layout.slots[slot]!.name} holds ${described(channel)}, which is no channel, and ${action.name} takes messages from it`;
    }
    for (const message of channel.messages()) {
      for (const { action } of receivers) {
        const { table } = action.reception!;
        if (action.kinds === undefined) continue;
        const kind: unknown = action.kinds.of(message);
        if (table.columns.includes(kind as string)) continue;
        return `${this.layout.slots[slot]!.name} holds a message of the kind ${described(kind)}, which is no column of the receive table "${table.name}"${among(table.columns)}`;
      }
    }
    return undefined;
  }

  /**
   * Checks the messages that an action has sent. The rows that receivers are in are no matter of the step, since a row
   * may be made of several variables of which the step has written one: they are looked at in the state that it leads
   * to.
   * @param who names the action, and the rule if it has received
   * @throws FunctionError if a channel that was written holds a message of no column
   */
  checkMessages(after: AnyState, who: () => string): void {
    if (this.receivers.length === 0) return;
    for (const slot of after.written.keys()) {
      const receivers = this.byChannel.get(slot);
      const wrong = receivers && this.wrongMessage(receivers, after.read(slot), slot);
      if (wrong !== undefined) throw new FunctionError(this.wrote(who(), slot, wrong));
    }
  }

  /**
   * Looks at the row that a receiver is in.
   * @param step the slots that the step to the state wrote, and its name; undefined in an initial state
   * @throws FunctionError if it is no row of the receiver's table
   */
  checkRow(receiver: ActionInstance, state: AnyState, step?: { written: Iterable<number>; who: string }): void {
    const wrong = this.wrongRow(receiver, state);
    if (wrong === undefined) return;
    const slot = [...(step?.written ?? [])].find((slot) =>
      this.byRow.get(slot)?.some(({ action }) => action === receiver.action),
    );
    throw new FunctionError(
      slot === undefined ? `in a state that can be reached, ${wrong}` : this.wrote(step!.who, slot, wrong),
    );
  }

  private wrote(who: string, slot: number, wrong: string): string {
    return `${who} wrote ${this.layout.slots[slot]!.name}, and now ${wrong}`;
  }
}

/** Lists the names that there are, on a line of its own. */
function among(names: readonly string[]): string {
  return `\n  There are ${names.join(", ")}.`;
}

function add(map: Map<number, ActionInstance[]>, slot: number, receiver: ActionInstance): void {
  const known = map.get(slot);
  if (known === undefined) map.set(slot, [receiver]);
  // Bindings of one action that read one slot find the same row there, or differ in what every state is asked for.
  else if (!known.some(({ action }) => action === receiver.action)) known.push(receiver);
}
