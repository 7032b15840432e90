import type { NodeId } from "../../hdl/netlist/index.ts";
import { arithmetic } from "./arithmetic.ts";
import { comparison, reduction } from "./compare.ts";
import { division } from "./division.ts";
import { clamped, rangeOf } from "./index-lanes.ts";
import { bitwise, complement, mux, select } from "./logic.ts";
import { gather, placeOf } from "./memory.ts";
import { shift } from "./shift.ts";
import type { Computed, LaneValues } from "./values.ts";
import { concatenation, extension, slice } from "./wiring.ts";

/** Computes a node in all lanes from its operands. */
export function compute(values: LaneValues, id: NodeId): Computed {
  const node = values.node(id);
  switch (node.kind) {
    case "not":
      return complement(values, node.a);
    case "cross":
      return values.get(node.a);
    case "and":
    case "or":
    case "xor":
      return bitwise(values, node);
    case "add":
    case "sub":
    case "mul":
      return arithmetic(values, node);
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      return division(values, node);
    case "shl":
    case "shru":
    case "shrs":
      return shift(values, node);
    case "eq":
    case "ltu":
    case "lts":
      return comparison(values, node);
    case "mux":
      return mux(values, node);
    case "case":
      return select(values, node);
    case "cat":
      return concatenation(values, node);
    case "slice":
      return slice(values, node);
    case "zext":
    case "sext":
      return extension(values, node);
    case "reduce":
      return reduction(values, node);
    case "memRead": {
      const depth = values.lanes.plan.memories[node.memory]?.depth ?? 0;
      const indices = clamped(values, node.address, depth);
      const rows = rangeOf(values, node.address, depth);
      const vectors = gather(values, placeOf(values, node.memory), indices, rows);
      return { vectors, zero: true, sign: false };
    }
    default:
      throw new RangeError(`a node of kind ${node.kind} has nothing to compute`);
  }
}
