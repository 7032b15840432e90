import type { NodeId } from "../../../hdl/netlist/index.ts";

/** An operation on vector registers, by its index in the graph. */
export type VectorId = number;

/** What one vector register holds, from operands that come before it in the graph. */
export type VectorOperation =
  /** Part `part` of the elements that a leaf's lanes are fetched from. */
  | { readonly kind: "leaf"; readonly leaf: NodeId; readonly part: number }
  | { readonly kind: "const"; readonly bytes: readonly number[] }
  | { readonly kind: "simd"; readonly opcode: number; readonly operands: readonly VectorId[] }
  | { readonly kind: "shift"; readonly opcode: number; readonly operand: VectorId; readonly amount: number }
  | { readonly kind: "shuffle"; readonly operands: readonly [VectorId, VectorId]; readonly picks: readonly number[] };

/** Operations on vector registers for one chunk of lanes; what is the same is there once. */
export class VectorGraph {
  readonly operations: VectorOperation[] = [];
  readonly #known = new Map<string, VectorId>();

  leaf(leaf: NodeId, part: number): VectorId {
    return this.#add(`leaf ${leaf} ${part}`, { kind: "leaf", leaf, part });
  }

  /** The same value, cut to its bits, in every element. */
  splat(value: bigint, elementBytes: number): VectorId {
    const bits = BigInt.asUintN(8 * elementBytes, value);
    const bytes = Array.from({ length: 16 }, (_, i) => Number((bits >> BigInt(8 * (i % elementBytes))) & 0xffn));
    return this.#add(`const ${bytes.join()}`, { kind: "const", bytes });
  }

  simd(opcode: number, ...operands: VectorId[]): VectorId {
    return this.#add(`${opcode} ${operands.join()}`, { kind: "simd", opcode, operands });
  }

  shift(opcode: number, operand: VectorId, amount: number): VectorId {
    if (amount === 0) return operand;
    return this.#add(`shift ${opcode} ${operand} ${amount}`, { kind: "shift", opcode, operand, amount });
  }

  shuffle(a: VectorId, b: VectorId, picks: readonly number[]): VectorId {
    return this.#add(`shuffle ${a} ${b} ${picks.join()}`, { kind: "shuffle", operands: [a, b], picks });
  }

  operands(id: VectorId): readonly VectorId[] {
    const operation = this.operations[id];
    if (!operation || operation.kind === "leaf" || operation.kind === "const") return [];
    return operation.kind === "shift" ? [operation.operand] : operation.operands;
  }

  #add(key: string, operation: VectorOperation): VectorId {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.operations.push(operation) - 1;
    this.#known.set(key, id);
    return id;
  }
}
