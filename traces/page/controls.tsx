/** The controls that change what is shown. */
import type { ComponentChildren } from "preact";
import { type ChangeShown, type Choosable, FARTHEST, type Shown, THEMES } from "./address.js";

export interface ControlsProps {
  readonly shown: Shown;
  readonly choosable: Choosable;
  readonly matches: readonly number[];
  readonly onChange: ChangeShown;
  readonly onNextMatch: (by: 1 | -1) => void;
  readonly onHelp: () => void;
}

export function Controls({ shown, choosable, matches, onChange, onNextMatch, onHelp }: ControlsProps) {
  const { step, find, follow } = shown;
  const last = choosable.rows - 1;
  const searching = find !== "" || follow !== undefined;
  return (
    <section class="controls" aria-label="what is shown">
      <span class="set">
        <button
          type="button"
          aria-label="previous step"
          disabled={step === 0}
          onClick={() => onChange({ step: step - 1 })}
        >
          ◀
        </button>
        <input
          type="range"
          aria-label="step"
          min={0}
          max={last}
          value={step}
          onInput={(event) => onChange({ step: Number(event.currentTarget.value) })}
        />
        <button
          type="button"
          aria-label="next step"
          disabled={step === last}
          onClick={() => onChange({ step: step + 1 })}
        >
          ▶
        </button>
        <output>
          {step} of {last}
        </output>
      </span>
      <span class="set">
        <input
          type="search"
          id="find"
          aria-label="find steps"
          placeholder="find ( / )"
          value={find}
          onInput={(event) => onChange({ find: event.currentTarget.value })}
        />
        {searching && (
          <>
            <button type="button" aria-label="previous match" onClick={() => onNextMatch(-1)}>
              ↑
            </button>
            <button type="button" aria-label="next match" onClick={() => onNextMatch(1)}>
              ↓
            </button>
            <span class="dim">{matches.length === 1 ? "1 step" : `${matches.length} steps`}</span>
          </>
        )}
        {follow !== undefined && (
          <button type="button" onClick={() => onChange({ follow: undefined })}>
            ✕ stop following {follow.startsWith("message:") ? "the message" : follow}
          </button>
        )}
      </span>
      <Choice title="show" all={choosable.processes} without={shown.hide} onChange={(hide) => onChange({ hide })} />
      {choosable.kinds.length > 0 && (
        <Choice
          title="messages"
          all={choosable.kinds}
          without={shown.without}
          onChange={(without) => onChange({ without })}
        />
      )}
      <label class="chip lone">
        <input
          type="checkbox"
          checked={shown.changed}
          onChange={(event) => onChange({ changed: event.currentTarget.checked })}
        />
        only what changed
      </label>
      <span class="set">
        <button
          type="button"
          aria-label="zoom out"
          title="smaller rows ( - )"
          disabled={shown.zoom === FARTHEST}
          onClick={() => onChange(({ zoom }) => ({ zoom: Math.min(FARTHEST, zoom + 1) }))}
        >
          −
        </button>
        <button
          type="button"
          aria-label="zoom in"
          title="larger rows ( + )"
          disabled={shown.zoom === 0}
          onClick={() => onChange(({ zoom }) => ({ zoom: Math.max(0, zoom - 1) }))}
        >
          +
        </button>
      </span>
      <label>
        <span class="hidden">colours</span>
        <select
          value={shown.theme}
          onChange={(event) => onChange({ theme: THEMES.find((theme) => theme === event.currentTarget.value)! })}
        >
          {THEMES.map((theme) => (
            <option key={theme} value={theme}>
              {theme === "auto" ? "light or dark" : theme}
            </option>
          ))}
        </select>
      </label>
      <button type="button" aria-label="keys" onClick={onHelp}>
        ?
      </button>
    </section>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly all: readonly string[];
  readonly without: readonly string[];
  readonly onChange: (without: readonly string[]) => void;
}

/** Lets some of the names be hidden. */
function Choice({ title, all, without, onChange }: ChoiceProps) {
  const isShown = (name: string) => !without.includes(name);
  const toggle = (name: string) => onChange(all.filter((each) => (each === name ? isShown(each) : !isShown(each))));
  return (
    <fieldset>
      <legend>{title}</legend>
      {all.map((name) => (
        <label key={name} class="chip">
          <input type="checkbox" checked={isShown(name)} onChange={() => toggle(name)} />
          {name}
        </label>
      ))}
    </fieldset>
  );
}

const KEYS: readonly [string, string][] = [
  ["j, ↓, →", "the next step"],
  ["k, ↑, ←", "the previous step"],
  ["Home, End", "the initial state, the last step"],
  ["1 … 9", "follow a process, or stop following it"],
  ["n, N", "the next, the previous step that is found or has to do with what is followed"],
  ["/", "find"],
  ["u", "show only what changed, or everything"],
  ["+, -", "larger rows, smaller rows"],
  ["Esc", "stop following and finding"],
  ["?", "this list"],
];

export function Help({ onClose, children }: { readonly onClose: () => void; readonly children?: ComponentChildren }) {
  return (
    <dialog class="help" open aria-label="keys">
      <h2>Keys</h2>
      <dl>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <h2>The chart</h2>
      <p>
        A column is a process, a row a step. The bar of a process has the colour of where it stands, with the name where
        that changes. An arrow goes from the step that sends a message to the step that receives it: arrows that cross
        are messages that overtake (⤨). Dashed arrows with a ring are still in flight at the end; a cross is a message
        that no rule receives. Beside a long chart stands the whole of it in small: click there to go there. Click a
        process or a message to follow it. In the state, what a step added is underlined, what it removed is struck out.
      </p>
      {children}
      <button type="button" onClick={onClose}>
        close
      </button>
    </dialog>
  );
}
