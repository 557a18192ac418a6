/** Scrolls to the chosen row. */
import { useEffect, useRef } from "preact/hooks";

/** Keeps the chosen row in sight. If a step has the focus, the chosen step gets it. */
export function useScrolledTo(step: number) {
  const charts = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const chosen = charts.current?.querySelector<HTMLElement>('[aria-current="step"]');
    const row = charts.current?.querySelector<HTMLElement>(".steps li.chosen");
    row?.scrollIntoView({ block: "nearest", inline: "nearest" });
    if (chosen && document.activeElement?.closest(".steps")) chosen.focus({ preventScroll: true });
  }, [step]);
  return charts;
}
