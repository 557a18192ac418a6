/** Everything in a page's file: the outcome of a check, if the file comes from one, and its runs, to choose from. */

import { useCallback, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { Trace } from "../trace.js";
import { type Selection, type Shown, selectionIn, toAddress } from "./address.js";
import { ColumnHeads } from "./column-heads.js";
import type { Contents } from "./contents.js";
import { unpack } from "./pack.js";
import { Page } from "./page.js";

export function File({ packed, beside, outcome }: Contents) {
  const traces = useMemo(() => unpack(packed), [packed]);
  const first = useMemo(() => ({ trace: 0, beside: beside ? 1 : undefined }), [beside]);
  const [selection, setSelection] = useState(() => selectionIn(location.hash, traces.length, first));
  useLayoutEffect(() => {
    const follow = () => setSelection(selectionIn(location.hash, traces.length, first));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [traces, first]);
  const addressOf = useCallback((shown: Shown) => toAddress(shown, selection, first), [selection, first]);
  const shown = useMemo(
    () => [selection.trace, selection.beside].flatMap((n) => (n === undefined ? [] : [traces[n]!])),
    [traces, selection.trace, selection.beside],
  );
  return (
    <>
      {outcome && <Verdicts {...outcome} traces={traces} selection={selection} />}
      {traces.length > 1 && <Choice traces={traces} selection={selection} />}
      {shown.length > 0 && <Page key={`${selection.trace} ${selection.beside}`} traces={shown} addressOf={addressOf} />}
    </>
  );
}

/** A row of a violated property leads to its counterexample. */
function Verdicts({
  heading,
  properties,
  notes,
  traces,
  selection,
}: NonNullable<Contents["outcome"]> & { readonly traces: readonly Trace[]; readonly selection: Selection }) {
  const runOf = (name: string) => traces.findIndex((trace) => trace["#meta"].property.name === name);
  const violated = properties.filter(({ verdict }) => verdict === "violated").length;
  const incomplete = properties.filter(({ verdict }) => verdict === "incomplete").length;
  return (
    <details class="outcome" open={violated === 0}>
      <summary>
        {heading}: {properties.length} {properties.length === 1 ? "property" : "properties"}, {violated} violated
        {incomplete > 0 && `, ${incomplete} undecided`}
      </summary>
      <table>
        <ColumnHeads titles={["verdict", "property", "what it says", "evidence"]} />
        <tbody>
          {properties.map(({ verdict, name, says, explanation, within, reasons }) => (
            <tr key={name} class={verdict === "violated" && runOf(name) === selection.trace ? "current" : ""}>
              <td class={verdict === "holds" ? "sign" : "sign wrong"}>
                {
                  { holds: "✓ holds", violated: "✗ violated", incomplete: "? incomplete", uncovered: "! uncovered" }[
                    verdict
                  ]
                }
                {within !== "" && ` ${within}`}
              </td>
              <td>
                {verdict === "violated" && runOf(name) >= 0 ? (
                  <a
                    href={`#trace=${runOf(name) + 1}`}
                    aria-current={runOf(name) === selection.trace ? "true" : undefined}
                  >
                    {name}
                  </a>
                ) : (
                  name
                )}
              </td>
              <td>{says}</td>
              <td>
                {explanation}
                {reasons.length > 0 && (
                  <details>
                    <summary>why</summary>
                    <ul>
                      {reasons.map((reason) => (
                        <li key={reason}>{reason}</li>
                      ))}
                    </ul>
                  </details>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <ul>
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </details>
  );
}

function Choice({ traces, selection }: { readonly traces: readonly Trace[]; readonly selection: Selection }) {
  const choose = ({ trace, beside }: Selection) => {
    location.hash = `#trace=${trace + 1}${beside === undefined || beside === trace ? "" : `&beside=${beside + 1}`}`;
  };
  const options = traces.map((trace, i) => (
    <option key={i} value={i}>
      {`${i + 1}: ${titleOf(trace)}`}
    </option>
  ));
  return (
    <nav aria-label="counterexamples">
      <label>
        counterexample{" "}
        <select
          aria-label="counterexample"
          value={selection.trace}
          onChange={(event) => choose({ ...selection, trace: Number(event.currentTarget.value) })}
        >
          {options}
        </select>
      </label>
      <label>
        beside it{" "}
        <select
          aria-label="beside it"
          value={selection.beside ?? ""}
          onChange={(event) => {
            const { value } = event.currentTarget;
            choose({ ...selection, beside: value === "" ? undefined : Number(value) });
          }}
        >
          <option value="">nothing</option>
          {options}
        </select>
      </label>
    </nav>
  );
}

function titleOf(trace: Trace): string {
  const { property, model, parameters } = trace["#meta"];
  return `${property.name} · ${model}${parameters.stage === undefined ? "" : ` ${parameters.stage}`}`;
}
