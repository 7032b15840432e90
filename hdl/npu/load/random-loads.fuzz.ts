import type { Random } from "../../../testbench/bench/random.ts";
import { type Matrix, TileMemories } from "../movers/tile-memories.fuzz.ts";
import type { NpuConfig } from "../npu-config.ts";

/** Random LOADs of all kinds, whose places in the memories do not overlap. */
export function randomLoads(random: Random, config: NpuConfig, count: number): Matrix[] {
  const memories = new TileMemories(config);
  const free = { scratchpad: 0, accumulator: 0, bias: 0, scale: 0, lut: 0 };
  const depth = {
    scratchpad: config.scratchpadRows,
    accumulator: config.accumulatorRows,
    bias: 256,
    scale: 256,
    lut: 256,
  };
  const subs = [
    "scratchpad",
    "scratchpad",
    "scratchpad",
    "accumulator",
    "accumulator",
    "bias",
    "scale",
    "lut",
  ] as const;
  const loads: Matrix[] = [];
  while (loads.length < count) {
    const sub = subs[random.below(subs.length)] ?? "scratchpad";
    const pad = () => (random.bool(0.3) ? random.below(16) : 0);
    const int32 = sub === "accumulator" && random.bool();
    const bytes = sub === "lut" ? 2 : sub === "bias" || sub === "scale" || int32 ? 4 : 1;
    const cols = random.bool(0.4) ? config.side * (1 + random.below(3)) : 1 + random.below(5 * config.side);
    const row = cols * bytes;
    const matrix: Matrix = {
      ...{ sub, int32, transpose: sub === "scratchpad" && random.bool(0.4) },
      accumulate: sub === "accumulator" && random.bool(0.3),
      ...{ local: free[sub], dram: 0x14000 + random.below(0x4000), rows: 1 + random.below(20), cols },
      stride: random.bool(0.4) ? row : random.bool() ? row + random.below(40) : random.below(row),
      ...{ top: pad(), bottom: pad(), left: pad(), right: pad() },
    };
    const span = memories.span(matrix);
    if (free[sub] + span > depth[sub]) {
      if (Object.values(free).every((used) => used > 100)) break;
      continue;
    }
    free[sub] += span;
    loads.push(matrix);
  }
  return loads;
}
