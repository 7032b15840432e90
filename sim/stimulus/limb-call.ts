import type { BinaryNode, NodeId, ShiftNode } from "../../hdl/netlist/index.ts";
import { Access, Op } from "../wasm/opcodes.ts";
import type { RuntimeName } from "../wasm/runtime.ts";
import { SimdLane } from "../wasm/simd.ts";
import { clamped, pushLane } from "./index-lanes.ts";
import type { Computed, LaneValues } from "./values.ts";
import type { Vector } from "./vector-code.ts";

/** The numbers of one lane in the scratch memory. */
const Numbers = { quotient: 0, remainder: 1, a: 2, b: 3, room: 4 } as const;

/** Multiplies, divides or shifts numbers of more than 32 bits lane by lane, as numbers in memory. */
export function limbCall(values: LaneValues, node: BinaryNode | ShiftNode): Computed {
  const { code } = values;
  const { kind, a, b, width } = node;
  const { lanes, scratch, scratchLane, scratchNumber } = values.lanes.layout;
  const limbs = Math.ceil(width / 32);
  const at = (number: number, lane: number): number => scratch + lane * scratchLane + number * scratchNumber;
  const call = (name: RuntimeName, ...numbers: number[]): void => {
    for (const number of numbers) code.i32(number);
    code.call(values.runtime.get(name));
  };
  const shifts = kind === "shl" || kind === "shru" || kind === "shrs";
  const amounts = shifts ? clamped(values, b, 32 * limbs) : null;
  storeNumbers(values, a, (lane) => at(Numbers.a, lane));
  if (!amounts) storeNumbers(values, b, (lane) => at(Numbers.b, lane));

  for (let lane = 0; lane < lanes; lane++) {
    const [quotient, remainder] = [at(Numbers.quotient, lane), at(Numbers.remainder, lane)];
    const [first, second] = [at(Numbers.a, lane), at(Numbers.b, lane)];
    if (amounts) {
      code.i32(quotient);
      code.i32(first);
      pushLane(values, amounts, lane);
      code.i32(limbs);
      if (kind !== "shl") pushTop(values, first + 4 * (limbs - 1), 32 * limbs - width, kind === "shrs");
      code.call(values.runtime.get(kind === "shl" ? "shiftLeft" : "shiftRight"));
    } else if (kind === "mul") call("multiply", quotient, first, second, limbs);
    else if (kind === "divu" || kind === "remu") call("divideUnsigned", quotient, remainder, first, second, limbs);
    else {
      const topBits = ((width - 1) % 32) + 1;
      call("divideSigned", quotient, remainder, first, second, limbs, topBits, at(Numbers.room, lane));
    }
  }
  const result = kind === "remu" || kind === "rems" ? Numbers.remainder : Numbers.quotient;
  return { vectors: loadNumbers(values, limbs, (lane) => at(result, lane)), zero: false, sign: false };
}

/** Pushes the top limb as a shift to the right takes it, and what is above it. */
function pushTop({ code, to }: LaneValues, address: number, unused: number, signed: boolean): void {
  code.loadFrom(Access.load32, address);
  if (!signed) {
    code.i32(0);
    return;
  }
  const top = to.scalar();
  code.i32(unused);
  code.op(Op.i32Shl);
  code.i32(unused);
  code.op(Op.i32ShrS);
  code.tee(top);
  code.get(top);
  code.i32(31);
  code.op(Op.i32ShrS);
}

/** Stores a value, limb by limb with zeros above its width, as one number for each lane. */
export function storeNumbers(values: LaneValues, id: NodeId, address: (lane: number) => number): void {
  const { code } = values;
  values.limbs(id, "zero").forEach((vector, i) => {
    const parts = values.lanes.layout.lanes / 4;
    const [limb, part] = [Math.floor(i / parts), i % parts];
    for (let lane = 0; lane < 4; lane++) {
      code.i32(0);
      code.get(vector);
      code.simdLaneAccess(SimdLane.store32, address(4 * part + lane) + 4 * limb, lane);
    }
  });
}

/** Loads so many limbs of the numbers of all lanes. */
export function loadNumbers(values: LaneValues, limbs: number, address: (lane: number) => number): Vector[] {
  const { code, to } = values;
  const parts = values.lanes.layout.lanes / 4;
  return Array.from({ length: limbs * parts }, (_, i) => {
    const [limb, part] = [Math.floor(i / parts), i % parts];
    const vector = to.constant(32, 0n);
    for (let lane = 0; lane < 4; lane++) {
      code.i32(0);
      code.get(vector);
      code.simdLaneAccess(SimdLane.load32, address(4 * part + lane) + 4 * limb, lane);
      code.set(vector);
    }
    return vector;
  });
}
