/** The charts of the paper's Figure 7 as SVG. Pure functions of the experiment. */
import { escaped } from "../../traces/formats/markup.js";
import { ARRAYS, CHARTS, type Figure7, ITERATIONS, type Point } from "../simulation/figure-7.js";

/** Sizes in pixels. */
const PANEL = { width: 300, height: 240, left: 52, top: 58, gap: 24 };
const LEGEND_HEIGHT = 64;
/** One for each array; they differ for the colour-blind, too. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73"];
const DRAWN = ["requests", "Invalid"] as const;

/** Returns a panel for each chart: messages against iterations, on a logarithmic scale. */
export function figure7Svg({ points }: Figure7, title: string): string {
  const width = PANEL.left + CHARTS.length * (PANEL.width + PANEL.gap + PANEL.left) - PANEL.left;
  const height = PANEL.top + PANEL.height + 40 + LEGEND_HEIGHT;
  const most = Math.max(1, ...points.flatMap(({ counts }) => DRAWN.map((series) => counts[series].mean)));
  const decades = Math.ceil(Math.log10(most));
  const y = (value: number) => PANEL.height * (1 - Math.log10(Math.max(1, value)) / decades);
  const panels = CHARTS.map(({ letter, says }, i) => {
    const x = PANEL.left + i * (PANEL.width + PANEL.gap + PANEL.left);
    const of = points.filter((point) => point.letter === letter);
    return `<g transform="translate(${x} ${PANEL.top})">${panel(`(${letter}) ${says}`, of, decades, y)}</g>`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<desc>Messages by iterations, on a logarithmic scale: requests (Fetch and Fetch_Write) as lines, Invalids dashed.</desc>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="${PANEL.left}" y="22" font-size="14">${escaped(title)}</text>`,
    ...panels,
    legend(PANEL.top + PANEL.height + 58),
    "</svg>\n",
  ].join("\n");
}

const x = (iterations: number) => (PANEL.width * iterations) / ITERATIONS.at(-1)!;
const rounded = (value: number) => value.toFixed(1);

function panel(title: string, points: readonly Point[], decades: number, y: (value: number) => number): string {
  const lines = Array.from({ length: decades + 1 }, (_, decade) => {
    const at = rounded(y(10 ** decade));
    return `<path d="M0 ${at}H${PANEL.width}" stroke="#ddd"/><text x="-6" y="${at}" dy="4" text-anchor="end">${(10 ** decade).toLocaleString("en-US")}</text>`;
  });
  const ticks = ITERATIONS.map(
    (iterations) =>
      `<text x="${rounded(x(iterations))}" y="${PANEL.height + 16}" text-anchor="middle">${iterations}</text>`,
  );
  return [
    `<text y="-12">${escaped(title)}</text>`,
    ...lines,
    ...ticks,
    `<text x="${PANEL.width / 2}" y="${PANEL.height + 32}" text-anchor="middle">iterations</text>`,
    ...ARRAYS.flatMap(({ name }, i) => DRAWN.map((series) => curve(points, name, series, COLOURS[i]!, y))),
  ].join("\n");
}

function curve(
  points: readonly Point[],
  array: string,
  series: (typeof DRAWN)[number],
  colour: string,
  y: (value: number) => number,
): string {
  const of = points.filter((point) => point.array === array);
  const at = of.map(({ iterations, counts }) => `${rounded(x(iterations))} ${rounded(y(counts[series].mean))}`);
  const dash = series === "Invalid" ? ' stroke-dasharray="5 4"' : "";
  const marks = at.map((place) => `<circle r="2.5" fill="${colour}" transform="translate(${place})"/>`).join("");
  return `<g><title>${escaped(`${array}: ${series}`)}</title><path d="M${at.join("L")}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}/>${marks}</g>`;
}

function legend(top: number): string {
  const entries = ARRAYS.flatMap(({ name }, i) =>
    DRAWN.map((series, row) => {
      const dash = series === "Invalid" ? ' stroke-dasharray="5 4"' : "";
      const place = `translate(${PANEL.left + i * 200} ${top + row * 18})`;
      return `<g transform="${place}"><path d="M0 0H28" stroke="${COLOURS[i]}" stroke-width="1.5"${dash}/><text x="34" y="4">${escaped(`${name}: ${series}`)}</text></g>`;
    }),
  );
  return entries.join("\n");
}
