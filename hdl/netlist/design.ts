/**
 * The netlist: what elaboration yields and what simulators and the Verilog writer read.
 *
 * A `Design` is a list of module definitions, children before parents, and the index of the top one. A module is a
 * bag of nodes in single assignment: node `i` is `nodes[i]` and drives exactly one value of `width` bits. Values have
 * no sign, operations do. Aggregates are flattened to one port or name a leaf, with dotted and indexed names
 * (`enq.bits`, `acts[3]`).
 *
 * Operands may be in any order: a register's `next`, an instance's inputs and, where only single bits of a word go
 * round, even an operator's operand may have a higher id than its user. Consumers levelise.
 *
 * Everything here is plain frozen data that survives JSON (see `json.ts`); it knows nothing of text or simulation.
 */

/** A dense index into `Module.nodes`. */
export type NodeId = number;

/** Where a designer wrote something: path relative to the working directory where possible, line and column from 1. */
export interface Source {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** How a value is shown. Labels of an enumeration are listed by code. */
export type Format =
  | { readonly kind: "bool" }
  | { readonly kind: "uint" }
  | { readonly kind: "sint" }
  | { readonly kind: "enum"; readonly labels: readonly string[] };

/** A clock and its reset. Index 0 of `Module.domains` is the implicit one, handed down by the parent. */
export interface Domain {
  readonly name: string;
  readonly edge: "rising" | "falling";
  readonly reset: "sync" | "async" | "none";
  readonly polarity: "high" | "low";
}

/** An index into `Module.domains`. */
export type DomainId = number;

export interface ConstNode {
  readonly kind: "const";
  readonly width: number;
  /** 0 ≤ value < 2^width. */
  readonly value: bigint;
}
/** The value of an input port; `Port.node` points back here. */
export interface InputNode {
  readonly kind: "input";
  readonly width: number;
  /** An index into `Module.ports`. */
  readonly port: number;
}
/** Bitwise complement, or the identity that marks a deliberate clock domain crossing. `a` is as wide as the result. */
export interface UnaryNode {
  readonly kind: "not" | "cross";
  readonly width: number;
  readonly a: NodeId;
}
export type BinaryKind = "and" | "or" | "xor" | "add" | "sub" | "mul" | "divu" | "divs" | "remu" | "rems";
/**
 * Both operands are as wide as the result; arithmetic is modulo 2^width. Division by zero gives all ones, its
 * remainder the dividend; the smallest signed number divided by −1 is itself with remainder 0 (as in RISC-V's M).
 */
export interface BinaryNode {
  readonly kind: BinaryKind;
  readonly width: number;
  readonly a: NodeId;
  readonly b: NodeId;
}
/** One bit. The operands are of equal width; `lts` reads them as two's complement. */
export interface CompareNode {
  readonly kind: "eq" | "ltu" | "lts";
  readonly width: 1;
  readonly a: NodeId;
  readonly b: NodeId;
}
/** `a` is as wide as the result; `b` is an unsigned amount of any width. Amounts ≥ width give 0, or all sign for shrs. */
export interface ShiftNode {
  readonly kind: "shl" | "shru" | "shrs";
  readonly width: number;
  readonly a: NodeId;
  readonly b: NodeId;
}
/** `select` (one bit) ? `a` : `b`. */
export interface MuxNode {
  readonly kind: "mux";
  readonly width: number;
  readonly select: NodeId;
  readonly a: NodeId;
  readonly b: NodeId;
}
/** The value of the arm whose `match` equals the selector, else `otherwise`. Matches are distinct. */
export interface CaseNode {
  readonly kind: "case";
  readonly width: number;
  readonly selector: NodeId;
  readonly arms: readonly { readonly match: bigint; readonly value: NodeId }[];
  readonly otherwise: NodeId;
}
/** Concatenation, most significant part first; the widths sum to the result's. */
export interface CatNode {
  readonly kind: "cat";
  readonly width: number;
  readonly parts: readonly NodeId[];
}
/** Bits `low + width − 1` down to `low` of `a`. */
export interface SliceNode {
  readonly kind: "slice";
  readonly width: number;
  readonly a: NodeId;
  readonly low: number;
}
/** Zero or sign extension of a narrower (or equally wide) `a`. */
export interface ExtendNode {
  readonly kind: "zext" | "sext";
  readonly width: number;
  readonly a: NodeId;
}
/** All bits of `a` folded into one. */
export interface ReduceNode {
  readonly kind: "reduce";
  readonly op: "and" | "or" | "xor";
  readonly width: 1;
  readonly a: NodeId;
}
/**
 * A register: takes `next` at the active edge of its domain. `init` is its value under reset and at power-on; null
 * means that no reset touches it and its power-on value is undefined.
 */
export interface RegNode {
  readonly kind: "reg";
  readonly width: number;
  readonly domain: DomainId;
  readonly next: NodeId;
  readonly init: bigint | null;
}
/**
 * A memory's read port. With `sync` null it follows the address in the same cycle; otherwise it is a register that
 * loads at the edge while `enable` is 1 and holds otherwise. An address ≥ depth reads poison (see `poison`).
 */
export interface MemReadNode {
  readonly kind: "memRead";
  readonly width: number;
  /** An index into `Module.memories`. */
  readonly memory: number;
  readonly address: NodeId;
  readonly sync: { readonly domain: DomainId; readonly enable: NodeId } | null;
}
/** Output `port` (an index into the definition's `ports`) of element `element` of an instance array. */
export interface InstOutNode {
  readonly kind: "instOut";
  readonly width: number;
  readonly instance: number;
  readonly port: number;
  readonly element: number;
}

export type Node =
  | ConstNode
  | InputNode
  | UnaryNode
  | BinaryNode
  | CompareNode
  | ShiftNode
  | MuxNode
  | CaseNode
  | CatNode
  | SliceNode
  | ExtendNode
  | ReduceNode
  | RegNode
  | MemReadNode
  | InstOutNode;

/** An input port's `node` is its `input` node; an output port's is whatever drives it. */
export interface Port {
  readonly name: string;
  readonly direction: "in" | "out";
  readonly width: number;
  readonly node: NodeId;
  readonly format: Format;
}

/**
 * An array of instances of one definition. `dims` is empty for a single instance; elements are numbered row-major.
 * `inputs[p][e]` drives the definition's p-th *input* port (in port order, outputs not counted) of element `e`: an
 * index vector, or gather, whose shape (`gather.ts`) says whether it is a shift, a broadcast or a boundary.
 */
export interface Instance {
  readonly name: string;
  /** An index into `Design.modules`, lower than this module's own. */
  readonly definition: number;
  readonly dims: readonly number[];
  readonly inputs: readonly (readonly NodeId[])[];
  /** For every domain of the definition, the domain of this module that it is connected to. */
  readonly domains: readonly DomainId[];
  readonly source: Source | null;
}

/**
 * Writes happen at the active edge while `enable` is 1; the port with the higher index wins where two write one word.
 * (Hardware, and Verilog, leave it open which one wins where the ports are in two domains and their edges coincide.)
 * Each bit of `mask` (null: write all) covers width / mask-width bits. An address ≥ depth writes nothing.
 */
export interface MemoryWrite {
  readonly domain: DomainId;
  readonly enable: NodeId;
  readonly address: NodeId;
  readonly data: NodeId;
  readonly mask: NodeId | null;
  readonly source: Source | null;
}

export interface Memory {
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  /**
   * What a synchronous read yields of a word that is written at the same time: the word before, the word after ("new":
   * in the domain of the writes alone, since no logic passes a word between two clocks), or poison. The emitted Verilog
   * knows of writes in the read's own domain alone: where edges of two domains coincide, it reads the word before. An
   * asynchronous read always sees the word as it is.
   */
  readonly readUnderWrite: "old" | "new" | "undefined";
  /** Words from address 0; missing ones are 0 where `init` is given. Null: contents undefined at power-on. */
  readonly init: readonly bigint[] | null;
  readonly writes: readonly MemoryWrite[];
  readonly format: Format;
  readonly source: Source | null;
}

/**
 * A property, sampled at the active edge while `enable` is 1 and reset is not asserted. `check` and `assume` stop a
 * simulation when the condition is 0; `cover` counts the cycles in which it is 1.
 */
export type CheckKind = "check" | "assume" | "cover";

export interface Check {
  readonly kind: CheckKind;
  readonly condition: NodeId;
  readonly enable: NodeId;
  readonly domain: DomainId;
  readonly message: string;
  readonly source: Source | null;
}

/** A name for a node. A node may have several, a name (unique in its module) has one. */
export interface Name {
  readonly name: string;
  readonly node: NodeId;
  readonly kind: "port" | "reg" | "wire";
  readonly format: Format;
  readonly source: Source | null;
}

/** Set on a definition that the Verilog writer only instantiates; its nodes are the behavioural model, if any. */
export interface BlackBox {
  readonly parameters: Readonly<Record<string, number | string>>;
  /** False: there is no model, every output is a constant 0 here, and a simulator refuses the design. */
  readonly modelled: boolean;
}

export interface Module {
  /** Unique in the design. */
  readonly name: string;
  readonly domains: readonly Domain[];
  readonly ports: readonly Port[];
  readonly nodes: readonly Node[];
  readonly instances: readonly Instance[];
  readonly memories: readonly Memory[];
  readonly checks: readonly Check[];
  readonly names: readonly Name[];
  /** `nodeSources[i]`: where node `i` was written, as an index into `sources`, or −1. */
  readonly nodeSources: readonly number[];
  readonly sources: readonly Source[];
  readonly blackBox: BlackBox | null;
  readonly source: Source | null;
}

export interface Design {
  readonly modules: readonly Module[];
  readonly top: number;
}

/**
 * What a simulator shows where the hardware has no defined value (a read out of range, a read of a word being written
 * with `readUnderWrite: "undefined"`): 0xDEADBEEF repeated from bit 0, cut to `width` bits.
 */
export function poison(width: number): bigint {
  let value = 0n;
  for (let low = 0; low < width; low += 32) value |= 0xdeadbeefn << BigInt(low);
  return BigInt.asUintN(width, value);
}

/** An error in a design, with the module path, the signal and the line it was written on in its message. */
export class DesignError extends Error {
  override readonly name = "DesignError";
}

/** The module at the top. */
export function topOf(design: Design): Module {
  return definition(design, design.top);
}

/** The module with this index; throws a RangeError where there is none. */
export function definition(design: Design, index: number): Module {
  const module = design.modules[index];
  if (!module) throw new RangeError(`the design has no module ${index}`);
  return module;
}

/** `file:line:column`, or a placeholder where the place is unknown. */
export function formatSource(source: Source | null | undefined): string {
  return source ? `${source.file}:${source.line}:${source.column}` : "an unknown place";
}

/** All operands of a node that its value depends on in the same cycle, and for state the ones it samples, in order. */
export function operands(node: Node): readonly NodeId[] {
  switch (node.kind) {
    case "const":
    case "input":
    case "instOut":
      return [];
    case "mux":
      return [node.select, node.a, node.b];
    case "case":
      return [node.selector, ...node.arms.map((arm) => arm.value), node.otherwise];
    case "cat":
      return node.parts;
    case "not":
    case "cross":
    case "slice":
    case "zext":
    case "sext":
    case "reduce":
      return [node.a];
    case "reg":
      return [node.next];
    case "memRead":
      return node.sync ? [node.address, node.sync.enable] : [node.address];
    default:
      return [node.a, node.b];
  }
}

/** Whether the node's value is state that changes only at an edge (its operands are sampled, not followed). */
export function isState(node: Node): boolean {
  return node.kind === "reg" || (node.kind === "memRead" && node.sync !== null);
}
