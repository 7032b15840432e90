import { ones } from "../../hdl/netlist/index.ts";
import { limbCount } from "../plan/slots.ts";
import type { Callable } from "../wasm/code.ts";
import type { Runtime } from "../wasm/runtime.ts";
import type { WasmModule } from "../wasm/wasm-module.ts";
import { narrowed } from "./element-size.ts";
import { loadNumbers } from "./limb-call.ts";
import { writeReset } from "./reset.ts";
import { type LanePlan, LaneValues } from "./values.ts";
import { type Vector, VectorCode } from "./vector-code.ts";

/**
 * A function that takes over inputs and resets as the outside set them: words, lane after lane, into vectors, with what
 * is above their width dropped; asynchronous resets at once.
 */
export function writeTake(module: WasmModule, runtime: Runtime, lanes: LanePlan): Callable {
  const take = module.declare();
  const values = new LaneValues(new VectorCode(take.code, lanes.constants), lanes, runtime);
  for (const [id, pin] of lanes.layout.pins) {
    const width = values.width(id);
    const address = lanes.layout.addresses[id] ?? -1;
    const limbs = limbCount(width);
    const words =
      limbs === 1
        ? Array.from({ length: lanes.layout.lanes / 4 }, (_, i) => values.to.load(pin + 16 * i))
        : loadNumbers(values, limbs, (lane) => pin + 4 * limbs * lane);
    vectorsOf(values, width, words).forEach((vector, i) => {
      values.to.store(address + 16 * i, vector);
    });
    values.endItem([], () => false);
  }
  lanes.plan.flat.module.domains.forEach(({ reset }, domain) => {
    if (reset === "async") take.code.call(writeReset(module, lanes, domain));
  });
  return take;
}

/** Vectors in the shape of a value from limbs of 32 bits. */
function vectorsOf(values: LaneValues, width: number, words: readonly Vector[]): readonly Vector[] {
  const { to } = values;
  if (width === 1) {
    const one = to.constant(32, 1n);
    return [
      values.oneMask(
        words.map((word) => to.equal(32, to.and(word, one), one)),
        32,
      ),
    ];
  }
  const { element, limbs, parts } = values.shapeOf(width);
  const unused = 32 * limbs - width;
  if (unused === 0) return words;
  const top = (limbs - 1) * (limbs > 1 ? parts : 0);
  const cut = words.map((word, i) => (i < top ? word : to.and(word, to.constant(32, ones(32 - unused)))));
  return narrowed(values.to, cut, 32, element, false);
}
