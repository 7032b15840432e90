import Table from "cli-table3";
import { elaborate, MatmulEngine } from "../../hdl/index.ts";
import { compile, type Engine, interpret } from "../../sim/index.ts";
import { Random } from "../../testbench/bench/random.ts";
import { integerOption } from "../../testbench/index.ts";

/**
 * The compiled simulator against the interpreter: the whole 16 × 16 matmul engine, its clock loop inside the simulator,
 * the same job and the same random operands in both, runs taken in turn, medians. Every run must end in the same state.
 *
 *     npm run bench -- [cycles of the interpreter, default 200] [runs, default 5]
 */
const interpreted = integerOption("cycles", process.argv[2] ?? "200", 10, 1e6);
const runs = integerOption("runs", process.argv[3] ?? "5", 1, 100);
const compiled = interpreted * 100;

const started = performance.now();
const design = elaborate(MatmulEngine());
const elaborated = performance.now();
compile(design).step();
const first = performance.now();

/** A job of 256 × 256 × 256 on random buffers, entered through the ports, at its first cycle. */
function prepare(engine: Engine): Engine {
  const random = new Random(1);
  const ports = ["activations", "weights"] as const;
  for (let address = 0; address < 64; address++) {
    for (const port of ports) {
      engine.poke(`${port}.enable`, 1);
      engine.poke(`${port}.address`, address);
      for (let i = 0; i < 16; i++) engine.poke(`${port}.data[${i}]`, random.below(256));
    }
    engine.step();
  }
  for (const port of ports) engine.poke(`${port}.enable`, 0);
  for (const [name, value] of Object.entries({ m: 256, kTiles: 16, nTiles: 16 }))
    engine.poke(`command.bits.${name}`, value);
  engine.poke("command.valid", 1);
  engine.step();
  engine.poke("command.valid", 0);
  return engine;
}

const engines = { interpreter: prepare(interpret(design)), wasm: prepare(compile(design)) };
const rates = { interpreter: [] as number[], wasm: [] as number[] };
const signals = ["state", "counters.compute", "array.sums[0]", "array.sums[15]"];
const checksum = (engine: Engine) => signals.map((path) => engine.peek(path)).join(" ");

for (let run = 0; run < runs; run++) {
  const before = engines.wasm.cycle;
  for (const [name, cycles] of [["interpreter", interpreted] as const, ["wasm", interpreted] as const]) {
    const from = performance.now();
    engines[name].step(cycles);
    if (name === "interpreter") rates.interpreter.push((1000 * cycles) / (performance.now() - from));
  }
  const sums = [checksum(engines.interpreter), checksum(engines.wasm)];
  if (sums[0] !== sums[1])
    throw new Error(`cycle ${before}: the interpreter has ${sums[0]}, the compiled simulator ${sums[1]}`);
  const saved = engines.wasm.checkpoint();
  const from = performance.now();
  engines.wasm.step(compiled);
  rates.wasm.push((1000 * compiled) / (performance.now() - from));
  engines.wasm.restore(saved);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const [slow, fast] = [median(rates.interpreter), median(rates.wasm)];
const count = (value: number) => Math.round(value).toLocaleString("en-US");
const table = new Table({ head: ["matmul engine 16 x 16", "cycles/s"], style: { head: [], border: [] } });
table.push(["interpreter", count(slow)], ["compiled", count(fast)], ["ratio", `${(fast / slow).toFixed(0)}x`]);
table.push(["elaborate, ms", count(elaborated - started)], ["compile to first cycle, ms", count(first - elaborated)]);
process.stdout.write(`${table.toString()}\n`);
