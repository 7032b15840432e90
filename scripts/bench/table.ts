import Table from "cli-table3";
import { type Figures, fastest, type Row } from "./figures.ts";

/** The figures of all rows as tables for the terminal. */
export function benchTables(rows: readonly Row[]): string {
  return [speeds(rows), scaling(rows), starts(rows)].filter((text) => text !== "").join("\n");
}

function speeds(rows: readonly Row[]): string {
  const others = [...new Set(rows.flatMap((row) => row.others.map(({ simulator }) => simulator)))];
  const table = plain(["cycles/s, median", "", "Systole", "Verilator", "ratio", ...others, "MiB", "MiB, Verilator"]);
  for (const row of rows) {
    const peers = [[row.title, fastest(row.verilator)] as const];
    if (row.original.length > 0) peers.push(["  next to the original Verilog", fastest(row.original)]);
    peers.forEach(([title, peer], line) => {
      const once = (text: string): string => (line === 0 ? text : "");
      const ratio = peer && row.ours.rate / peer.rate;
      table.push([
        title,
        row.mode,
        once(count(row.ours.rate)),
        peer ? `${count(peer.rate)} (${peer.simulator.replace(/^Verilator /, "")})` : "",
        ratio === null ? "" : `${ratio.toFixed(ratio < 10 ? 2 : 1)}x`,
        ...others.map((name) => once(rate(row.others.find(({ simulator }) => simulator === name)))),
        once(mebibytes(row.ours)),
        peer ? mebibytes(peer) : "",
      ]);
    });
  }
  return table.toString();
}

/** Cycles/s times cells: the same at every size where the time goes with the number of cells. */
function scaling(rows: readonly Row[]): string {
  const arrays = rows.filter(({ cells, mode }) => cells !== null && mode !== "vcd");
  if (arrays.length < 2) return "";
  const table = plain(["cell cycles/s, millions", "", "Systole", "Verilator"]);
  for (const row of arrays) {
    const millions = (figures: Figures | null) => (figures ? count((figures.rate * (row.cells ?? 0)) / 1e6) : "");
    table.push([row.title, row.mode, millions(row.ours), millions(fastest(row.verilator))]);
  }
  return table.toString();
}

function starts(rows: readonly Row[]): string {
  const inside = rows.filter(({ mode }) => mode === "inside");
  if (inside.length === 0) return "";
  const table = plain([
    "source to first cycle, ms",
    "new process",
    "load, elaborate + compile",
    "Verilator, sooner build",
    "ratio",
  ]);
  for (const { title, ours, verilator } of inside) {
    const { firstCycle, inProcess } = ours;
    const builds = verilator.flatMap((figures) => figures.firstCycle ?? []);
    const sooner = builds.length > 0 ? Math.min(...builds) : null;
    table.push([
      title,
      milliseconds(firstCycle),
      inProcess ? `${count(inProcess.elaborate)} + ${count(inProcess.compile)}` : "",
      milliseconds(sooner),
      sooner !== null && firstCycle !== null ? `${(sooner / firstCycle).toFixed(0)}x` : "",
    ]);
  }
  return table.toString();
}

function plain(head: readonly string[]): Table.Table {
  return new Table({ head: [...head], style: { head: [], border: [] } });
}

/** A whole number with its thousands apart. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US");
}

const milliseconds = (value: number | null) => (value === null ? "" : count(value));
const rate = (figures: Figures | undefined) => (figures ? count(figures.rate) : "");
const mebibytes = ({ peakKib }: Figures) => (peakKib === null ? "" : count(peakKib / 1024));
