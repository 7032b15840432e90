import { fastest, type Row } from "./figures.ts";
import { benchLanes } from "./mode.ts";
import { count } from "./table.ts";

const size = { left: 230, bar: 460, right: 190, row: 26, top: 56, bottom: 16, letter: 6.5 } as const;
const colours = { inside: "#2b6cb0", driven: "#6b46c1", vcd: "#2f855a", lanes: "#b7791f" } as const;
const labels = {
  inside: "clock loop inside",
  driven: "testbench drives every port",
  vcd: "all waves to a file",
  lanes: `${benchLanes} stimuli in lanes, in total`,
} as const;

/**
 * A bar chart of the ratio of cycles/s to the faster build of Verilator (of the emitted Verilog), row by row, as SVG. The
 * scale is logarithmic, with a line where both are as fast; rows without a peer are left out.
 */
export function benchChart(rows: readonly Row[]): string {
  const compared = rows.filter(({ ratio }) => ratio !== null && ratio > 0);
  const ratios = compared.map(({ ratio }) => ratio ?? 1);
  const decades = [0.1, 1, 10, 100, 1000];
  const least = Math.min(1, ...ratios);
  const most = Math.max(2, ...ratios);
  const low = Math.log2(least) - 0.25;
  const high = Math.log2(most) + 0.25;
  const at = (ratio: number) => round(size.left + (size.bar * (Math.log2(ratio) - low)) / (high - low));
  const width = size.left + size.bar + size.right;
  const height = size.top + size.row * compared.length + size.bottom;
  const foot = height - size.bottom;
  const ticks = [...decades.flatMap((decade) => [decade, 2 * decade, 5 * decade])].filter(
    (tick) => Math.log2(tick) >= low && Math.log2(tick) <= high,
  );
  let legend = 12;
  const modes = [...new Set(compared.map(({ mode }) => mode))].map((mode) => {
    const x = legend;
    legend += 44 + size.letter * labels[mode].length;
    return { mode, x };
  });
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    `<text x="12" y="20" font-size="14" font-weight="bold">Cycles per second, as a multiple of Verilator's</text>`,
    ...modes.map(
      ({ mode, x }) =>
        `<rect x="${x}" y="28" width="12" height="12" fill="${colours[mode]}"/><text x="${x + 18}" y="38">${labels[mode]}</text>`,
    ),
    ...ticks.flatMap((tick) => [
      `<line x1="${at(tick)}" x2="${at(tick)}" y1="${size.top - 4}" y2="${foot}" stroke="${tick === 1 ? "#1a202c" : "#e2e8f0"}"/>`,
      `<text x="${at(tick)}" y="${height - 3}" font-size="10" text-anchor="middle" fill="#4a5568">${tick}×</text>`,
    ]),
    ...compared.flatMap((row, i) => bar(row, compared[i - 1]?.title !== row.title, size.top + size.row * i, at)),
    "</svg>",
  ];
  return `${parts.join("\n")}\n`;
}

/** A row's bar, and its title where it is not that of the row above. */
function bar(row: Row, titled: boolean, y: number, at: (ratio: number) => number): string[] {
  const ratio = row.ratio ?? 1;
  const [from, to] = [Math.min(at(1), at(ratio)), Math.max(at(1), at(ratio))];
  const peer = fastest(row.verilator);
  const rates = `${ratio.toFixed(ratio < 10 ? 2 : 1)}×  (${count(row.ours.rate)} to ${count(peer?.rate ?? 0)})`;
  return [
    ...(titled ? [`<text x="${size.left - 10}" y="${y + 15}" text-anchor="end">${row.title}</text>`] : []),
    `<rect x="${from}" y="${y + 4}" width="${Math.max(1, round(to - from))}" height="${size.row - 10}" fill="${colours[row.mode]}"/>`,
    `<text x="${to + 6}" y="${y + 15}" font-size="11" fill="#2d3748">${rates}</text>`,
  ];
}

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
