import { elementBytes } from "../../plan/lanes/lane-group.ts";
import type { Code } from "../code.ts";
import { I32, Op, V128 } from "../opcodes.ts";
import { Simd, SimdAccess } from "../simd.ts";
import { sized } from "../simd-family.ts";
import type { Chunk } from "./chunk-addresses.ts";
import type { Branch, Store } from "./chunk-program.ts";
import type { Place } from "./loop-pointers.ts";
import type { VectorId } from "./vector-graph.ts";

/** Writes the instructions that update one chunk. `place` says where each of its accesses goes. */
export class ChunkCode {
  readonly #code: Code;
  readonly #chunk: Chunk;
  readonly #place: (access: number) => Place;
  readonly #locals = new Map<VectorId, number>();
  /** The local that collects the bits that are not as they were, where that is wanted. */
  readonly #changed: number | null;

  constructor(code: Code, chunk: Chunk, place: (access: number) => Place, changed: number | null = null) {
    this.#code = code;
    this.#chunk = chunk;
    this.#place = place;
    this.#changed = changed;
  }

  write(): void {
    this.#body(this.#chunk.program.top, 0);
  }

  /** Pushes whether any lane meets one of some conditions. */
  pushAny(masks: readonly VectorId[]): void {
    masks.forEach((mask, i) => {
      this.#push(mask);
      this.#code.simd(Simd.anyTrue);
      if (i > 0) this.#code.op(Op.i32Or);
    });
  }

  #body(branch: Branch, lanesLocal: number): void {
    const code = this.#code;
    const all = 2 ** this.#chunk.program.lanes - 1;
    for (const id of this.#chunk.placement.first[branch.index] ?? []) this.#hold(id);
    for (const inner of branch.branches) {
      if (inner.mask === null) continue;
      const lanes = code.local(I32);
      this.#push(inner.mask);
      code.simd(Simd.bitMask8);
      if (all !== 0xffff) {
        code.i32(all);
        code.op(Op.i32And);
      }
      code.tee(lanes);
      code.branch(null, () => this.#body(inner, lanes));
    }
    if (branch.stores.length === 0) return;
    for (const { all } of branch.stores) for (const id of all) this.#hold(id);
    const store = (values: (store: Store) => readonly VectorId[]): void => {
      for (const own of branch.stores) this.#store(own, values(own));
    };
    if (branch.mask === null) {
      store(({ all }) => all);
      return;
    }
    code.get(lanesLocal);
    code.i32(all);
    code.op(Op.i32Eq);
    code.branch(
      null,
      () => store(({ all }) => all),
      () => {
        for (const id of this.#chunk.placement.first[branch.index + 1] ?? []) this.#hold(id);
        store(({ some }) => some);
      },
    );
  }

  #store({ index }: Store, values: readonly VectorId[]): void {
    const { pointer, offset } = this.#place(this.#chunk.storeAt[index] ?? 0);
    values.forEach((id, part) => {
      this.#pushPointer(pointer);
      this.#push(id);
      if (this.#changed !== null) this.#compare(this.#changed, pointer, offset + 16 * part);
      this.#code.simdAccess(SimdAccess.store128, offset + 16 * part);
    });
  }

  /** Adds to what changed where the value on the stack, which stays there, is not what is in memory. */
  #compare(changed: number, pointer: number | null, offset: number): void {
    const code = this.#code;
    const value = code.local(V128);
    code.tee(value);
    this.#pushPointer(pointer);
    code.simdAccess(SimdAccess.load128, offset);
    code.simd(Simd.xor);
    code.get(changed);
    code.simd(Simd.or);
    code.set(changed);
    code.get(value);
  }

  /** Computes a value into a local, if it is not there. */
  #hold(id: VectorId): void {
    if (this.#locals.has(id)) return;
    this.#compute(id);
    this.#code.set(this.#local(id));
  }

  #push(id: VectorId): void {
    const local = this.#locals.get(id);
    if (local !== undefined) this.#code.get(local);
    else {
      this.#compute(id);
      const operation = this.#chunk.program.graph.operations[id];
      if ((this.#chunk.placement.uses[id] ?? 0) > 1 && operation?.kind !== "const") this.#code.tee(this.#local(id));
    }
  }

  #local(id: VectorId): number {
    const local = this.#code.local(V128);
    this.#locals.set(id, local);
    return local;
  }

  #compute(id: VectorId): void {
    const code = this.#code;
    const { graph } = this.#chunk.program;
    const operation = graph.operations[id];
    if (!operation) return;
    for (const operand of graph.operands(id)) this.#push(operand);
    switch (operation.kind) {
      case "leaf":
        this.#fetch(id);
        return;
      case "const":
        code.v128(Uint8Array.from(operation.bytes));
        return;
      case "simd":
        code.simd(operation.opcode);
        return;
      case "shift":
        code.i32(operation.amount);
        code.simd(operation.opcode);
        return;
      case "shuffle":
        code.shuffle(Uint8Array.from(operation.picks));
    }
  }

  #fetch(id: VectorId): void {
    const code = this.#code;
    const fetch = this.#chunk.fetches.get(id);
    const first = this.#chunk.fetchAt.get(id) ?? 0;
    const operation = this.#chunk.program.graph.operations[id];
    if (!fetch || operation?.kind !== "leaf") throw new RangeError(`vector operation ${id} fetches nothing`);
    const bytes = elementBytes(this.#chunk.program.expression.width(operation.leaf));
    const bases = fetch.addresses.map((_, i) => this.#place(first + i));
    const patches = fetch.patches.map(({ lane }, i) => ({ lane, ...this.#place(first + bases.length + i) }));
    // The address of a patch lies below the vector on the stack.
    for (const { pointer } of patches.toReversed()) this.#pushPointer(pointer);
    for (const { pointer, offset } of bases) {
      this.#pushPointer(pointer);
      code.simdAccess(fetch.kind === "splat" ? anywhere(sized("loadSplat", bytes)) : SimdAccess.load128, offset);
    }
    if (fetch.kind === "shuffle") code.shuffle(Uint8Array.from(fetch.picks));
    for (const { lane, offset } of patches) code.simdLaneAccess(anywhere(sized("loadLane", bytes)), offset, lane);
  }

  #pushPointer(pointer: number | null): void {
    if (pointer === null) this.#code.i32(0);
    else this.#code.get(pointer);
  }
}

/** An access that need not be aligned. */
function anywhere(opcode: number): { readonly opcode: number; readonly align: number } {
  return { opcode, align: 0 };
}
