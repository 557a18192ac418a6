/** The panels: what can happen, what cannot and why, and what the properties say. */

import { useState } from "preact/hooks";
import { ColumnHeads } from "../../../traces/page/column-heads.js";
import type { WalkView } from "../view.js";

export function Enabled({ view, onTake }: { readonly view: WalkView; readonly onTake: (choice: number) => void }) {
  return (
    <section class="panel" aria-label="steps that can be taken">
      <h2>{view.enabled.length === 0 ? "Nothing can happen here" : "What can happen"}</h2>
      <ol class="choices">
        {view.enabled.map(({ choice, name, says, changes, messages, violates, notTaken }) => (
          <li key={choice}>
            <button type="button" data-choice={choice} onClick={() => onTake(choice)}>
              <kbd>{choice + 1}</kbd> {name}
              <span class="what">
                {[...changes, ...messages].join(" · ") || (notTaken === undefined ? "changes nothing" : "")}
              </span>
              {says !== undefined && <span class="what">{says}</span>}
              {notTaken !== undefined && <span class="what wrong">✗ {notTaken}</span>}
              {violates.length > 0 && <span class="what wrong">✗ violates {violates.join(", ")}</span>}
            </button>
          </li>
        ))}
      </ol>
    </section>
  );
}

export function Disabled({ view }: { readonly view: WalkView }) {
  const [word, setWord] = useState("");
  const shown = view.disabled.filter(({ name, cell, reason }) =>
    [name, cell, reason].some((text) => text?.toLowerCase().includes(word.toLowerCase())),
  );
  return (
    <details class="panel">
      <summary>What cannot happen, and why ({view.disabled.length})</summary>
      <input
        type="search"
        aria-label="only with"
        placeholder={`only with ${view.model.words} …`}
        value={word}
        onInput={(event) => setWord(event.currentTarget.value)}
      />
      <table>
        <ColumnHeads titles={["step", "cell", "as"]} />
        <tbody>
          {shown.map(({ name, cell, reason }) => (
            <tr key={name}>
              <td>{name}</td>
              <td>{cell}</td>
              <td>{reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

const SIGN = { holds: "✓ holds", violated: "✗ violated", open: "? open" } as const;

export function Properties({ view }: { readonly view: WalkView }) {
  const violated = view.properties.filter(({ verdict }) => verdict === "violated");
  return (
    <details class="panel" open={violated.length > 0}>
      <summary>
        The properties here:{" "}
        {violated.length === 0 ? "none violated" : `${violated.map(({ name }) => name).join(", ")} violated`}
      </summary>
      <table>
        <tbody>
          {view.properties.map(({ name, verdict, text, says }) => (
            <tr key={name}>
              <td class={verdict === "violated" ? "sign wrong" : "sign"}>{SIGN[verdict]}</td>
              <th scope="row">{name}</th>
              <td>{text || <span class="dim">{says}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
