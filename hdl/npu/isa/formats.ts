import { configurationRegisters, registerBits } from "./configuration.ts";
import { choice, type Format, number, shared } from "./format.ts";

/** What the vector unit does to each element, row or window. */
export const vectorOperations = [
  "copy",
  "add",
  "mul",
  "max",
  "relu",
  "relu6",
  "clip",
  "lut",
  "rowmax",
  "rowsum",
  "recip",
  "rsqrt",
  "poolmax",
  "poolavg",
] as const;

/** What is done to a vector operation's result before it saturates. */
export const activations = ["none", "relu", "relu6", "clip"] as const;

const matrixOperands = [
  number("local", 20, "first row of the local memory, of a lut its first entry"),
  number("dram", 32, "address of the first byte"),
  number("rows", 12, "rows of the matrix"),
  number("cols", 12, "columns of the matrix"),
  number("stride", 20, "bytes from one row in DRAM to the next"),
];

const padOperands = [
  number("top", 4, "zero rows above"),
  number("bottom", 4, "zero rows below"),
  number("left", 4, "zero columns before"),
  number("right", 4, "zero columns after"),
];

const packetOperands = [
  number("node", 8, "the other tile"),
  number("tag", 8, "pairs a send with its receive: 0 to 15"),
  number("local", 20, "first row of the local memory"),
  number("rows", 12, "rows"),
];

/**
 * Every instruction of the NPU: the one table from which assembler, disassembler, decoder hardware and documentation
 * are made. 0 is no opcode, so that empty memory does not run.
 */
export const formats: readonly Format[] = [
  {
    mnemonic: "load",
    opcode: 1,
    unit: "Load",
    about: "copies a matrix from DRAM into a local memory, in blocks as wide as a row of it",
    subs: ["scratchpad", "accumulator", "bias", "scale", "lut"],
    flags: ["transpose", "accumulate", "int32", "interrupt"],
    operands: [...matrixOperands, ...padOperands],
  },
  {
    mnemonic: "store",
    opcode: 2,
    unit: "Store",
    about: "copies a matrix from a local memory to DRAM",
    subs: ["scratchpad", "accumulator"],
    flags: ["int32", "interrupt"],
    operands: matrixOperands,
  },
  {
    mnemonic: "gemm",
    opcode: 3,
    unit: "Execute",
    about: "multiplies A (m × k) by W (k × n) on the array, into the accumulators",
    subs: [],
    flags: ["os", "preload", "accumulate", "zero_a", "interrupt"],
    operands: [
      number("a", 16, "scratchpad row of A"),
      number("w", 16, "scratchpad row of W"),
      number("acc", 16, "accumulator row of the result"),
      number("m", 12, "rows of A"),
      number("k", 12, "columns of A"),
      number("n", 12, "columns of W"),
      number("a_stride", 12, "scratchpad rows from one block of A to the next"),
      number("acc_stride", 12, "accumulator rows from one block of the result to the next"),
    ],
  },
  {
    mnemonic: "vec",
    opcode: 4,
    unit: "Vector",
    about: "applies a vector operation to rows of the accumulators or the scratchpad",
    subs: [],
    flags: ["src_int8", "src2_int8", "dst_int8", "broadcast", "interrupt"],
    operands: [
      choice("op", 5, vectorOperations, "the operation"),
      choice("act", 3, activations, "the activation after it"),
      number("src", 16, "first row of the operand"),
      number("src2", 16, "first row of the second operand"),
      number("dst", 16, "first row of the result"),
      number("rows", 12, "rows"),
      number("cols", 12, "columns"),
      number("imm", 16, "immediate operand"),
      number("scale", 8, "row of bias, multiplier and shift"),
    ],
  },
  {
    mnemonic: "cfg",
    opcode: 5,
    unit: "Controller",
    about: "sets a configuration register",
    subs: [],
    flags: [],
    operands: [
      choice(
        "reg",
        8,
        configurationRegisters.map(({ name }) => name),
        "the register",
      ),
      shared("value", 64, "its new value", { of: "reg", bits: configurationRegisters.map(registerBits) }),
    ],
  },
  {
    mnemonic: "loop",
    opcode: 6,
    unit: "Controller",
    about: "repeats the next `body` instructions, with the addresses of each gemm moved on in every turn",
    subs: [],
    flags: [],
    operands: [
      number("depth", 3, "nesting, 0 outermost"),
      number("count", 16, "turns"),
      number("body", 16, "instructions"),
      number("a", 16, "added to a"),
      number("w", 16, "added to w"),
      number("acc", 16, "added to acc"),
    ],
  },
  {
    mnemonic: "send",
    opcode: 7,
    unit: "Store",
    about: "sends rows of a local memory to the tiles that wait for them",
    subs: ["scratchpad", "accumulator"],
    flags: ["interrupt"],
    operands: [...packetOperands, number("mask", 8, "bits of `node` in which the tiles of a multicast differ")],
  },
  {
    mnemonic: "receive",
    opcode: 8,
    unit: "Load",
    about: "takes rows that another tile sends into a local memory",
    subs: ["scratchpad", "accumulator"],
    flags: ["accumulate", "interrupt"],
    operands: packetOperands,
  },
  {
    mnemonic: "fence",
    opcode: 9,
    unit: "Controller",
    about: "waits until the queues in the mask are empty and idle",
    subs: [],
    flags: [],
    operands: [number("queues", 4, "bit 0 load, 1 execute, 2 vector, 3 store"), number("code", 8, "shown in a CSR", 4)],
  },
  {
    mnemonic: "halt",
    opcode: 10,
    unit: "Controller",
    about: "waits for all queues, then ends the program with an interrupt",
    subs: [],
    flags: [],
    operands: [number("code", 8, "shown in a CSR", 8)],
  },
  {
    mnemonic: "nop",
    opcode: 11,
    unit: "Controller",
    about: "nothing",
    subs: [],
    flags: [],
    operands: [],
  },
];
