import type { NodeId } from "../netlist/index.ts";
import { clockPath } from "./cell-library.ts";
import type { Signals } from "./signals.ts";
import { undefinedBit, type YosysCell, type YosysPort } from "./yosys-netlist.ts";

export interface ClockRoot {
  readonly port: YosysPort;
  readonly inverted: boolean;
}

/** What drives nodes: cells and input ports. */
export interface Owners {
  readonly cells: ReadonlyMap<NodeId, YosysCell>;
  readonly inputs: ReadonlyMap<NodeId, YosysPort>;
}

/** Buffers and inverters that a clock may pass. */
const mostSteps = 1000;

/** The input port that a clock net comes from, through buffers and inverters; else why there is none. */
export function clockRoot(start: number, signals: Signals, owners: Owners): ClockRoot | string {
  let bit = start;
  let inverted = false;
  for (let steps = 0; steps < mostSteps; steps++) {
    if (bit < 0) return "is a constant; run opt in Yosys";
    const driver = signals.driver(bit);
    if (!driver) return "is not driven; connect it to an input port";
    const port = owners.inputs.get(driver.node);
    if (port && port.bits.length !== 1)
      return `is one bit of input ${port.name}; give the clock an input port of one bit`;
    if (port) return { port, inverted };
    const cell = owners.cells.get(driver.node);
    if (!cell || !mayPassClock(cell)) {
      const what = cell ? `${cell.name} (${cell.type})` : "another cell";
      return `comes from ${what}, and gated or derived clocks are not supported; use an enable, bring the clock in by a port (flatten where a submodule makes it), or run clk2fflogic in Yosys before write_json (everything then steps with one global clock)`;
    }
    inverted = inverted !== clockPath.get(cell.type);
    bit = passedBit(cell);
  }
  return `passes more than ${mostSteps} buffers and inverters, or goes round in a circle; drive it by an input port`;
}

/** Whether a cell is a buffer or inverter of one bit. */
export function mayPassClock({ type, connections }: YosysCell): boolean {
  return clockPath.has(type) && connections.get("Y")?.length === 1 && connections.get("A")?.length === 1;
}

/** The net that a buffer or inverter of one bit takes. */
export function passedBit(cell: YosysCell): number {
  return cell.connections.get("A")?.[0] ?? undefinedBit;
}
