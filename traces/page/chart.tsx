/** The sequence chart of a run, with the names of its steps. */
import { useMemo } from "preact/hooks";
import { colourNumbered } from "../analysis/state-colours.js";
import { isWalk, lengthOf } from "../trace.js";
import { BAND, type Drawing, footOf, pathOf, shorten } from "./drawing.js";
import { type Followed, nameOfExchange, type PageModel } from "./page-model.js";

export interface ChartProps {
  readonly pageModel: PageModel;
  /** The index of the run on the page. */
  readonly run: number;
  readonly drawing: Drawing;
  /** The state in each row; undefined where this run has none. */
  readonly states: readonly (number | undefined)[];
  /** The chosen row. */
  readonly row: number;
  readonly followed: Followed;
  readonly isMatch: (row: number) => boolean;
  /** Tells whether only this run of two takes the step in a row. */
  readonly isAlone: (row: number) => boolean;
  readonly onChoose: (row: number) => void;
  readonly onFollow: (name: string) => void;
}

export function Chart(props: ChartProps) {
  const { pageModel, run, drawing, followed, states, onFollow } = props;
  const picture = useMemo(
    () => <Picture pageModel={pageModel} run={run} drawing={drawing} followed={followed} onFollow={onFollow} />,
    [pageModel, run, drawing, followed, onFollow],
  );
  return (
    <div
      class={`run rows-${drawing.row}`}
      style={{
        "--width": `${drawing.width}px`,
        "--gutter": `${drawing.gutter}px`,
        "--row": `${drawing.row}px`,
      }}
    >
      <Heads {...props} />
      <div class="body" style={{ height: `${footOf(drawing)}px` }}>
        <Steps {...props} />
        <Cycle pageModel={pageModel} states={states} row={drawing.row} />
        {picture}
      </div>
    </div>
  );
}

/** Shows the names of the lifelines, which stay in sight. */
function Heads({ drawing, followed, onFollow }: ChartProps) {
  return (
    <div class="heads">
      <span class="gutter">step</span>
      {drawing.lifelines.map(({ name, x }) => (
        <button
          key={name}
          type="button"
          class="head"
          style={{ left: `calc(var(--gutter) + ${x}px)` }}
          aria-pressed={followed !== undefined && "process" in followed && followed.process === name}
          title={`follow ${name}`}
          onClick={() => onFollow(name)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

function Steps({ pageModel, run, states, row, followed, isMatch, isAlone, onChoose }: ChartProps) {
  const last = lengthOf(pageModel.trace);
  return (
    <ol class="steps" aria-label={run === 0 ? "steps" : "steps of the second run"}>
      {states.map((index, r) => {
        if (index === undefined) return <li key={r} class={r === row ? "none chosen" : "none"} aria-hidden="true" />;
        const { name } = pageModel.steps[index]!;
        const { matters } = pageModel;
        const decides = matters?.has(index) ?? false;
        const failing = index === last && index > 0 && !isWalk(pageModel.trace);
        const classes = [
          ...(r === row ? ["chosen"] : []),
          ...(failing ? ["failing"] : []),
          ...(isMatch(r) ? ["match"] : followed === undefined ? [] : ["aside"]),
          ...(isAlone(r) ? ["only"] : []),
          ...(decides || matters === undefined ? [] : ["route"]),
        ];
        return (
          <li key={r} class={classes.join(" ")}>
            <button
              type="button"
              tabIndex={r === row ? 0 : -1}
              aria-current={r === row ? "step" : undefined}
              data-step={index}
              onClick={() => onChoose(r)}
            >
              <span class="number">{index}</span> <span class="name">{name}</span>
              {(failing || isAlone(r) || decides) && (
                <span class="sign">
                  {failing && (
                    <b>
                      {" "}
                      ✗<span class="word"> violated</span>
                    </b>
                  )}
                  {isAlone(r) && (
                    <span>
                      {" "}
                      ≠<span class="word"> only here</span>
                    </span>
                  )}
                  {decides && (
                    <span class="decides" title="its order decides">
                      {" "}
                      ◆<span class="word"> decides</span>
                    </span>
                  )}
                </span>
              )}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

/** Returns the classes of a colour, by its number. */
export function colourClass(number: number): string {
  const { fill, dashed } = colourNumbered(number);
  return `colour-${fill}${dashed ? " again" : ""}`;
}

/** Shows a bracket beside the steps that repeat. */
function Cycle({ pageModel, states, row }: Pick<ChartProps, "pageModel" | "states" | "row">) {
  const { loop } = pageModel.trace["#meta"];
  if (loop === undefined) return null;
  const last = lengthOf(pageModel.trace);
  const [first, end] = [states.indexOf(loop === last ? last : loop + 1), states.indexOf(last)];
  const text = loop === last ? "here the run stands still for ever" : `again and again: state ${last} is state ${loop}`;
  return (
    <div class="cycle" style={{ top: `${first * row}px`, height: `${(end - first + 1) * row}px` }}>
      <span>⟲ {text}</span>
    </div>
  );
}

type PictureProps = Pick<ChartProps, "pageModel" | "run" | "drawing" | "followed" | "onFollow">;

/**
 * Draws the chart. It is hidden from screen readers: the steps beside it, and the messages of the chosen step, say the
 * same in words.
 */
function Picture({ pageModel, run, drawing, followed, onFollow }: PictureProps) {
  const { width, lifelines, arrows, events, tops, row, gutter } = drawing;
  const pill = Math.min(17, Math.round(row * 0.68));
  const isAside = (concerned: boolean) => (followed !== undefined && !concerned ? " aside" : "");
  const isFollowed = (name: string) => followed !== undefined && "process" in followed && followed.process === name;
  const messages = arrows.map((arrow) => {
    const { exchange, overtakes } = arrow;
    const own =
      followed !== undefined && "exchange" in followed
        ? followed.exchange === exchange
        : isFollowed(exchange.from) || isFollowed(exchange.to);
    const kind = exchange.unspecified ? "refused" : exchange.receivedAt === undefined ? "flying" : "";
    const name = nameOfExchange(pageModel, exchange, run);
    return { ...arrow, name, kind, classes: ` ${kind}${overtakes ? " overtakes" : ""}${isAside(own)}` };
  });
  return (
    <svg class="picture" width={width} height={footOf(drawing)} aria-hidden="true">
      <Markers run={run} />
      <g id={`drawing-${run}`}>
        {lifelines.map(({ name, x, bands }) => (
          <g key={name} class={`lifeline${isAside(isFollowed(name))}`}>
            {bands.map(({ standing, colour, y, end }) => (
              <rect
                key={y}
                class={standing === "" ? "bare" : `band ${colourClass(colour)}`}
                x={standing === "" ? x - 1 : x - BAND / 2}
                y={y}
                width={standing === "" ? 2 : BAND}
                height={end - y}
              >
                <title>{`${name} ${standing}`}</title>
              </rect>
            ))}
          </g>
        ))}
        {messages.map(({ exchange, name, kind, classes, ...arrow }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list of messages beside the chart has the same as buttons
          <g key={name} class={`arrow${classes}`} data-exchange={name} onClick={() => onFollow(name)}>
            <title>{`${exchange.text} from ${exchange.from} to ${exchange.to}, sent at ${exchange.sentAt}, ${exchange.receivedAt === undefined ? "in flight at the end" : `received at ${exchange.receivedAt}`}`}</title>
            <path class="reach" d={pathOf({ exchange, ...arrow })} />
            <path class="line" d={pathOf({ exchange, ...arrow })} marker-end={`url(#head${kind}-${run})`} />
          </g>
        ))}
        {/* Above all lines, so that none crosses a word. */}
        {messages.map(({ name, label, overtakes, classes }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list of messages beside the chart has the same as buttons
          <text
            key={name}
            class={`arrow-label${classes}`}
            data-exchange={name}
            x={label.x}
            y={label.y}
            text-anchor={label.anchor}
            onClick={() => onFollow(name)}
          >
            {overtakes ? `⤨ ${label.text}` : label.text}
          </text>
        ))}
        {events.map(({ index, x, y, receives }) => (
          <circle
            key={index}
            class={`event${receives ? " receives" : ""}${pageModel.matters?.has(index) ? " decides" : ""}`}
            cx={x}
            cy={y}
            r={Math.min(receives ? 3 : 4, row * 0.16)}
          />
        ))}
        {lifelines.map(({ name, x, names }) => (
          <g key={name} class={`standings${isAside(isFollowed(name))}`}>
            {names.map(({ standing, colour, y, width }) => (
              <g key={y} class={`standing ${colourClass(colour)}`}>
                <rect x={x - width / 2} y={y - pill / 2} width={width} height={pill} rx={pill / 2} />
                <text x={x} y={y + pill * 0.22} text-anchor="middle">
                  {standing}
                </text>
              </g>
            ))}
          </g>
        ))}
        <g class="labels">
          {pageModel.steps.map((step, index) => (
            <text key={index} x={8 - gutter} y={tops[index]! + row * 0.4}>
              {shorten(`${index} ${step.name}`, Math.floor(gutter / 6.5))}
            </text>
          ))}
        </g>
      </g>
    </svg>
  );
}

function Markers({ run }: { readonly run: number }) {
  const head = <path d="M0 0L8 4L0 8z" />;
  return (
    <defs>
      <marker
        id={`head-${run}`}
        class="arrowhead"
        viewBox="0 0 8 8"
        refX="7"
        refY="4"
        markerUnits="userSpaceOnUse"
        markerWidth="11"
        markerHeight="11"
        orient="auto"
      >
        {head}
      </marker>
      <marker
        id={`headflying-${run}`}
        class="arrowhead flying"
        viewBox="0 0 8 8"
        refX="4"
        refY="4"
        markerUnits="userSpaceOnUse"
        markerWidth="11"
        markerHeight="11"
      >
        <circle cx="4" cy="4" r="3" />
      </marker>
      <marker
        id={`headrefused-${run}`}
        class="arrowhead refused"
        viewBox="0 0 10 10"
        refX="5"
        refY="5"
        markerUnits="userSpaceOnUse"
        markerWidth="14"
        markerHeight="14"
      >
        <path d="M1 1L9 9M9 1L1 9" />
      </marker>
    </defs>
  );
}
