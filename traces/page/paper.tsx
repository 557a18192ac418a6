/**
 * What is printed: the chart, cut into pages, and the steps in words. It is made when the page is about to be printed.
 */

import { useLayoutEffect, useState } from "preact/hooks";
import { ColumnHeads } from "./column-heads.js";
import { type Drawing, footOf, ROW_HEIGHTS } from "./drawing.js";
import type { PageModel } from "./page-model.js";

/** The height of the part of a chart on an upright page: 22 rows that are near. */
const HEIGHT_OF_PAGE = 22 * ROW_HEIGHTS[0];

export function Paper({
  pageModels,
  drawings,
}: {
  readonly pageModels: readonly PageModel[];
  readonly drawings: readonly Drawing[];
}) {
  const [prints, setPrints] = useState(false);
  useLayoutEffect(() => {
    const begin = () => setPrints(true);
    const end = () => setPrints(false);
    addEventListener("beforeprint", begin);
    addEventListener("afterprint", end);
    return () => {
      removeEventListener("beforeprint", begin);
      removeEventListener("afterprint", end);
    };
  }, []);
  if (!prints) return null;
  return (
    <div class="paper">
      {pageModels.map((pageModel, run) => (
        <section key={run}>
          <Sheets drawing={drawings[run]!} run={run} />
          <Words pageModel={pageModel} />
        </section>
      ))}
    </div>
  );
}

function Sheets({ drawing, run }: { readonly drawing: Drawing; readonly run: number }) {
  const height = footOf(drawing);
  const { row, gutter } = drawing;
  // No row is cut in two.
  const page = Math.floor(HEIGHT_OF_PAGE / row) * row;
  const sheets = Array.from({ length: Math.ceil(height / page) }, (_, i) => i * page);
  return (
    <>
      {sheets.map((top) => {
        const part = Math.min(page, height - top);
        const width = gutter + drawing.width;
        return (
          <svg key={top} class="sheet" viewBox={`0 0 ${width} ${part + 20}`}>
            <title>{`the chart from row ${top / row} on`}</title>
            {drawing.lifelines.map(({ name, x }) => (
              <text key={name} class="head" x={gutter + x} y={13} text-anchor="middle">
                {name}
              </text>
            ))}
            <svg x={0} y={20} width={width} height={part} viewBox={`${-gutter} ${top} ${width} ${part}`}>
              <title>messages</title>
              <use href={`#drawing-${run}`} />
            </svg>
          </svg>
        );
      })}
    </>
  );
}

function Words({ pageModel }: { readonly pageModel: PageModel }) {
  return (
    <table class="words">
      <ColumnHeads titles={["", "step", "changes", "messages", "the paper"]} />
      <tbody>
        {pageModel.steps.map(({ name, changes, messages, says }, index) => (
          <tr key={index}>
            <td>{index}</td>
            <td>{name}</td>
            <td>{changes.join("; ")}</td>
            <td>{messages.join("; ")}</td>
            <td>{says}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
