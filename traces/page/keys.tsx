/** What the keys of the keyboard do. */
import { useLayoutEffect } from "preact/hooks";
import { type ChangeShown, type Choosable, FARTHEST } from "./address.js";

interface Hands {
  readonly choosable: Choosable;
  readonly change: ChangeShown;
  readonly nextMatch: (by: 1 | -1) => void;
  readonly toggleHelp: () => void;
}

export function useKeys(hands: Hands): void {
  // With each rendering, not a frame later: a key that is pressed at once must go by what is shown.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key !== "Escape" && needsKeys(event.target, event.key)) return;
      if (handle(event.key, hands)) event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}

/** Tells whether a key means something to the element that has the focus. */
function needsKeys(target: EventTarget | null, key: string): boolean {
  if (target instanceof HTMLSelectElement) return true;
  if (!(target instanceof HTMLInputElement)) return false;
  if (target.type === "range") return /^(Arrow|Home|End|Page)/.test(key);
  return target.type !== "checkbox";
}

/** Does what a key stands for, and tells whether it stands for anything. */
function handle(key: string, { choosable, change, nextMatch, toggleHelp }: Hands): boolean {
  const last = choosable.rows - 1;
  const by = (steps: number) => change(({ step }) => ({ step: Math.min(Math.max(0, step + steps), last) }));
  switch (key) {
    case "j":
    case "ArrowDown":
    case "ArrowRight":
      by(1);
      return true;
    case "k":
    case "ArrowUp":
    case "ArrowLeft":
      by(-1);
      return true;
    case "Home":
      by(-last);
      return true;
    case "End":
      by(last);
      return true;
    case "n":
      nextMatch(1);
      return true;
    case "N":
      nextMatch(-1);
      return true;
    case "/":
      document.getElementById("find")?.focus();
      return true;
    case "u":
      change(({ changed }) => ({ changed: !changed }));
      return true;
    case "+":
    case "=":
      change(({ zoom }) => ({ zoom: Math.max(0, zoom - 1) }));
      return true;
    case "-":
      change(({ zoom }) => ({ zoom: Math.min(FARTHEST, zoom + 1) }));
      return true;
    case "Escape":
      change({ follow: undefined, find: "" });
      if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
      return true;
    case "?":
      toggleHelp();
      return true;
    default: {
      const process = /^[1-9]$/.test(key) ? choosable.processes[Number(key) - 1] : undefined;
      if (process === undefined) return false;
      change(({ follow }) => ({ follow: follow === process ? undefined : process }));
      return true;
    }
  }
}
