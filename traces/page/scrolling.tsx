/** Scrolls to the chosen row, and measures what there is to scroll in. */
import type { RefObject } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { USUAL_ROOM } from "./drawing.js";

/** Keeps the chosen row in sight. If a step has the focus, the chosen step gets it. @param zoom how far the chart is */
export function useScrolledTo(step: number, zoom = 0) {
  const charts = useRef<HTMLDivElement>(null);
  // Before the rows are painted: a frame later, the chosen row would be seen to jump.
  useLayoutEffect(() => {
    const chosen = charts.current?.querySelector<HTMLElement>('[aria-current="step"]');
    const row = charts.current?.querySelector<HTMLElement>(".steps li.chosen");
    row?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (chosen && document.activeElement?.closest(".steps")) chosen.focus({ preventScroll: true });
  }, [step, zoom]);
  return charts;
}

/** Returns the width that each of `runs` charts has in an element, and follows it when the window changes. */
export function useRoom(charts: RefObject<HTMLElement | null>, runs: number): number {
  const [room, setRoom] = useState(USUAL_ROOM);
  useLayoutEffect(() => {
    const element = charts.current;
    if (element === null) return;
    const measure = () => {
      const { width } = element.getBoundingClientRect();
      // The scroll bar is inside; two charts have a space between them.
      if (width > 0) setRoom(Math.floor((width - 18 - (runs - 1) * BETWEEN) / runs));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [charts, runs]);
  return room;
}

/** The space between two charts, as in the style. */
const BETWEEN = 16;
