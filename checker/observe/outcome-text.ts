/**
 * What a run of a function came to, as a text. Two texts are equal exactly if the runs came to the same; one of them
 * may be taken after a renaming, which is then applied to the slots and the values that the run has written.
 */
import { isFailedAssertion } from "../model/assertion.js";
import { type Member, memberInfo } from "../model/scalarset.js";
import { whatWasThrown } from "../model/thrown.js";
import { format, keyOf } from "../model/value.js";
import { ABSENT } from "./collections.js";
import type { RunOutcome } from "./observed.js";
import type { Recorder, Written } from "./recorder.js";
import type { Renaming } from "./renamed-recorder.js";

/** Returns the text of an outcome after `renaming`. @param recorder what the function ran on */
export function keyOfOutcome(recorder: Recorder, outcome: RunOutcome<unknown>, renaming: Renaming): string {
  const member = (member: Member): string => {
    const { set, index } = memberInfo(renaming.member(member))!;
    return `@${set.serial}.${index}`;
  };
  const key = (value: unknown) => keyOf(recorder.plain(value), { member });
  const about = outcome.about?.(renaming.value) ?? [];
  if (outcome.kind === "disabled") return `disabled ${about.join()}`;
  // What is thrown, or asserted, may name members; that it is thrown decides.
  if (outcome.kind === "threw") return isFailedAssertion(outcome.thrown) ? "failed an assertion" : "threw";
  const next = outcome.next.map(({ written }, i) => {
    const slots = [...written].flatMap(([slot, value]) => {
      const change = recorder.writtenTo(slot, value);
      return change === undefined ? [] : [`${renaming.slotAfter[slot]}=${keyOfChange(recorder, slot, change, key)}`];
    });
    return `${slots.sort().join("; ")} ${about[i] ?? ""}`;
  });
  const events = outcome.about ? "" : outcome.events.map((event) => JSON.stringify(event)).sort();
  const cut = outcome.cut === undefined || outcome.cut === 0 ? "" : `${outcome.cut} cut off `;
  return `${next.sort().join(" | ")} # ${cut}${events} ${next.length === 0 ? about.join() : ""}`;
}

function keyOfChange(recorder: Recorder, slot: number, change: Written, key: (value: unknown) => string): string {
  switch (change.kind) {
    case "constant":
      return key(change.value);
    case "fields":
      return change.fields.map(([place, value]) => `${place}:${key(value)}`).join();
    case "channel": {
      const operations = change.operations.map(({ does, message }) => `${does} ${key(message)}`);
      // A bag does not know in which order its messages came.
      return (recorder.families.heldIn[slot]!.channels!.isQueue ? operations : operations.sort()).join();
    }
    case "elements": {
      const { all } = recorder.families.heldIn[slot]!.byElement!.elements;
      const held = [...change.held].map(([place, value]) => `${key(all[place])}:${key(value)}`);
      return `${held.sort().join()}${change.rest === undefined ? "" : ` ${key(change.rest)}`}`;
    }
  }
}

/** Says for people what a run came to, after `renaming`: `it wrote at[C1] = served`. */
export function sayOutcome(recorder: Recorder, outcome: RunOutcome<unknown>, renaming: Renaming): string {
  const { layout } = recorder.families.instance;
  const say = (value: unknown) => format(renaming.value(recorder.plain(value)));
  const about = outcome.about?.(renaming.value) ?? [];
  if (outcome.kind === "threw") {
    const { cause, message } = outcome.thrown;
    if (isFailedAssertion(outcome.thrown)) return `it failed the assertion "${whatWasThrown(cause)}"`;
    return cause === undefined ? message.split("\n")[0]! : `it threw ${whatWasThrown(cause)}`;
  }
  if (outcome.kind === "disabled") return about.length > 0 ? about.join() : "it was disabled, or held";
  const next = outcome.next.map(({ written }, i) =>
    [...written]
      .flatMap(([slot, value]) => {
        const change = recorder.writtenTo(slot, value);
        const name = layout.slots[renaming.slotAfter[slot]!]!.name;
        if (change === undefined) return [];
        if (change.kind === "constant") return [`${name} = ${say(change.value)}`];
        if (change.kind === "channel")
          return change.operations.map(({ does, message }) =>
            does === "put" ? `${say(message)} into ${name}` : `${say(message)} out of ${name}`,
          );
        const { fields, byElement } = recorder.families.heldIn[slot]!;
        if (change.kind === "elements") {
          const { all } = byElement!.elements;
          const held = [...change.held].map(([place, value]) => {
            if (value === ABSENT) return `${say(all[place])} out of ${name}`;
            return value === true ? `${say(all[place])} into ${name}` : `${name} at ${say(all[place])} = ${say(value)}`;
          });
          return change.rest === undefined ? held : [...held, `other elements of ${name} = ${say(change.rest)}`];
        }
        return change.fields.map(([place, value]) => `${name}.${fields[place]!.field} = ${say(value)}`);
      })
      .concat(about[i] ?? [])
      .join(", "),
  );
  const steps = next.map((changes) => (changes === "" ? "it changed nothing" : `it wrote ${changes}`)).sort();
  if (outcome.cut !== undefined && outcome.cut > 0) return [...steps, "a constraint cut its step off"].join("; or ");
  if (steps.length === 0) return outcome.events.length > 0 ? "it was violated" : "it was true";
  return steps.join("; or ");
}
