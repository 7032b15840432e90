import type { Node, NodeId } from "./design.ts";

/** A pure operator: a node whose value follows from its operands' values alone. */
export type CombinationalNode = Exclude<Node, { kind: "input" | "reg" | "memRead" | "instOut" }>;

/** Whether `evaluate` accepts the node: all kinds but inputs, registers, memory reads and instance outputs. */
export function isCombinational(node: Node): node is CombinationalNode {
  return node.kind !== "input" && node.kind !== "reg" && node.kind !== "memRead" && node.kind !== "instOut";
}

/** `value`, two's complement in `width` bits, as a signed number. */
export function toSigned(value: bigint, width: number): bigint {
  return BigInt.asIntN(width, value);
}

/** All ones in `width` bits. */
export function ones(width: number): bigint {
  return (1n << BigInt(width)) - 1n;
}

/**
 * The meaning of every operator: the value of a node, 0 ≤ result < 2^width, from its operands' values (each in range of
 * its own width). Interpreter, constant folding and their tests share this one definition.
 *
 * Division is RISC-V's M extension at any width: x / 0 is all ones (−1 signed), x mod 0 is x, signed division rounds
 * towards zero and the remainder has the dividend's sign; min / −1 wraps to min with remainder 0.
 *
 * Only the operands that decide the value are asked for, so that a mux or case never looks at an arm not taken.
 * Throws a RangeError for a node that is not combinational (`isCombinational`).
 */
export function evaluate(node: Node, value: (id: NodeId) => bigint, widthOf: (id: NodeId) => number): bigint {
  const { width } = node;
  switch (node.kind) {
    case "const":
      return node.value;
    case "not":
      return ones(width) ^ value(node.a);
    case "cross":
    case "zext":
      return value(node.a);
    case "sext":
      return BigInt.asUintN(width, toSigned(value(node.a), widthOf(node.a)));
    case "and":
      return value(node.a) & value(node.b);
    case "or":
      return value(node.a) | value(node.b);
    case "xor":
      return value(node.a) ^ value(node.b);
    case "add":
      return BigInt.asUintN(width, value(node.a) + value(node.b));
    case "sub":
      return BigInt.asUintN(width, value(node.a) - value(node.b));
    case "mul":
      return BigInt.asUintN(width, value(node.a) * value(node.b));
    case "divu": {
      const divisor = value(node.b);
      return divisor === 0n ? ones(width) : value(node.a) / divisor;
    }
    case "remu": {
      const divisor = value(node.b);
      return divisor === 0n ? value(node.a) : value(node.a) % divisor;
    }
    case "divs": {
      const divisor = toSigned(value(node.b), width);
      return divisor === 0n ? ones(width) : BigInt.asUintN(width, toSigned(value(node.a), width) / divisor);
    }
    case "rems": {
      const divisor = toSigned(value(node.b), width);
      return divisor === 0n ? value(node.a) : BigInt.asUintN(width, toSigned(value(node.a), width) % divisor);
    }
    case "eq":
      return value(node.a) === value(node.b) ? 1n : 0n;
    case "ltu":
      return value(node.a) < value(node.b) ? 1n : 0n;
    case "lts":
      return toSigned(value(node.a), widthOf(node.a)) < toSigned(value(node.b), widthOf(node.b)) ? 1n : 0n;
    case "shl": {
      const amount = value(node.b);
      return amount >= BigInt(width) ? 0n : BigInt.asUintN(width, value(node.a) << amount);
    }
    case "shru": {
      const amount = value(node.b);
      return amount >= BigInt(width) ? 0n : value(node.a) >> amount;
    }
    case "shrs": {
      const amount = value(node.b);
      const shift = amount >= BigInt(width) ? BigInt(width) : amount;
      return BigInt.asUintN(width, toSigned(value(node.a), width) >> shift);
    }
    case "mux":
      return value(value(node.select) === 1n ? node.a : node.b);
    case "case": {
      const selector = value(node.selector);
      const arm = node.arms.find(({ match }) => match === selector);
      return value(arm ? arm.value : node.otherwise);
    }
    case "cat":
      return node.parts.reduce((high, part) => (high << BigInt(widthOf(part))) | value(part), 0n);
    case "slice":
      return BigInt.asUintN(width, value(node.a) >> BigInt(node.low));
    case "reduce": {
      const bits = value(node.a);
      if (node.op === "and") return bits === ones(widthOf(node.a)) ? 1n : 0n;
      if (node.op === "or") return bits === 0n ? 0n : 1n;
      return parity(bits);
    }
    case "input":
    case "reg":
    case "memRead":
    case "instOut":
      throw new RangeError(`a node of kind ${node.kind} is not combinational: its value is not a function of operands`);
  }
}

function parity(bits: bigint): bigint {
  let odd = 0;
  for (let rest = bits; rest !== 0n; rest >>= 32n) {
    let word = Number(BigInt.asUintN(32, rest));
    for (let half = 16; half >= 1; half >>= 1) word ^= word >>> half;
    odd ^= word & 1;
  }
  return BigInt(odd);
}
