import type { NodeId } from "../netlist/index.ts";
import type { CellContext } from "./cell-context.ts";
import type { CellKind } from "./cell-kind.ts";

/** A pin and the level (of a clock, the edge) at which it acts. */
interface Pin {
  readonly port: string;
  readonly high: boolean;
}

/** What a flip-flop has beside D and Q. */
interface FlipFlop {
  /** Null: it steps with the global clock. */
  readonly clock: Pin | null;
  readonly enable?: Pin;
  readonly sync?: Pin & { readonly value: string; readonly onlyEnabled: boolean };
  readonly async?: Pin & { readonly value: string };
  readonly load?: Pin;
  readonly set?: Pin;
  readonly clear?: Pin;
}

/** The import of a flip-flop type, or null for a type that is none. */
export function registerKind(type: string): CellKind | null {
  const describe = wordLevel[type];
  if (describe) return { outputs: ["Q"], build: (c) => build(c, describe(c), c.integer("WIDTH")) };
  const gate = gateLevel(type);
  return gate && { outputs: ["Q"], build: (c) => build(c, gate, 1) };
}

const pin = (c: CellContext, port: string): Pin => ({ port, high: c.flag(`${port}_POLARITY`, true) });
const clock = (c: CellContext) => ({ clock: pin(c, "CLK") });
const enable = (c: CellContext) => ({ enable: pin(c, "EN") });
const sync = (c: CellContext, onlyEnabled: boolean) => ({
  sync: { ...pin(c, "SRST"), value: c.vector("SRST_VALUE", c.integer("WIDTH")), onlyEnabled },
});
const async = (c: CellContext) => ({
  async: { ...pin(c, "ARST"), value: c.vector("ARST_VALUE", c.integer("WIDTH")) },
});
const load = (c: CellContext) => ({ load: pin(c, "ALOAD") });
const setClear = (c: CellContext) => ({ set: pin(c, "SET"), clear: pin(c, "CLR") });

const wordLevel: Readonly<Record<string, (c: CellContext) => FlipFlop>> = {
  $ff: () => ({ clock: null }),
  $dff: clock,
  $dffe: (c) => ({ ...clock(c), ...enable(c) }),
  $sdff: (c) => ({ ...clock(c), ...sync(c, false) }),
  $sdffe: (c) => ({ ...clock(c), ...sync(c, false), ...enable(c) }),
  $sdffce: (c) => ({ ...clock(c), ...sync(c, true), ...enable(c) }),
  $adff: (c) => ({ ...clock(c), ...async(c) }),
  $adffe: (c) => ({ ...clock(c), ...async(c), ...enable(c) }),
  $aldff: (c) => ({ ...clock(c), ...load(c) }),
  $aldffe: (c) => ({ ...clock(c), ...load(c), ...enable(c) }),
  $dffsr: (c) => ({ ...clock(c), ...setClear(c) }),
  $dffsre: (c) => ({ ...clock(c), ...setClear(c), ...enable(c) }),
};

/** The letters of a gate-level type say the level of each pin, and a reset's value: `$_SDFFE_PN0P_`. */
function gateLevel(type: string): FlipFlop | null {
  if (type === "$_FF_") return { clock: null };
  const match = /^\$_(S?DFF|S?DFFE|SDFFCE|ALDFFE?|DFFSRE?)_([NP01]+)_$/.exec(type);
  const [, family = "", letters = ""] = match ?? [];
  const at = (index: number, port: string): Pin => ({ port, high: letters[index] === "P" });
  const value = letters[2] ?? "";
  switch (`${family} ${letters.replace(/[NP]/g, "l").replace(/[01]/g, "v")}`) {
    case "DFF l":
      return { clock: at(0, "C") };
    case "DFFE ll":
      return { clock: at(0, "C"), enable: at(1, "E") };
    case "DFF llv":
      return { clock: at(0, "C"), async: { ...at(1, "R"), value } };
    case "DFFE llvl":
      return { clock: at(0, "C"), async: { ...at(1, "R"), value }, enable: at(3, "E") };
    case "SDFF llv":
      return { clock: at(0, "C"), sync: { ...at(1, "R"), value, onlyEnabled: false } };
    case "SDFFE llvl":
    case "SDFFCE llvl":
      return {
        clock: at(0, "C"),
        sync: { ...at(1, "R"), value, onlyEnabled: family === "SDFFCE" },
        enable: at(3, "E"),
      };
    case "ALDFF ll":
      return { clock: at(0, "C"), load: { port: "L", high: letters[1] === "P" } };
    case "ALDFFE lll":
      return { clock: at(0, "C"), load: at(1, "L"), enable: at(2, "E") };
    case "DFFSR lll":
      return { clock: at(0, "C"), set: at(1, "S"), clear: at(2, "R") };
    case "DFFSRE llll":
      return { clock: at(0, "C"), set: at(1, "S"), clear: at(2, "R"), enable: at(3, "E") };
    default:
      return null;
  }
}

/**
 * A register with muxes before it. What acts without the clock also acts on the output at once, and on what is loaded,
 * which is exact for pulses that last over an edge of the clock.
 */
function build(c: CellContext, cell: FlipFlop, width: number): void {
  const { table } = c;
  const q = c.cell.connections.get("Q");
  if (!q) return;
  if (q.length !== width) c.fail(`pin Q is ${q.length} bits wide and must be ${width}`);
  const domain = cell.clock ? c.clock(cell.clock.port, cell.clock.high) : c.host.globalClock();
  const init = c.host.powerOn(q);
  const register = table.reserve(width);
  const active = ({ port, high }: Pin, size = 1): NodeId => {
    const node = c.word(port, size);
    return high ? node : table.not(node);
  };

  let next = c.word("D", width);
  const on = cell.enable && active(cell.enable);
  const reset = cell.sync && { on: active(cell.sync), value: table.constant(width, c.value(cell.sync.value)) };
  if (reset && cell.sync?.onlyEnabled) next = table.mux(reset.on, reset.value, next);
  if (on !== undefined) next = table.mux(on, next, register);
  if (reset && !cell.sync?.onlyEnabled) next = table.mux(reset.on, reset.value, next);

  let override = (value: NodeId): NodeId => value;
  if (cell.async) {
    const [when, value] = [active(cell.async), table.constant(width, c.value(cell.async.value))];
    override = (node) => table.mux(when, value, node);
  } else if (cell.load) {
    const [when, value] = [active(cell.load), c.word("AD", width)];
    override = (node) => table.mux(when, value, node);
  } else if (cell.set && cell.clear) {
    const [set, keep] = [active(cell.set, width), table.not(active(cell.clear, width))];
    override = (node) => table.binary("and", table.binary("or", node, set), keep);
  }
  const known = !/^x*$/.test(init);
  table.fill(register, {
    kind: "reg",
    width,
    domain,
    next: override(next),
    init: known ? c.value(init, "power-on values") : null,
  });
  c.host.addRegisters(domain, 1);
  c.drive("Q", override(register));
}
