import { poison } from "../../hdl/netlist/index.ts";
import type { EngineOptions } from "../engine.ts";
import { powerOnValue, powerOnWords } from "../power-on.ts";
import { momentTable } from "../wasm/run-loop.ts";
import { Column } from "./column.ts";
import type { LanePlan } from "./values.ts";

/** Fills a block's fresh memory: what never changes, and the state of every lane as its seed has it at power-on. */
export function powerOnLanes(
  { plan, layout }: LanePlan,
  memory: ArrayBuffer,
  seeds: readonly number[],
  { randomInit = true }: Pick<EngineOptions, "randomInit">,
): void {
  new Uint32Array(memory, layout.moments, plan.schedule.moments.length).set(momentTable(plan.schedule));
  const columns = Array.from({ length: layout.lanes }, (_, lane) => new Column(memory, layout.lanes, lane));

  for (const id of plan.flat.states) {
    const node = plan.nodes[id];
    const address = layout.addresses[id] ?? -1;
    if (!node) continue;
    if (node.kind === "reg" && node.init !== null) {
      const range = layout.resets[node.domain]?.ranges.find(
        ({ address: start, vectors }) => start <= address && address < start + 16 * vectors,
      );
      for (const column of columns) {
        column.write(address, node.width, node.init);
        if (range) column.write(address - range.address + range.values, node.width, node.init);
      }
    } else if (randomInit) {
      const path = plan.flat.statePath(id);
      seeds.forEach((seed, lane) => {
        columns[lane]?.write(address, node.width, powerOnValue(powerOnWords(seed, path), node.width));
      });
    }
  }
  plan.memories.forEach(({ name, width, depth, init }, index) => {
    const { address, row } = layout.memories[index] ?? { address: 0, row: 0 };
    columns.forEach((column, lane) => {
      const seed = seeds[lane];
      if (init) for (const [word, value] of init.entries()) column.write(address + row * word, width, value);
      else if (randomInit && seed !== undefined) {
        const next = powerOnWords(seed, name);
        for (let word = 0; word < depth; word++) column.writeLimbs(address + row * word, width, next);
      }
      column.write(address + row * depth, width, poison(width));
    });
  });
}
