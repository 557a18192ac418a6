/** The page: one run, or two beside each other, with the state of the chosen step. */
import { useCallback, useLayoutEffect, useMemo, useState } from "preact/hooks";
import { isWalk, lengthOf, type Trace } from "../trace.js";
import { atFirst, type ChangeShown, type Choosable, fromAddress, type Shown } from "./address.js";
import { type AlignedRow, alignmentInWords, rowsOf, stateAtRow } from "./alignment.js";
import { Chart } from "./chart.js";
import { Controls, Help } from "./controls.js";
import { coloursOf, drawingOf } from "./drawing.js";
import { useKeys } from "./keys.js";
import { Overview } from "./overview.js";
import {
  followable,
  followedIn,
  isConcerned,
  lengthInWords,
  type PageModel,
  pageModelOf,
  sentenceOf,
} from "./page-model.js";
import { Paper } from "./paper.js";
import { useRoom, useScrolledTo } from "./scrolling.js";
import { StepDetail } from "./step-detail.js";

export interface PageProps {
  /** One run, or two to be shown beside each other. */
  readonly traces: readonly Trace[];
  /** Returns the address of what is shown. */
  readonly addressOf: (shown: Shown) => string;
}

export function Page({ traces, addressOf }: PageProps) {
  const pageModels = useMemo(() => traces.map(pageModelOf), [traces]);
  const rows = useMemo(() => rowsOf(traces), [traces]);
  const choosable = useMemo(() => choosableOf(pageModels, rows), [pageModels, rows]);
  const [shown, change] = useShown(choosable, addressOf);
  const [helps, setHelps] = useState(false);
  const charts = useScrolledTo(shown.step, shown.zoom);
  const room = useRoom(charts, traces.length);
  const drawings = useDrawings(pageModels, rows, shown, room);
  const matches = useMemo(() => matchesOf(pageModels, rows, shown), [pageModels, rows, shown.find, shown.follow]);
  const onFollow = useFollow(change);
  const nextMatch = (by: 1 | -1) =>
    change(({ step }) => {
      const ahead = matches.filter((row) => (row - step) * by > 0);
      return { step: (by > 0 ? ahead[0] : ahead.at(-1)) ?? step };
    });
  useKeys({ choosable, change, nextMatch, toggleHelp: () => setHelps(!helps) });
  useTheme(shown);
  const failing = traces.flatMap((trace, run) => (isWalk(trace) ? [] : [rowOf(rows, run, lengthOf(trace))]));
  const rowOfState = (run: number, index: number) => rowOf(rows, run, index);
  return (
    <>
      <header>
        {pageModels.map((pageModel, run) => (
          <Verdict key={run} pageModel={pageModel} />
        ))}
        {pageModels.length > 1 && <p class="alignment">{alignmentInWords(rows)}</p>}
      </header>
      <Controls
        shown={shown}
        choosable={choosable}
        matches={matches}
        onChange={change}
        onNextMatch={nextMatch}
        onHelp={() => setHelps(!helps)}
      />
      {helps && <Help onClose={() => setHelps(false)} />}
      <main class={pageModels.length > 1 ? "two" : "one"}>
        <div class="chart">
          <div class="charts" ref={charts}>
            {pageModels.map((pageModel, run) => (
              <Chart
                key={run}
                {...{ pageModel, run, onFollow }}
                drawing={drawings[run]!}
                states={rows.map((row) => row[run])}
                row={shown.step}
                followed={followedIn(pageModels, run, shown.follow)}
                isMatch={(row) => matches.includes(row)}
                isAlone={(row) => pageModels.length > 1 && rows[row]![1 - run] === undefined}
                onChoose={(step) => change({ step })}
              />
            ))}
          </div>
          <Overview {...{ drawings, failing, matches, charts }} count={rows.length} row={shown.step} />
        </div>
        <div class="details">
          {pageModels.map((pageModel, run) => (
            <StepDetail
              key={run}
              {...{ pageModel, run, onFollow }}
              index={stateAtRow(rows, run, shown.step)}
              hide={shown.hide}
              changed={shown.changed}
              follow={shown.follow}
              onChooseState={(of, index) => change({ step: rowOfState(of, index) })}
            />
          ))}
        </div>
      </main>
      <p class="hidden" role="status" aria-live="polite">
        {pageModels
          .map((pageModel, run) => sentenceOf(pageModel, stateAtRow(rows, run, shown.step)))
          .join(" Second run: ")}
      </p>
      <Paper pageModels={pageModels} drawings={drawings} />
    </>
  );
}

function Verdict({ pageModel }: { readonly pageModel: PageModel }) {
  const { model, parameters, property, explanation } = pageModel.trace["#meta"];
  const stage = parameters.stage === undefined ? "" : ` ${parameters.stage}`;
  const others = Object.entries(parameters).filter(([name, value]) => typeof value === "number" && name !== "stage");
  return (
    <section class="verdict" aria-label="verdict">
      <h1>
        {isWalk(pageModel.trace) ? "" : <span class="wrong">✗ violated: </span>}
        {property.name}{" "}
        <small>
          {lengthInWords(pageModel.trace)} · {model}
          {stage}
          {others.map(([name, value]) => `, ${name} ${value}`)}
        </small>
      </h1>
      {!isWalk(pageModel.trace) && (
        <p>
          <b>{explanation}</b> <span class="dim">({property.says})</span>
        </p>
      )}
      <Sentences kind="reasons" sentences={pageModel.reasons} />
      <Sentences kind="race" sentences={pageModel.race} />
      <details class="parameters">
        <summary>all parameters</summary>
        {Object.entries(parameters).map(([name, value]) => (
          <span key={name}>
            {name} {String(value)}
          </span>
        ))}
      </details>
    </section>
  );
}

/** Shows the first three sentences of a list, and the others when they are asked for. */
function Sentences({ kind, sentences }: { readonly kind: string; readonly sentences: readonly string[] }) {
  if (sentences.length === 0) return null;
  const items = (from: readonly string[]) => from.map((sentence) => <li key={sentence}>{sentence}</li>);
  return (
    <ul class={`sentences ${kind}`}>
      {items(sentences.slice(0, 3))}
      {sentences.length > 3 && (
        <li>
          <details>
            <summary>{sentences.length - 3} more</summary>
            <ul>{items(sentences.slice(3))}</ul>
          </details>
        </li>
      )}
    </ul>
  );
}

/** Returns the row with a state of a run. */
function rowOf(rows: readonly AlignedRow[], run: number, index: number): number {
  return rows.findIndex((row) => row[run] === index);
}

function choosableOf(pageModels: readonly PageModel[], rows: readonly AlignedRow[]): Choosable {
  return {
    rows: rows.length,
    processes: [
      ...new Set(pageModels.flatMap(({ history, intervals }) => [...intervals.keys(), ...history.lifelines])),
    ],
    kinds: [...new Set(pageModels.flatMap(({ kinds }) => kinds))],
    followable: followable(pageModels),
  };
}

/**
 * Returns what is shown, and how to change it. The address says what is shown, and is followed when it is changed by
 * hand.
 */
function useShown(choosable: Choosable, addressOf: (shown: Shown) => string): [Shown, ChangeShown] {
  const [shown, setShown] = useState(() =>
    location.hash === "" ? atFirst(choosable) : fromAddress(location.hash, choosable),
  );
  useLayoutEffect(() => {
    const follow = () => setShown(fromAddress(location.hash, choosable));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, [choosable]);
  const change: ChangeShown = useCallback(
    (by) =>
      setShown((before) => {
        const after = { ...before, ...(typeof by === "function" ? by(before) : by) };
        history.replaceState(null, "", addressOf(after));
        return after;
      }),
    [addressOf],
  );
  return [shown, change];
}

function useDrawings(
  pageModels: readonly PageModel[],
  rows: readonly AlignedRow[],
  { hide, without, zoom }: Shown,
  room: number,
) {
  return useMemo(() => {
    const colours = coloursOf(pageModels);
    return pageModels.map((pageModel, run) => {
      const places = pageModel.trace.states.map((_, index) => rows.findIndex((row) => row[run] === index));
      return drawingOf(pageModel, { rows: places, count: rows.length, hide, without, colours, zoom, room });
    });
  }, [pageModels, rows, hide, without, zoom, room]);
}

/** Returns the rows with a step that the search finds and that has to do with what is followed. */
function matchesOf(pageModels: readonly PageModel[], rows: readonly AlignedRow[], { find, follow }: Shown): number[] {
  const words = find
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0 && follow === undefined) return [];
  const followed = pageModels.map((_, run) => followedIn(pageModels, run, follow));
  return rows.flatMap((states, row) => {
    const matches = states.some(
      (index, run) =>
        index !== undefined &&
        words.every((word) => pageModels[run]!.steps[index]!.text.includes(word)) &&
        (follow === undefined || isConcerned(pageModels[run]!, index, followed[run])),
    );
    return matches ? [row] : [];
  });
}

/** Returns a function that follows what was clicked, or stops following it. */
function useFollow(change: ChangeShown) {
  return useCallback(
    (name: string) => change(({ follow }) => ({ follow: follow === name ? undefined : name })),
    [change],
  );
}

/** Sets the page's colours: light or dark, and on paper always light. */
function useTheme({ theme }: Shown): void {
  useLayoutEffect(() => {
    const set = (scheme: string) => {
      document.documentElement.style.colorScheme = scheme;
    };
    const asChosen = () => set(theme === "auto" ? "light dark" : theme);
    const asPaper = () => set("light");
    asChosen();
    addEventListener("beforeprint", asPaper);
    addEventListener("afterprint", asChosen);
    return () => {
      removeEventListener("beforeprint", asPaper);
      removeEventListener("afterprint", asChosen);
    };
  }, [theme]);
}
