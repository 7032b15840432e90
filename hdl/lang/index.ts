export { type Else, match, when } from "./control.ts";
export { ClockDomain, cross, type DomainOptions, inDomain } from "./domain.ts";
export { type Mem, type MemOptions, mem, pack, unpack } from "./memory.ts";
export {
  type AnyModule,
  blackBox,
  type Drives,
  elaborate,
  type Instance,
  inst,
  type Module,
  type ModuleSpec,
  module,
  type Reads,
} from "./module.ts";
export { cat, fill } from "./number.ts";
export type { PortLeaf, Ports } from "./ports.ts";
export { assume, check, cover } from "./property.ts";
export { select } from "./select.ts";
export { Signal } from "./signal.ts";
export { type Driven, mux, type Next, pipe, type Reg, reg, type Wire, wire } from "./state.ts";
export {
  Bool,
  Bundle,
  Enum,
  type Flipped,
  flip,
  type None,
  SInt,
  type Sig,
  Stream,
  type Type,
  UInt,
  Vec,
} from "./type.ts";
export { clog2, type Dynamic, type Literal, type Sum, type Value } from "./width.ts";
