/** The whole chart in small beside the scroll bar: where in the run one is, and a way to any other part of it. */
import type { RefObject } from "preact";
import { useLayoutEffect, useMemo, useState } from "preact/hooks";
import { colourClass } from "./chart.js";
import { type Drawing, footOf } from "./drawing.js";

export interface OverviewProps {
  readonly drawings: readonly Drawing[];
  /** The number of rows. */
  readonly count: number;
  /** The chosen row. */
  readonly row: number;
  /** The rows in which runs end in a violation. */
  readonly failing: readonly number[];
  readonly matches: readonly number[];
  /** The element that scrolls. */
  readonly charts: RefObject<HTMLElement | null>;
}

/** What of the rows is in sight beneath the names of the lifelines, in pixels of the chart. */
interface Sight {
  readonly top: number;
  readonly height: number;
  readonly whole: number;
  /** The height that there is for the overview. */
  readonly room: number;
}

/** The distance of two lifelines in small, and the width of one. */
const GAP = 11;
const BAR = 5;

/** It says nothing that the list of steps does not, so it is hidden from screen readers, and needs no keyboard. */
export function Overview({ drawings, count, row, failing, matches, charts }: OverviewProps) {
  const sight = useSight(charts, drawings);
  const pictures = useMemo(() => drawings.map((drawing, run) => <Small key={run} drawing={drawing} />), [drawings]);
  if (sight === undefined || sight.whole < 1.2 * sight.height) return null;
  const [first] = drawings;
  const scale = sight.room / sight.whole;
  const widths = drawings.map(({ lifelines }) => lifelines.length * GAP + 6);
  const width = widths.reduce((sum, each) => sum + each, 0);
  const scrollTo = (event: PointerEvent & { readonly currentTarget: Element }) => {
    const { top } = event.currentTarget.getBoundingClientRect();
    charts.current?.scrollTo({ top: (event.clientY - top) / scale - sight.height / 2 });
  };
  const height = Math.max(2, first!.row * scale);
  const strip = (of: number, kind: string, thick = height) => (
    <rect
      key={`${kind} ${of}`}
      class={kind}
      x={0}
      y={of * first!.row * scale + (height - thick) / 2}
      width={width}
      height={thick}
    />
  );
  return (
    <svg
      class="overview"
      width={width}
      height={sight.room}
      aria-hidden="true"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        scrollTo(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && scrollTo(event)}
    >
      {matches.filter((of) => of < count).map((of) => strip(of, "match"))}
      {failing.map((of) => strip(of, "failing"))}
      {pictures.map((picture, run) => (
        <g
          key={run}
          transform={`translate(${widths.slice(0, run).reduce((sum, each) => sum + each, 3)} 0) scale(1 ${scale})`}
        >
          {picture}
        </g>
      ))}
      {strip(row, "chosen", Math.min(3, height))}
      <rect
        class="sight"
        x={0.5}
        y={sight.top * scale + 0.5}
        width={width - 1}
        height={sight.height * scale - 1}
        rx={3}
      />
    </svg>
  );
}

/** Draws a run in small: the lifelines in their colours, and the arrows. */
function Small({ drawing }: { readonly drawing: Drawing }) {
  const places = new Map(drawing.lifelines.map(({ x }, i) => [x, (i + 0.5) * GAP]));
  const nearest = (x: number) => {
    const [, place] = [...places].reduce((best, each) => (Math.abs(each[0] - x) < Math.abs(best[0] - x) ? each : best));
    return place;
  };
  const arrows = drawing.arrows.map(({ x1, y1, x2, y2 }) => `M${nearest(x1)} ${y1}L${nearest(x2)} ${y2}`).join("");
  return (
    <>
      <path class="ways" d={arrows} />
      {drawing.lifelines.flatMap(({ name, x, bands }) =>
        bands.map(({ standing, colour, y, end }) => (
          <rect
            key={`${name} ${y}`}
            class={standing === "" ? "bare" : colourClass(colour)}
            x={places.get(x)! - BAR / 2}
            y={y}
            width={BAR}
            height={end - y}
          />
        )),
      )}
    </>
  );
}

/** Returns what of an element is in sight; undefined before it is measured. */
function useSight(element: RefObject<HTMLElement | null>, drawings: readonly Drawing[]): Sight | undefined {
  const [sight, setSight] = useState<Sight>();
  const whole = Math.max(...drawings.map(footOf));
  useLayoutEffect(() => {
    const scrolled = element.current;
    if (scrolled === null) return;
    const measure = () => {
      const { scrollTop: top, scrollHeight, clientHeight: room } = scrolled;
      setSight({ top, height: room - (scrollHeight - whole), whole, room });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(scrolled);
    scrolled.addEventListener("scroll", measure, { passive: true });
    return () => {
      observer.disconnect();
      scrolled.removeEventListener("scroll", measure);
    };
  }, [element, whole]);
  return sight;
}
