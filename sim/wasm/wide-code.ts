import { type Memory, type NodeId, poison } from "../../hdl/netlist/index.ts";
import { strideBytes } from "../plan/layout.ts";
import { i32, i64, op } from "./encoder.ts";
import { emitMatch } from "./narrow-code.ts";
import { limbCount, mask32, type Values } from "./values.ts";

/** Functions outside that work on wide values in memory: (operation, result, a, b or amount, width). */
export const wideOperations = ["mul", "divu", "divs", "remu", "rems", "shl", "shru", "shrs"] as const;
export type WideOperation = (typeof wideOperations)[number];

const bitwise = { and: op.i32And, or: op.i32Or, xor: op.i32Xor };

/** Computes a combinational node of more than 64 bits, limb by limb, into its slot. `wideCall` is the import's index. */
export function emitWide(
  values: Values,
  id: NodeId,
  memories: readonly Memory[],
  bases: readonly number[],
  wideCall: number,
): void {
  const { body } = values;
  const node = values.node(id);
  const { width } = node;
  const slot = values.slot(id);
  const limbs = limbCount(width);
  const top = mask32(width - 32 * (limbs - 1));
  const each = (push: (i: number) => void, masked = false) => {
    for (let i = 0; i < limbs; i++) {
      body.i32(0);
      push(i);
      if (masked && i === limbs - 1 && top !== -1) body.i32(top).emit(op.i32And);
      body.memory(op.i32Store, slot + 4 * i);
    }
  };
  switch (node.kind) {
    case "const":
    case "input":
    case "reg":
    case "instOut":
    case "eq":
    case "ltu":
    case "lts":
    case "reduce":
      throw new RangeError(`node ${id} (${node.kind}) is not a wide operation`);
    case "cross":
    case "zext":
      each((i) => values.limb(node.a, i));
      return;
    case "not":
      each((i) => {
        values.limb(node.a, i);
        body.i32(-1).emit(op.i32Xor);
      }, true);
      return;
    case "and":
    case "or":
    case "xor": {
      const { kind } = node;
      each((i) => {
        values.limb(node.a, i);
        values.limb(node.b, i);
        body.emit(bitwise[kind]);
      });
      return;
    }
    case "add":
    case "sub": {
      const sum = values.temporary(i64, 0);
      body.i64(0n).set(sum);
      each((i) => {
        // The sum so far, shifted down: the carry, or −1 for a borrow.
        values.limb(node.a, i);
        body.emit(op.i64ExtendI32U);
        values.limb(node.b, i);
        body.emit(op.i64ExtendI32U, node.kind === "add" ? op.i64Add : op.i64Sub);
        body.get(sum).i64(32n).emit(op.i64ShrS, op.i64Add).tee(sum).emit(op.i32WrapI64);
      }, true);
      return;
    }
    case "mul":
    case "divu":
    case "divs":
    case "remu":
    case "rems":
      body
        .i32(wideOperations.indexOf(node.kind))
        .i32(slot)
        .i32(values.slot(node.a))
        .i32(values.slot(node.b))
        .i32(width);
      body.call(wideCall);
      return;
    case "shl":
    case "shru":
    case "shrs":
      body.i32(wideOperations.indexOf(node.kind)).i32(slot).i32(values.slot(node.a));
      values.amount(node.b);
      body.i32(width).call(wideCall);
      return;
    case "mux": {
      const select = values.temporary(i32, 0);
      values.push(node.select);
      body.set(select);
      each((i) => {
        values.limb(node.a, i);
        values.limb(node.b, i);
        body.get(select).emit(op.select);
      });
      return;
    }
    case "case": {
      const matches = node.arms.map(({ match }) => {
        const local = body.local(i32);
        emitMatch(values, node.selector, match);
        body.set(local);
        return local;
      });
      const rest = values.temporary(i32, 0);
      each((i) => {
        values.limb(node.otherwise, i);
        for (const [arm, { value }] of [...node.arms.entries()].toReversed()) {
          body.set(rest);
          values.limb(value, i);
          body
            .get(rest)
            .get(matches[arm] ?? 0)
            .emit(op.select);
        }
      });
      return;
    }
    case "cat":
      each((i) => emitCatLimb(values, node.parts, i));
      return;
    case "slice":
      each((i) => values.bits(node.a, node.low + 32 * i, Math.min(32, width - 32 * i)));
      return;
    case "sext": {
      const from = values.width(node.a);
      const sign = values.temporary(i32, 0);
      body.i32(0);
      values.bits(node.a, from - 1, 1);
      body.emit(op.i32Sub).set(sign);
      each((i) => {
        const own = from - 32 * i;
        if (own <= 0) body.get(sign);
        else {
          values.limb(node.a, i);
          if (own < 32) body.get(sign).i32(own).emit(op.i32Shl, op.i32Or);
        }
      }, true);
      return;
    }
    case "memRead": {
      const memory = memories[node.memory];
      if (!memory) throw new RangeError(`no memory ${node.memory}`);
      const at = values.temporary(i32, 0);
      values.amount(node.address);
      body.tee(at).i32(memory.depth).emit(op.i32LtU, op.if, 0x40);
      body.get(at).i32(strideBytes(width)).emit(op.i32Mul).set(at);
      each((i) => body.get(at).memory(op.i32Load, (bases[node.memory] ?? 0) + 4 * i));
      body.emit(op.else);
      each((i) => body.i32(Number(BigInt.asUintN(32, poison(width) >> BigInt(32 * i)))));
      body.emit(op.end);
    }
  }
}

function emitCatLimb(values: Values, parts: readonly NodeId[], i: number): void {
  const { body } = values;
  body.i32(0);
  let low = 0;
  for (const part of parts.toReversed()) {
    const width = values.width(part);
    const from = Math.max(low, 32 * i);
    const to = Math.min(low + width, 32 * (i + 1));
    if (from < to) {
      values.bits(part, from - low, to - from);
      if (from > 32 * i) body.i32(from - 32 * i).emit(op.i32Shl);
      body.emit(op.i32Or);
    }
    low += width;
  }
}
