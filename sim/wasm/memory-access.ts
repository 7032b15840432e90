import type { Memory, Node, NodeId } from "../../hdl/netlist/index.ts";
import type { MemoryBlock } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import type { Code } from "./code.ts";
import type { Emitter } from "./emitter.ts";
import { Access, Op } from "./opcodes.ts";

/** A memory, where it is and how its words are reached. */
export interface Storage {
  readonly memory: Memory;
  readonly block: MemoryBlock;
}

export function storageOf({ memories, layout }: Plan, index: number): Storage {
  const memory = memories[index];
  const block = layout.memories[index];
  if (!memory || !block) throw new RangeError(`malformed netlist: there is no memory ${index}`);
  return { memory, block };
}

/** Pushes the index of an addressed word: `depth`, where poison is, for all addresses beyond. */
export function pushIndex(to: Emitter, memory: Memory, address: NodeId): void {
  to.pushClamped(address, memory.depth);
}

/** Turns an index on the stack into bytes from the memory's start. */
export function scaleIndex(code: Code, { wordBytes }: MemoryBlock): void {
  if (wordBytes === 1) return;
  code.i32(wordBytes);
  code.op(Op.i32Mul);
}

/** How words of up to 64 bits are loaded and stored. */
export function wordAccess({ wordBytes }: MemoryBlock): { readonly load: Access; readonly store: Access } {
  if (wordBytes === 1) return { load: Access.load32From8, store: Access.store32To8 };
  if (wordBytes === 2) return { load: Access.load32From16, store: Access.store32To16 };
  if (wordBytes === 4) return { load: Access.load32, store: Access.store32 };
  return { load: Access.load64, store: Access.store64 };
}

/** Pushes the word of an asynchronous read of up to 64 bits. */
export function pushWord(to: Emitter, node: Extract<Node, { kind: "memRead" }>): void {
  const { memory, block } = storageOf(to.plan, node.memory);
  pushIndex(to, memory, node.address);
  scaleIndex(to.code, block);
  to.code.access(wordAccess(block).load, block.address);
}

/** Copies the word of any width, whose index `index` pushes, to a slot. */
export function copyWord(code: Code, { memory, block }: Storage, index: () => void, slot: number): void {
  if (memory.width <= 64) {
    const store = memory.width <= 32 ? Access.store32 : Access.store64;
    code.storeAt(store, slot, () => {
      index();
      scaleIndex(code, block);
      code.access(wordAccess(block).load, block.address);
    });
    return;
  }
  code.i32(slot);
  index();
  scaleIndex(code, block);
  code.i32(block.address);
  code.op(Op.i32Add);
  code.i32(block.wordBytes);
  code.memoryCopy();
}
