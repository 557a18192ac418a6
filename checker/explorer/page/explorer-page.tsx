/** The page of a walk: the run so far as a chart, the state that the walk is in, and what can be done from there. */
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { Chart } from "../../../traces/page/chart.js";
import { coloursOf, drawingOf } from "../../../traces/page/drawing.js";
import { Overview } from "../../../traces/page/overview.js";
import { followedIn, isConcerned, pageModelOf, sentenceOf } from "../../../traces/page/page-model.js";
import { useRoom, useScrolledTo } from "../../../traces/page/scrolling.js";
import { StepDetail } from "../../../traces/page/step-detail.js";
import { lengthOf, type Trace } from "../../../traces/trace.js";
import type { WalkRequest, WalkView } from "../view.js";
import { Disabled, Enabled, Properties } from "./panels.js";
import { useWalk, type Walking } from "./server.js";

export function Explorer() {
  const { view, error, ask } = useWalk();
  useWalkKeys(view, ask);
  if (view === undefined) return <p class="error">{error ?? "…"}</p>;
  const { model, search, at, trace } = view;
  const given = Object.entries(model.parameters).filter(
    ([name, value]) => typeof value === "number" || name === "stage",
  );
  return (
    <>
      <header>
        <h1>
          {model.name} <small>{given.map(([name, value]) => `${name} ${value}`).join(", ")}</small>
        </h1>
      </header>
      <Bar view={view} ask={ask} />
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {search.state !== "idle" && (
        <p class="search" role="status">
          <b>{search.goal}</b>: <span class={search.state === "found" ? "" : "wrong"}>{search.text}</span>{" "}
          <span class="dim">
            ({search.distinct} states{search.state === "running" ? `, depth ${search.depth}` : ""})
          </span>
        </p>
      )}
      <main class="one">
        <Run trace={trace} at={at} onJump={(to) => void ask({ do: "jump", to })}>
          <Enabled view={view} onTake={(choice) => void ask({ do: "take", choice })} />
          <Properties view={view} />
          <Disabled view={view} />
        </Run>
      </main>
    </>
  );
}

/** One list for all renders, so that what depends on it is not made again. */
const NONE: readonly never[] = [];

interface RunProps {
  readonly trace: Trace;
  readonly at: number;
  readonly onJump: (to: number) => void;
  readonly children: preact.ComponentChildren;
}

/** Shows the chart, and beside it the state with the panels beneath. */
function Run({ trace, at, onJump, children }: RunProps) {
  const [follow, setFollow] = useState<string>();
  const pageModel = useMemo(() => pageModelOf(trace), [trace]);
  const charts = useScrolledTo(at);
  const room = useRoom(charts, 1);
  const drawings = useMemo(() => {
    const rows = trace.states.map((_, index) => index);
    const colours = coloursOf([pageModel]);
    return [drawingOf(pageModel, { rows, count: rows.length, hide: NONE, without: NONE, colours, room })];
  }, [pageModel, trace, room]);
  const [drawing] = drawings;
  const onFollow = useCallback((name: string) => setFollow((before) => (before === name ? undefined : name)), []);
  const followed = followedIn([pageModel], 0, follow);
  return (
    <>
      <div class="chart">
        <div class="charts" ref={charts}>
          <Chart
            {...{ pageModel, followed, onFollow }}
            drawing={drawing!}
            run={0}
            states={trace.states.map((_, index) => index)}
            row={at}
            isMatch={(row) => isConcerned(pageModel, row, followed)}
            isAlone={() => false}
            onChoose={onJump}
          />
        </div>
        <Overview
          {...{ charts }}
          drawings={drawings}
          count={trace.states.length}
          row={at}
          failing={NONE}
          matches={NONE}
        />
      </div>
      <div class="details">
        {at < lengthOf(trace) && (
          <p class="ahead">
            {lengthOf(trace) - at} {lengthOf(trace) - at === 1 ? "step lies" : "steps lie"} ahead, until another is
            taken
          </p>
        )}
        {children}
        <StepDetail
          {...{ pageModel, follow, onFollow }}
          run={0}
          index={at}
          hide={[]}
          changed={false}
          onChooseState={(_, index) => onJump(index)}
        />
      </div>
      <p class="hidden" role="status" aria-live="polite">
        {sentenceOf(pageModel, at)}
      </p>
    </>
  );
}

interface BarProps {
  readonly view: WalkView;
  readonly ask: Walking["ask"];
}

function Bar({ view, ask }: BarProps) {
  const { at, trace, model, search } = view;
  const busy = search.state === "running";
  return (
    <section class="controls" aria-label="the walk">
      <span class="set">
        <button type="button" disabled={at === 0 || busy} onClick={() => void ask({ do: "undo" })}>
          ↶ undo
        </button>
        <button type="button" disabled={at === lengthOf(trace) || busy} onClick={() => void ask({ do: "redo" })}>
          ↷ redo
        </button>
      </span>
      <label class="field">
        begin at{" "}
        <select
          value={trace.states[0]!["#meta"].choice}
          onChange={(event) => void ask({ do: "begin", initial: Number(event.currentTarget.value) })}
        >
          {Array.from({ length: model.initial }, (_, i) => (
            <option key={i} value={i}>
              initial state {i}
            </option>
          ))}
        </select>
      </label>
      <Find view={view} ask={ask} />
      {busy && (
        <button type="button" onClick={() => void ask({ do: "cancel" })}>
          ✕ cancel
        </button>
      )}
      <Files view={view} ask={ask} />
    </section>
  );
}

/** Lets the user search for the shortest way to a state in which a condition holds, or a property is violated. */
function Find({ view, ask }: BarProps) {
  const [condition, setCondition] = useState("");
  const [property, setProperty] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void ask(property === "" ? { do: "find", condition } : { do: "violate", property });
      }}
    >
      <label class="field">
        shortest way to{" "}
        <select aria-label="what to find" value={property} onChange={(event) => setProperty(event.currentTarget.value)}>
          <option value="">a state where …</option>
          {view.properties
            .filter(({ verdict }) => verdict !== "open")
            .map(({ name }) => (
              <option key={name} value={name}>
                a violation of {name}
              </option>
            ))}
        </select>
      </label>
      {property === "" && (
        <input
          type="text"
          id="condition"
          aria-label="condition"
          placeholder={view.model.example}
          value={condition}
          onInput={(event) => setCondition(event.currentTarget.value)}
        />
      )}
      <button type="submit" disabled={view.search.state === "running" || (property === "" && condition.trim() === "")}>
        find
      </button>
    </form>
  );
}

function Files({ view, ask }: BarProps) {
  const violated = view.properties.filter(({ verdict }) => verdict === "violated");
  const save = async (property?: string) => {
    const answer = await ask({ do: "save", ...(property === undefined ? {} : { property }) });
    if (answer?.saved === undefined) return;
    download(`${view.model.name}-${(property ?? "walk").replace(/[^\w.]+/g, "-")}.json`, answer.saved);
  };
  return (
    <span class="set files">
      <button type="button" onClick={() => void save()}>
        save the run
      </button>
      {violated.map(({ name }) => (
        <button key={name} type="button" onClick={() => void save(name)}>
          save as a violation of {name}
        </button>
      ))}
      <label class="button">
        load a trace{" "}
        <input
          type="file"
          class="hidden"
          accept=".json"
          onChange={async (event) => {
            const input = event.currentTarget;
            const text = await input.files?.[0]?.text();
            input.value = "";
            if (text !== undefined) void ask({ do: "load", text });
          }}
        />
      </label>
    </span>
  );
}

function download(name: string, trace: Trace): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(trace, undefined, 2)], { type: "application/json" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Listens to the keys: digits take steps by their numbers; j and k go along the run. */
function useWalkKeys(view: WalkView | undefined, ask: (request: WalkRequest) => Promise<unknown>): void {
  const shown = useRef(view);
  shown.current = view;
  // With the first rendering, not a frame later: a key may be pressed as soon as something is shown.
  useLayoutEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { current: view } = shown;
      if (view === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement) return;
      const request = requestFor(event.key, view);
      if (event.key === "/") document.getElementById("condition")?.focus();
      else if (request === undefined) return;
      else void ask(request);
      event.preventDefault();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [ask]);
}

function requestFor(key: string, { enabled, at, trace }: WalkView): WalkRequest | undefined {
  if (/^[1-9]$/.test(key) && Number(key) <= enabled.length) return { do: "take", choice: Number(key) - 1 };
  if (["k", "ArrowUp", "u"].includes(key) && at > 0) return { do: "undo" };
  if (["j", "ArrowDown", "r"].includes(key) && at < lengthOf(trace)) return { do: "redo" };
  if (key === "Home") return { do: "jump", to: 0 };
  if (key === "End") return { do: "jump", to: lengthOf(trace) };
  return undefined;
}
