import type { Memory, NodeId } from "../../hdl/netlist/index.ts";
import { ones, poison } from "../../hdl/netlist/index.ts";
import { strideBytes } from "../plan/layout.ts";
import { i32, i64, op } from "./encoder.ts";
import { holdingOf, limbCount, mask32, type Values } from "./values.ts";

/** Opcodes that differ only by the holding of their operands: in i32, in i64. */
const pairs = {
  and: [op.i32And, op.i64And],
  or: [op.i32Or, op.i64Or],
  xor: [op.i32Xor, op.i64Xor],
  add: [op.i32Add, op.i64Add],
  sub: [op.i32Sub, op.i64Sub],
  mul: [op.i32Mul, op.i64Mul],
  shl: [op.i32Shl, op.i64Shl],
  shru: [op.i32ShrU, op.i64ShrU],
  shrs: [op.i32ShrS, op.i64ShrS],
  eq: [op.i32Eq, op.i64Eq],
  ltu: [op.i32LtU, op.i64LtU],
  lts: [op.i32LtS, op.i64LtS],
  divu: [op.i32DivU, op.i64DivU],
  divs: [op.i32DivS, op.i64DivS],
  remu: [op.i32RemU, op.i64RemU],
  rems: [op.i32RemS, op.i64RemS],
} as const;

/** The operator in the instructions of the holding that `width` bits have. */
function opcode(kind: keyof typeof pairs, width: number): number {
  return pairs[kind][width <= 32 ? 0 : 1];
}

/** Pushes a constant of the holding that `width` bits have. */
function constant({ body }: Values, width: number, value: bigint): void {
  if (width <= 32) body.i32(Number(BigInt.asIntN(32, value)));
  else body.i64(value);
}

const containerOf = (width: number) => (width <= 32 ? 32 : 64);

/** Cuts what is on the stack to `width` bits. */
function mask(values: Values, width: number): void {
  if (width === containerOf(width)) return;
  constant(values, width, ones(width));
  values.body.emit(opcode("and", width));
}

/** Pushes an operand with its sign bit copied up to the container's. */
function pushSigned(values: Values, id: NodeId): void {
  const width = values.width(id);
  values.push(id);
  const unused = containerOf(width) - width;
  if (unused === 0) return;
  constant(values, width, BigInt(unused));
  values.body.emit(opcode("shl", width));
  constant(values, width, BigInt(unused));
  values.body.emit(opcode("shrs", width));
}

/** Leaves the value of a combinational node of at most 64 bits on the stack, its operands of any width. */
export function emitNarrow(values: Values, id: NodeId, memories: readonly Memory[], bases: readonly number[]): void {
  const { body } = values;
  const node = values.node(id);
  const { width } = node;
  switch (node.kind) {
    case "const":
    case "input":
    case "reg":
    case "instOut":
      throw new RangeError(`node ${id} (${node.kind}) is not evaluated`);
    case "cross":
      values.push(node.a);
      return;
    case "not":
      values.push(node.a);
      constant(values, width, ones(width));
      body.emit(opcode("xor", width));
      return;
    case "and":
    case "or":
    case "xor":
      values.push(node.a);
      values.push(node.b);
      body.emit(opcode(node.kind, width));
      return;
    case "add":
    case "sub":
    case "mul":
      values.push(node.a);
      values.push(node.b);
      body.emit(opcode(node.kind, width));
      mask(values, width);
      return;
    case "divu":
    case "remu":
    case "divs":
    case "rems":
      emitDivision(values, node.kind, width, node.a, node.b);
      return;
    case "eq":
      emitEqual(values, node.a, node.b);
      return;
    case "ltu":
    case "lts":
      emitLess(values, node.kind === "lts", node.a, node.b);
      return;
    case "shl":
    case "shru":
    case "shrs":
      emitShift(values, node.kind, width, node.a, node.b);
      return;
    case "mux":
      values.push(node.a);
      values.push(node.b);
      values.push(node.select);
      body.emit(op.select);
      return;
    case "case":
      values.push(node.otherwise);
      for (const { match, value } of node.arms.toReversed()) {
        const rest = values.temporary(width <= 32 ? i32 : i64, 0);
        body.set(rest);
        values.push(value);
        body.get(rest);
        emitMatch(values, node.selector, match);
        body.emit(op.select);
      }
      return;
    case "cat":
      emitCat(values, width, node.parts);
      return;
    case "slice":
      if (width <= 32) values.bits(node.a, node.low, width);
      else values.bits64(node.a, node.low, width);
      return;
    case "zext":
      values.push(node.a);
      if (width > 32 && values.width(node.a) <= 32) body.emit(op.i64ExtendI32U);
      return;
    case "sext":
      pushSigned(values, node.a);
      if (width > 32 && values.width(node.a) <= 32) body.emit(op.i64ExtendI32S);
      mask(values, width);
      return;
    case "reduce":
      emitReduce(values, node.op, node.a);
      return;
    case "memRead": {
      const memory = memories[node.memory];
      if (memory) emitRead(values, memory, bases[node.memory] ?? 0, node.address);
    }
  }
}

/** Both guards replace the divisor by 1, so that the instruction cannot trap. */
function emitDivision(
  values: Values,
  kind: "divu" | "remu" | "divs" | "rems",
  width: number,
  a: NodeId,
  b: NodeId,
): void {
  const { body } = values;
  const type = width <= 32 ? i32 : i64;
  const [x, y] = [values.temporary(type, 0), values.temporary(type, 1)];
  const signed = kind === "divs" || kind === "rems";
  const quotient = kind === "divu" || kind === "divs";
  for (const [operand, local] of [[a, x] as const, [b, y] as const]) {
    if (signed) pushSigned(values, operand);
    else values.push(operand);
    body.set(local);
  }
  const isValue = (value: bigint) => {
    body.get(y);
    constant(values, width, value);
    body.emit(opcode("eq", width));
  };
  body.get(x);
  constant(values, width, 1n);
  body.get(y);
  isValue(0n);
  if (signed) {
    isValue(-1n);
    body.emit(op.i32Or);
  }
  body.emit(op.select, opcode(kind, width));
  if (signed) {
    const plain = values.temporary(type, 2);
    body.set(plain);
    constant(values, width, 0n);
    if (quotient) body.get(x).emit(opcode("sub", width));
    body.get(plain);
    isValue(-1n);
    body.emit(op.select);
  }
  const result = values.temporary(type, 2);
  body.set(result);
  if (quotient) constant(values, width, -1n);
  else body.get(x);
  body.get(result);
  isValue(0n);
  body.emit(op.select);
  mask(values, width);
}

function emitEqual(values: Values, a: NodeId, b: NodeId): void {
  const { body } = values;
  const width = values.width(a);
  if (width <= 64) {
    values.push(a);
    values.push(b);
    body.emit(opcode("eq", width));
    return;
  }
  for (let i = 0; i < limbCount(width); i++) {
    values.limb(a, i);
    values.limb(b, i);
    body.emit(op.i32Xor);
    if (i > 0) body.emit(op.i32Or);
  }
  body.emit(op.i32Eqz);
}

/** Wide: the borrow of a − b, limb by limb; for signed operands with both sign bits turned round. */
function emitLess(values: Values, signed: boolean, a: NodeId, b: NodeId): void {
  const { body } = values;
  const width = values.width(a);
  if (width <= 64) {
    for (const operand of [a, b])
      if (signed) pushSigned(values, operand);
      else values.push(operand);
    body.emit(opcode(signed ? "lts" : "ltu", width));
    return;
  }
  const borrow = values.temporary(i64, 0);
  const last = limbCount(width) - 1;
  const side = (id: NodeId, i: number) => {
    values.limb(id, i);
    if (signed && i === last) body.i32(2 ** ((width - 1) % 32)).emit(op.i32Xor);
    body.emit(op.i64ExtendI32U);
  };
  body.i64(0n).set(borrow);
  for (let i = 0; i <= last; i++) {
    side(a, i);
    side(b, i);
    body.emit(op.i64Sub).get(borrow).emit(op.i64Sub).i64(63n).emit(op.i64ShrU).set(borrow);
  }
  body.get(borrow).emit(op.i32WrapI64);
}

function emitShift(values: Values, kind: "shl" | "shru" | "shrs", width: number, a: NodeId, b: NodeId): void {
  const { body } = values;
  const places = values.temporary(i32, 6);
  values.amount(b);
  body.set(places);
  const pushPlaces = () => {
    body.get(places);
    if (width > 32) body.emit(op.i64ExtendI32U);
  };
  if (kind === "shrs") {
    pushSigned(values, a);
    body
      .get(places)
      .i32(width - 1)
      .get(places)
      .i32(width)
      .emit(op.i32LtU, op.select);
    if (width > 32) body.emit(op.i64ExtendI32U);
    body.emit(opcode("shrs", width));
    mask(values, width);
    return;
  }
  values.push(a);
  pushPlaces();
  body.emit(opcode(kind, width));
  constant(values, width, 0n);
  body.get(places).i32(width).emit(op.i32LtU, op.select);
  if (kind === "shl") mask(values, width);
}

/** Pushes whether a selector of any width has a value. */
export function emitMatch(values: Values, selector: NodeId, match: bigint): void {
  const { body } = values;
  const width = values.width(selector);
  if (width <= 64) {
    values.push(selector);
    constant(values, width, match);
    body.emit(opcode("eq", width));
    return;
  }
  for (let i = 0; i < limbCount(width); i++) {
    values.limb(selector, i);
    body.i32(Number(BigInt.asUintN(32, match >> BigInt(32 * i)))).emit(op.i32Xor);
    if (i > 0) body.emit(op.i32Or);
  }
  body.emit(op.i32Eqz);
}

function emitCat(values: Values, width: number, parts: readonly NodeId[]): void {
  const { body } = values;
  let low = 0;
  for (const part of parts.toReversed()) {
    values.push(part);
    if (width > 32 && holdingOf(values.width(part)) === "narrow") body.emit(op.i64ExtendI32U);
    if (low > 0) {
      constant(values, width, BigInt(low));
      body.emit(opcode("shl", width), opcode("or", width));
    }
    low += values.width(part);
  }
}

function emitReduce(values: Values, kind: "and" | "or" | "xor", a: NodeId): void {
  const { body } = values;
  const width = values.width(a);
  const limbs = limbCount(width);
  for (let i = 0; i < limbs; i++) {
    values.limb(a, i);
    if (kind === "and") body.i32(mask32(Math.min(32, width - 32 * i))).emit(op.i32Xor);
    if (i > 0) body.emit(kind === "xor" ? op.i32Xor : op.i32Or);
  }
  if (kind === "and") body.emit(op.i32Eqz);
  else if (kind === "or") body.i32(0).emit(op.i32Ne);
  else body.emit(op.i32Popcnt).i32(1).emit(op.i32And);
}

/** Pushes the address in memory of the word that a node addresses; the bounds are the caller's. */
function emitWordAddress(values: Values, address: NodeId, width: number): void {
  values.amount(address);
  values.body.i32(strideBytes(width)).emit(op.i32Mul);
}

function emitRead(values: Values, { width, depth }: Memory, base: number, address: NodeId): void {
  const { body } = values;
  const type = width <= 32 ? i32 : i64;
  values.amount(address);
  body.i32(depth).emit(op.i32LtU);
  body.emit(op.if, type);
  emitWordAddress(values, address, width);
  body.memory(loadOpcode(width), base);
  body.emit(op.else);
  constant(values, width, poison(width));
  body.emit(op.end);
}

export function loadOpcode(width: number): number {
  return width <= 8 ? op.i32Load8U : width <= 16 ? op.i32Load16U : width <= 32 ? op.i32Load : op.i64Load;
}

export function storeOpcode(width: number): number {
  return width <= 8 ? op.i32Store8 : width <= 16 ? op.i32Store16 : width <= 32 ? op.i32Store : op.i64Store;
}
