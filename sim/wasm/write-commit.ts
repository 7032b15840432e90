import type { NodeId } from "../../hdl/netlist/index.ts";
import type { Pending } from "../plan/layout.ts";
import type { Plan } from "../plan/plan.ts";
import { Changes } from "./activity/changes.ts";
import { writeDispatch } from "./activity/dispatch.ts";
import type { Callable, Code } from "./code.ts";
import { copyWord, type Storage, scaleIndex, storageOf, wordAccess } from "./memory-access.ts";
import { Access, I32, I64, Op } from "./opcodes.ts";
import type { Runtime } from "./runtime.ts";
import type { WasmModule } from "./wasm-module.ts";

/** Memories in one function. */
const functionMemories = 200;

/** Who is to be woken, where kernels are divided into parts that sleep. */
export interface CommitWakes {
  /** The addresses of the parts' flags, and of those of memories of which something is asked. */
  readonly flags: number;
  readonly asked: number;
  /** The parts that take the value of a synchronous read. */
  readonly ofState: (id: NodeId) => readonly number[];
  /** The parts that read a memory's words in the same cycle. */
  readonly ofMemory: (index: number) => readonly number[];
}

/**
 * Writes functions that do what write ports and waiting reads asked for at this edge, memory by memory: first the reads
 * that see poison where a word is being written, then the writes in the order of the ports, then the reads that see the
 * words written.
 */
export function writeCommits(
  module: WasmModule,
  runtime: Runtime,
  plan: Plan,
  wakes: CommitWakes | null = null,
): Callable[] {
  const { nodes, memories, layout } = plan;
  const waiting = memories.map((): { id: NodeId; pending: Pending }[] => []);
  for (const [id, pending] of layout.reads) {
    const node = nodes[id];
    if (node?.kind === "memRead") waiting[node.memory]?.push({ id, pending });
  }
  const busy = [...memories.keys()].filter((index) => (memories[index]?.writes.length ?? 0) > 0);
  if (wakes) {
    const commits = busy.map((index) => {
      const before = (code: Code): void => {
        const changes = new Changes(code, wakes.flags);
        commitMemory(code, runtime, plan, { index, reads: waiting[index] ?? [], news: { ...wakes, changes } });
        changes.wake();
      };
      return { part: index, before, calls: [] };
    });
    return writeDispatch(module, wakes.asked, commits);
  }
  const functions: Callable[] = [];
  for (let first = 0; first < busy.length; first += functionMemories) {
    const callable = module.declare();
    for (const index of busy.slice(first, first + functionMemories))
      commitMemory(callable.code, runtime, plan, { index, reads: waiting[index] ?? [], news: null });
    functions.push(callable);
  }
  return functions;
}

interface Committed {
  readonly index: number;
  readonly reads: readonly { readonly id: NodeId; readonly pending: Pending }[];
  readonly news: (CommitWakes & { readonly changes: Changes }) | null;
}

function commitMemory(code: Code, runtime: Runtime, plan: Plan, { index, reads, news }: Committed): void {
  const storage = storageOf(plan, index);
  const { memory } = storage;
  const ports = plan.layout.writes[index] ?? [];
  const early = memory.readUnderWrite === "undefined";
  const read = ({ id, pending }: (typeof reads)[number]): void => {
    whereAsked(code, pending, () => {
      const word = (): void => {
        code.loadFrom(Access.load32, pending.index);
        if (early) replaceByPoison(code, pending, ports, memory.depth);
      };
      copyWord(code, storage, word, plan.layout.addresses[id] ?? -1);
      if (news) noteAlways(code, news.changes, news.ofState(id));
      code.storeAt(Access.store32, pending.flag, () => code.i32(0));
    });
  };
  if (early) reads.forEach(read);
  ports.forEach((pending, port) => {
    const mask = memory.writes[port]?.mask ?? null;
    whereAsked(code, pending, () => {
      code.loadFrom(Access.load32, pending.index);
      code.i32(memory.depth);
      code.op(Op.i32LtU);
      code.branch(null, () => {
        if (mask === null) storeWord(code, storage, pending);
        else storeMasked(code, runtime, storage, pending, plan.nodes[mask]?.width ?? 1);
        if (news) noteAlways(code, news.changes, news.ofMemory(index));
      });
    });
  });
  if (!early) reads.forEach(read);
  // Flags of writes are needed up to here.
  for (const { flag } of ports) code.storeAt(Access.store32, flag, () => code.i32(0));
}

/** Wakes parts whatever was there before. */
function noteAlways(code: Code, changes: Changes, parts: readonly number[]): void {
  if (parts.length === 0) return;
  code.i32(1);
  changes.note(parts);
}

function whereAsked(code: Code, { flag }: Pending, then: () => void): void {
  code.loadFrom(Access.load32, flag);
  code.branch(null, then);
}

/** Replaces the index on the stack by that of poison where any port writes the same word. */
function replaceByPoison(code: Code, { index }: Pending, ports: readonly Pending[], depth: number): void {
  for (const port of ports) {
    const before = code.local(I32);
    code.set(before);
    code.i32(depth);
    code.get(before);
    code.loadFrom(Access.load32, port.flag);
    code.loadFrom(Access.load32, port.index);
    code.loadFrom(Access.load32, index);
    code.op(Op.i32Eq, Op.i32And, Op.select);
  }
}

function pushWordAddress(code: Code, { block }: Storage, pending: Pending): void {
  code.loadFrom(Access.load32, pending.index);
  scaleIndex(code, block);
}

function storeWord(code: Code, storage: Storage, pending: Pending): void {
  const { memory, block } = storage;
  pushWordAddress(code, storage, pending);
  if (memory.width <= 64) {
    code.loadFrom(memory.width <= 32 ? Access.load32 : Access.load64, pending.data);
    code.access(wordAccess(block).store, block.address);
    return;
  }
  code.i32(block.address);
  code.op(Op.i32Add);
  code.i32(pending.data);
  code.i32(block.wordBytes);
  code.memoryCopy();
}

/** Words of up to 64 bits: w ⊕ ((w ⊕ data) & mask), with each bit of the mask spread over its lane. */
function storeMasked(code: Code, runtime: Runtime, storage: Storage, pending: Pending, maskWidth: number): void {
  const { memory, block } = storage;
  const lane = memory.width / maskWidth;
  if (memory.width > 64) {
    pushWordAddress(code, storage, pending);
    code.i32(block.address);
    code.op(Op.i32Add);
    for (const value of [pending.data, pending.mask, maskWidth, lane]) code.i32(value);
    code.call(runtime.get("maskedWrite"));
    return;
  }
  const [narrow, { load, store }] = [memory.width <= 32, wordAccess(block)];
  const address = code.local(I32);
  const word = code.local(narrow ? I32 : I64);
  pushWordAddress(code, storage, pending);
  code.tee(address);
  code.get(address);
  code.access(load, block.address);
  code.tee(word);
  code.get(word);
  code.loadFrom(narrow ? Access.load32 : Access.load64, pending.data);
  code.op(narrow ? Op.i32Xor : Op.i64Xor);
  pushSpread(code, pending.mask, maskWidth, lane, narrow);
  code.op(...(narrow ? [Op.i32And, Op.i32Xor] : [Op.i64And, Op.i64Xor]));
  code.access(store, block.address);
}

function pushSpread(code: Code, mask: number, maskWidth: number, lane: number, narrow: boolean): void {
  if (lane === 1) {
    code.loadFrom(narrow ? Access.load32 : Access.load64, mask);
    return;
  }
  const constant = (value: bigint): void => (narrow ? code.i32(Number(BigInt.asIntN(32, value))) : code.i64(value));
  for (let bit = 0; bit < maskWidth; bit++) {
    // The lane's ones where the bit is set, else nothing.
    constant(((1n << BigInt(lane)) - 1n) << BigInt(bit * lane));
    constant(0n);
    code.loadFrom(Access.load32, mask + 4 * Math.floor(bit / 32));
    code.i32(2 ** (bit % 32));
    code.op(Op.i32And, Op.select);
    if (bit > 0) code.op(narrow ? Op.i32Or : Op.i64Or);
  }
}
