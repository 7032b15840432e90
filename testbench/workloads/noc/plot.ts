import type { Point } from "./point.ts";

export interface Plot {
  readonly title: string;
  readonly points: readonly Point[];
  /** Mean latency of an empty network, cycles. */
  readonly zeroLoad: number;
  /** Accepted flits a node a cycle that no network with these links exceeds, and where this one saturates, if it does. */
  readonly bound: number;
  readonly saturation: number | null;
}

const size = { width: 720, height: 440, left: 70, right: 24, top: 56, bottom: 58 };

/** Mean latency over accepted throughput as an SVG, with the zero-load latency and the bound as dashed lines. */
export function latencyPlot({ title, points, zeroLoad, bound, saturation }: Plot): string {
  const shown = points.filter(({ meanLatency }) => Number.isFinite(meanLatency));
  const { top: mostX, marks: marksX } = axis(1.05 * Math.max(bound, ...shown.map(({ accepted }) => accepted)));
  const { top: mostY, marks: marksY } = axis(6 * zeroLoad);
  const x = (value: number) => size.left + ((size.width - size.left - size.right) * value) / mostX;
  const y = (value: number) =>
    size.height - size.bottom - ((size.height - size.top - size.bottom) * Math.min(value, mostY)) / mostY;
  const [floor, ceiling, end] = [y(0), y(mostY), x(mostX)];

  const gridX = marksX.map(
    (tick) =>
      `<line class="grid" x1="${f(x(tick))}" x2="${f(x(tick))}" y1="${f(ceiling)}" y2="${f(floor)}"/>` +
      `<text x="${f(x(tick))}" y="${f(floor + 18)}" text-anchor="middle">${label(tick)}</text>`,
  );
  const gridY = marksY.map(
    (tick) =>
      `<line class="grid" x1="${size.left}" x2="${f(end)}" y1="${f(y(tick))}" y2="${f(y(tick))}"/>` +
      `<text x="${size.left - 8}" y="${f(y(tick) + 4)}" text-anchor="end">${label(tick)}</text>`,
  );
  const line = shown.map(({ accepted, meanLatency }) => `${f(x(accepted))},${f(y(meanLatency))}`).join(" ");
  const dots = shown.map(
    ({ accepted, meanLatency, offered }) =>
      `<circle cx="${f(x(accepted))}" cy="${f(y(meanLatency))}" r="3.5"><title>offered ${offered.toFixed(3)}, accepted ${accepted.toFixed(3)}, ${meanLatency.toFixed(1)} cycles</title></circle>`,
  );
  const vertical = (value: number, text: string, row: number) =>
    `<line class="mark" x1="${f(x(value))}" x2="${f(x(value))}" y1="${f(ceiling)}" y2="${f(floor)}"/>` +
    `<text class="mark" x="${f(x(value) - 6)}" y="${f(ceiling + 16 + 16 * row)}" text-anchor="end">${text}</text>`;

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${size.height}" width="${size.width}" height="${size.height}">`,
    "<style>text{font:13px sans-serif;fill:#333}.title{font-size:16px;font-weight:bold}.grid{stroke:#e4e4e4}.axis{stroke:#333}",
    ".mark{stroke:#b3261e;stroke-dasharray:5 4}text.mark{stroke:none;fill:#b3261e}polyline{fill:none;stroke:#1f5fbf;stroke-width:2}circle{fill:#1f5fbf}</style>",
    `<rect width="${size.width}" height="${size.height}" fill="#fff"/>`,
    `<text class="title" x="${size.left}" y="30">${escaped(title)}</text>`,
    ...gridX,
    ...gridY,
    `<line class="axis" x1="${size.left}" x2="${f(end)}" y1="${f(floor)}" y2="${f(floor)}"/>`,
    `<line class="axis" x1="${size.left}" x2="${size.left}" y1="${f(ceiling)}" y2="${f(floor)}"/>`,
    `<line class="mark" x1="${size.left}" x2="${f(end)}" y1="${f(y(zeroLoad))}" y2="${f(y(zeroLoad))}"/>`,
    `<text class="mark" x="${size.left + 8}" y="${f(y(zeroLoad) + 16)}">zero load ${zeroLoad.toFixed(1)}</text>`,
    vertical(bound, `bound ${bound.toFixed(3)}`, 0),
    saturation === null ? "" : vertical(saturation, `saturation ${saturation.toFixed(3)}`, 1),
    `<polyline points="${line}"/>`,
    ...dots,
    `<text x="${f((size.left + end) / 2)}" y="${size.height - 16}" text-anchor="middle">accepted, flits a node a cycle</text>`,
    `<text transform="translate(20 ${f((floor + ceiling) / 2)}) rotate(-90)" text-anchor="middle">mean latency, cycles</text>`,
    "</svg>",
    "",
  ].join("\n");
}

const f = (value: number) => value.toFixed(1);
const label = (value: number) => String(Number(value.toPrecision(3)));
const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** An axis from 0 to at least `most`, with about six marks at multiples of 1, 2 or 5 times a power of ten. */
function axis(most: number): { top: number; marks: readonly number[] } {
  const rough = most / 6;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((digit) => digit * power >= rough) ?? 10) * power;
  const count = Math.ceil(most / step - 1e-9);
  return { top: count * step, marks: Array.from({ length: count + 1 }, (_, i) => i * step) };
}
