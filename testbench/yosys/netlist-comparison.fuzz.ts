import { fromYosys } from "../../hdl/index.ts";
import { type Engine, interpret } from "../../sim/index.ts";
import type { VerilogCase } from "./cell-case.fuzz.ts";
import { totals } from "./icarus.fuzz.ts";

/** Takes an engine from one comparison to the next: both clocks once up and down. */
export type TakeCycle = (engine: Engine) => void;

/** The clocks are domains: `clk2` rises, `clk` falls, `clk` rises within a cycle. */
const stepClock: TakeCycle = (engine) => engine.step();

/** The clocks are inputs, as `clk2fflogic` leaves them, sampled at each step of the one global clock. */
export const stepGlobally: TakeCycle = (engine) => {
  for (const [clock, level] of [
    ["clk2", 1],
    ["clk", 0],
    ["clk2", 0],
    ["clk", 1],
  ] as const) {
    engine.step();
    engine.poke(clock, level);
  }
  engine.step();
};

/** Simulates the netlist beside Icarus' answers and lists the modules whose defined bits differ. */
export async function differences(
  json: Uint8Array,
  cases: readonly VerilogCase[],
  inputs: readonly string[],
  told: readonly string[],
  takeCycle: TakeCycle = stepClock,
): Promise<string[]> {
  const { design } = await fromYosys(json, takeCycle === stepClock ? { top: "all", clock: "clk" } : { top: "all" });
  const clocks = Object.fromEntries(
    (design.modules[design.top]?.domains ?? []).map(({ name }) => [
      name,
      { period: 10, phase: name === "clk2" ? 3 : name === "clk_falling" ? 5 : 0 },
    ]),
  );
  const engine = interpret(design, { randomInit: false, clocks });
  if (takeCycle === stepGlobally) engine.poke("clk", 1);
  const [, outputs] = totals(cases);
  const found = new Set<string>();
  const defined = new Map<string, number>();
  inputs.forEach((digits, cycle) => {
    engine.poke("i", BigInt(`0b${digits}`));
    const ours = engine.peek("o").toString(2).padStart(outputs, "0");
    const theirs = told[cycle] ?? "";
    let low = 0;
    for (const one of cases) {
      const at = outputs - low - one.outputs;
      const [a, b] = [ours.slice(at, at + one.outputs), theirs.slice(at, at + one.outputs)];
      low += one.outputs;
      if ([...b].some((bit, index) => (bit === "0" || bit === "1") && bit !== a[index]))
        found.add(`${one.name} in cycle ${cycle}: ours ${a}, Icarus ${b}\n${one.body}`);
      defined.set(one.name, (defined.get(one.name) ?? 0) + b.replace(/[xz]/g, "").length);
    }
    takeCycle(engine);
  });
  // A comparison of bits that Icarus does not know would find nothing; random expressions often are x.
  const total = [...defined.values()].reduce((sum, bits) => sum + bits, 0);
  if (total < (inputs.length * outputs) / 2) found.add(`${total} bits are defined of ${inputs.length * outputs}`);
  for (const one of cases)
    if (!/^e\d/.test(one.name) && (defined.get(one.name) ?? 0) < (inputs.length * one.outputs) / 20)
      found.add(`${one.name} is hardly ever defined`);
  return [...found].slice(0, 5);
}
