import { atPath, expressionsOf, type Leaf, leavesOf, structure, widthOfShape } from "./aggregate.ts";
import { type BuiltMemory, checkOwner, currentBuilder, fail, makeExpression, requireBuilder } from "./builder.ts";
import { constant } from "./constant.ts";
import { describe, type Expression } from "./expression.ts";
import { type Bool, conditionOf, UIntSignal } from "./number.ts";
import { captureSite } from "./site.ts";
import { checkType, type Shape, type Type } from "./type.ts";
import { clog2, type Dynamic } from "./width.ts";

/** A memory of `depth` words of type T. Addresses are `clog2(depth)` bits wide. */
export interface Mem<T extends Type> {
  /** The word at the address in the same cycle. Undefined (poison in simulation) beyond the depth. */
  read(address: UIntSignal<Dynamic>): T["~fwd"];
  /** The word at the address one cycle later; holds its value after cycles in which `enable`, or the `when` around it, is 0. */
  readSync(address: UIntSignal<Dynamic>, enable?: Bool): T["~fwd"];
  /**
   * Writes the word at the next active edge in cycles in which the `when` around it takes effect. Each bit of `mask`
   * lets an equal part of the word through, bit 0 the first: with as many bits as a Vec has elements, one each.
   */
  write(address: UIntSignal<Dynamic>, data: T["~fwd"], mask?: UIntSignal<Dynamic>): void;
}

export interface MemOptions<T extends Type> {
  /**
   * What `readSync` yields of a word that is written at the same edge; undefined unless said. With "new", it must be in
   * the clock domain of the writes.
   */
  readonly readUnderWrite?: "old" | "new" | "undefined";
  /** Words from address 0; the rest is 0. Without it the contents are undefined at power-on. */
  readonly init?: readonly T["~lit"][];
  /** How many writes may happen in one cycle, 1 unless said. Where two meet at one address, the later in the text wins. */
  readonly writePorts?: number;
}

const deepest = 2 ** 26;

/** Declares a memory. Throws a DesignError for a depth that is not a whole number from 1 to 2^26. */
export function mem<T extends Type>(type: T, depth: number, options: MemOptions<T> = {}): Mem<T> {
  checkType(type, "the type given to mem");
  const builder = requireBuilder("mem");
  const shape = type["~shape"];
  if (leavesOf(shape).some((leaf) => leaf.half === "backward"))
    fail("mem", "a memory cannot hold a type of which a part flows backwards", "store the parts that flow forwards");
  if (!Number.isSafeInteger(depth) || depth < 1 || depth > deepest)
    fail("mem", `a memory of ${depth} words`, `use a whole number from 1 to ${deepest}`);
  const { init, readUnderWrite = "undefined", writePorts = 1 } = options;
  if (init && init.length > depth)
    fail("mem", `${init.length} initial words for a memory of ${depth}`, "give at most one a word");

  const width = widthOfShape(shape);
  const only = leavesOf(shape)[0];
  const memory: BuiltMemory = {
    width,
    depth,
    readUnderWrite,
    init: init ? init.map((word) => wordOf(shape, word)) : null,
    writePorts,
    format: shape.kind === "leaf" && only ? only.format : { kind: "uint" },
    site: captureSite("mem"),
    givenName: null,
    writes: [],
    reads: [],
  };
  builder.memories.push(memory);

  const addressOf = (callee: string, address: unknown): Expression => {
    if (currentBuilder() !== builder)
      fail(
        callee,
        `the memory ${memory.site?.name ?? ""} of ${builder.path} is used in another module`,
        "pass its data through ports",
      );
    const bits = clog2(depth);
    if (!(address instanceof UIntSignal)) return fail(callee, "a memory's address is no UInt", `use a UInt(${bits})`);
    const expression = address["~expression"];
    checkOwner(callee, expression, builder);
    if (expression.width !== bits)
      fail(
        callee,
        `the address ${describe(expression)} has ${expression.width} bits but a memory of ${depth} words needs ${bits}`,
        expression.width < bits ? `use .extend(${bits})` : `use .trunc(${bits})`,
      );
    return expression;
  };

  const unpacked = (callee: string, word: Expression) => {
    let low = 0;
    return structure(shape, "forward", (leaf) => {
      const part = word.width === leaf.width ? word : sliceOf(callee, word, low, leaf);
      low += leaf.width;
      return leaf.shape.signal(part);
    });
  };

  return {
    read(address) {
      const read = { address: addressOf("read", address), sync: null };
      memory.reads.push(read);
      return unpacked(
        "read",
        makeExpression("read", { kind: "memRead", memory, read }, width, memory.format, [read.address]),
      );
    },
    readSync(address, enable) {
      const { guard } = builder.block;
      const given = enable === undefined ? null : conditionOf("readSync", enable);
      const both =
        guard && given
          ? makeExpression("readSync", { kind: "and", a: guard, b: given }, 1, { kind: "bool" }, [guard, given])
          : (guard ?? given ?? constant("readSync", 1, 1, false, "Bool"));
      const read = { address: addressOf("readSync", address), sync: { domain: builder.domain, enable: both } };
      memory.reads.push(read);
      return unpacked(
        "readSync",
        makeExpression("readSync", { kind: "memRead", memory, read }, width, memory.format, [read.address]),
      );
    },
    write(address, data, mask) {
      const parts = [...expressionsOf("write", "the data of a write", shape, "forward", data).values()].reverse();
      const word =
        parts.length === 1 && parts[0]
          ? parts[0]
          : makeExpression("write", { kind: "cat", parts }, width, memory.format, parts);
      memory.writes.push({
        address: addressOf("write", address),
        data: word,
        mask: mask === undefined ? null : maskOf(mask, width),
        block: builder.block,
        domain: builder.domain,
        site: captureSite("write"),
      });
    },
  };
}

function maskOf(mask: unknown, width: number): Expression {
  if (!(mask instanceof UIntSignal))
    return fail("write", "a write's mask is no UInt", "use one bit for each part of the word");
  const expression = mask["~expression"];
  if (width % expression.width !== 0)
    fail(
      "write",
      `a mask of ${expression.width} bits over a word of ${width}`,
      "use a number of bits that divides the word",
    );
  return expression;
}

function sliceOf(callee: string, a: Expression, low: number, leaf: Leaf): Expression {
  return makeExpression(callee, { kind: "slice", a, low }, leaf.width, leaf.format, [a]);
}

/** A literal of the shape as one word, the first leaf lowest. */
function wordOf(shape: Shape, literal: unknown): bigint {
  let word = 0n;
  let low = 0n;
  for (const leaf of leavesOf(shape)) {
    word |= leaf.shape.encode("mem", atPath(literal, leaf.path)) << low;
    low += BigInt(leaf.width);
  }
  return word;
}

/** All forward parts of a value as one word, the first leaf lowest. Its width is the sum of theirs. */
export function pack<T extends Type>(type: T, value: T["~fwd"]): UIntSignal<Dynamic> {
  const parts = [...expressionsOf("pack", "the value", type["~shape"], "forward", value).values()].reverse();
  const width = parts.reduce((sum, part) => sum + part.width, 0);
  return new UIntSignal<Dynamic>(makeExpression("pack", { kind: "cat", parts }, width, { kind: "uint" }, parts));
}

/** The value of a type in a word that `pack` made. Throws a DesignError unless the widths agree. */
export function unpack<T extends Type>(type: T, word: UIntSignal<Dynamic>): T["~fwd"] {
  const expression = word["~expression"];
  const width = widthOfShape(type["~shape"]);
  if (expression.width !== width)
    fail(
      "unpack",
      `${describe(expression)} has ${expression.width} bits, the type has ${width}`,
      "unpack a word of the type's width",
    );
  let low = 0;
  return structure(type["~shape"], "forward", (leaf) => {
    const part = makeExpression("unpack", { kind: "slice", a: expression, low }, leaf.width, leaf.format, [expression]);
    low += leaf.width;
    return leaf.shape.signal(part);
  });
}
