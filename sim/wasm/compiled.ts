import {
  type Design,
  type Flat,
  flatten,
  hierarchy,
  type Module,
  type NodeId,
  type Scope,
  splitFalseLoops,
} from "../../hdl/netlist/index.ts";
import {
  CheckFailure,
  type Checkpoint,
  type Engine,
  type EngineOptions,
  type RunResult,
  SimulationError,
} from "../engine.ts";
import { type Layout, layOut, strideBytes } from "../plan/layout.ts";
import { levelise } from "../plan/levelise.ts";
import { powerOnValue, powerOnWords } from "../power-on.ts";
import { type Schedule, schedule } from "../schedule.ts";
import { unknownName } from "../unknown-name.ts";
import { fitting } from "../words.ts";
import { compileKernel, type Kernel } from "./kernel.ts";
import { readWide, wideOperation, writeWide } from "./wide-operation.ts";

/**
 * Compiles a design to WebAssembly and starts it at power-on. Throws a SimulationError for a design that has no clock, a
 * black box without a model or bad options.
 */
export function compile(design: Design, options: EngineOptions = {}): Engine {
  return new Compiled(design, options);
}

/** Cycles in one call into the compiled loop, so that JavaScript gets a turn at least every fraction of a second. */
const chunkCycles = 100_000;
const pageBytes = 65_536;

interface Exports {
  settle(): void;
  resets(mask: number): void;
  run(settled: number): number;
}

class Compiled implements Engine {
  readonly kind = "wasm";
  readonly #flat: Flat;
  readonly #module: Module;
  readonly #order: Int32Array;
  readonly #layout: Layout;
  readonly #schedule: Schedule;
  readonly #checkOrder: readonly number[];
  readonly #observed = new Set<NodeId>();
  readonly #names: ReadonlyMap<string, NodeId>;
  readonly #memoryNames: ReadonlyMap<string, number>;
  readonly #asynchronous: number;
  /** Large enough for every node to get a slot later on, so that it never grows and views stay valid. */
  readonly #memory: WebAssembly.Memory;
  readonly #words: Uint32Array;
  #kernel: Kernel;
  #code: Exports;
  #settled = false;
  #cycle = 0;

  constructor(design: Design, { seed = 0, randomInit = true, clocks, observe = [] }: EngineOptions) {
    const flat = flatten(design);
    const [black] = flat.unmodelled;
    if (black !== undefined)
      throw new SimulationError(`the black box ${black} has no model to simulate; give blackBox() a body as its model`);
    if (flat.module.domains.length === 0)
      throw new SimulationError(`${flat.module.name} has no clock domain to simulate`);
    this.#schedule = schedule(flat.module.domains, clocks);
    this.#flat = flat;
    this.#module = splitFalseLoops(flat.module);
    this.#order = levelise(this.#module);
    this.#layout = layOut(flat, this.#module, this.#schedule.moments.length);
    this.#checkOrder = inHierarchyOrder(flat, hierarchy(design));
    this.#names = signalNames(flat);
    this.#memoryNames = new Map(this.#module.memories.map(({ name }, index) => [name, index]));
    this.#asynchronous = this.#module.domains.reduce(
      (bits, { reset }, i) => (reset === "async" ? bits | (1 << i) : bits),
      0,
    );
    for (const { node } of this.#module.ports) this.#observed.add(node);
    for (const path of observe) this.#observed.add(this.#find(path));

    this.#kernel = this.#compileKernel();
    this.#memory = new WebAssembly.Memory({
      initial: pagesFor(this.#layout.free + 8 * (this.#module.nodes.length + 1)),
    });
    this.#words = new Uint32Array(this.#memory.buffer);
    this.#code = this.#instantiate();
    this.#schedule.moments.forEach(({ domains }, i) => {
      this.#words[this.#layout.moments / 4 + i] = domains;
    });
    this.#powerOn(seed, randomInit);
  }

  get cycle(): number {
    return this.#cycle;
  }

  get time(): number {
    const { control } = this.#layout;
    const position = this.#words[control.position / 4] ?? 0;
    const rounds = this.#words[control.rounds / 4] ?? 0;
    const { period, moments } = this.#schedule;
    if (position > 0) return rounds * period + (moments[position - 1]?.time ?? 0);
    return rounds > 0 ? (rounds - 1) * period + (moments.at(-1)?.time ?? 0) : 0;
  }

  input(port: string): Uint32Array {
    return this.#view(this.#inputNode(port));
  }

  signal(path: string): Uint32Array {
    const id = this.#find(path);
    const settled = this.#settled;
    this.#observe(id);
    if (settled) this.settle();
    return this.#view(id);
  }

  touch(): void {
    this.#settled = false;
  }

  settle(): void {
    if (this.#settled) return;
    this.#prepare();
    this.#code.settle();
    this.#settled = true;
  }

  poke(port: string, value: bigint | number): void {
    const id = this.#inputNode(port);
    const { width } = this.#node(id);
    writeWide(this.#words, this.#slot(id), width, fitting(value, width, port));
    this.touch();
  }

  peek(path: string): bigint {
    const id = this.#find(path);
    this.#observe(id);
    this.settle();
    return readWide(this.#words, this.#slot(id), this.#node(id).width);
  }

  peekMemory(path: string, address: number): bigint {
    const { width, at } = this.#word(path, address);
    const bytes = new Uint8Array(this.#memory.buffer, at, strideBytes(width));
    return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
  }

  pokeMemory(path: string, address: number, value: bigint): void {
    const { width, at } = this.#word(path, address);
    this.#writeWord(at, width, fitting(value, width, `${path}[${address}]`));
    this.touch();
  }

  reset(asserted: boolean, domain?: string): void {
    const { domains, name } = this.#module;
    const names = domains.map((candidate) => candidate.name);
    const index = domain === undefined ? 0 : names.indexOf(domain);
    const found = domains[index];
    if (!found) throw unknownName("clock domain", domain ?? "clock", names);
    if (found.reset === "none") throw new SimulationError(`the clock domain ${found.name} of ${name} has no reset`);
    const cell = this.#layout.resets / 4;
    const bits = this.#words[cell] ?? 0;
    this.#words[cell] = asserted ? bits | (1 << index) : bits & ~(1 << index);
    this.touch();
  }

  step(cycles = 1): void {
    const { failure } = this.run(cycles);
    if (failure) throw failure;
  }

  run(cycles: number): RunResult {
    if (!Number.isSafeInteger(cycles) || cycles < 0)
      throw new RangeError(`the number of cycles must be a whole number from 0, not ${cycles}`);
    const remaining = this.#layout.control.remaining / 4;
    let left = cycles;
    while (left > 0) {
      const chunk = Math.min(left, chunkCycles);
      if (!this.#settled) this.#prepare();
      this.#words[remaining] = chunk;
      const failed = this.#code.run(this.#settled ? 1 : 0);
      const ran = chunk - (this.#words[remaining] ?? 0);
      this.#cycle += ran;
      left -= ran;
      this.#settled = failed !== 0;
      if (failed !== 0) return { cycles: cycles - left, failure: this.#failure(failed - 1) };
    }
    return { cycles, failure: null };
  }

  checkpoint(): Checkpoint {
    const state = new Uint8Array(this.#memory.buffer, 0, this.#layout.stateBytes).slice();
    return { cycle: this.#cycle, time: this.time, state };
  }

  restore({ cycle, state }: Checkpoint): void {
    if (state.length !== this.#layout.stateBytes)
      throw new SimulationError(`the checkpoint is not one of ${this.#module.name} in the compiled simulator`);
    new Uint8Array(this.#memory.buffer).set(state);
    this.#cycle = cycle;
    this.touch();
  }

  covers(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const index of this.#checkOrder) {
      const check = this.#module.checks[index];
      if (check?.kind !== "cover") continue;
      const path = this.#flat.checkPaths[index] ?? "";
      const key = `${path === "" ? "top" : path}: ${check.message}`;
      counts.set(key, (counts.get(key) ?? 0) + (this.#words[this.#layout.covers / 4 + index] ?? 0));
    }
    return counts;
  }

  /** Before code runs on inputs or resets that changed: the newest code, and asynchronous resets at work. */
  #prepare(): void {
    if ([...this.#observed].some((id) => !this.#kernel.kept.has(id))) {
      this.#kernel = this.#compileKernel();
      this.#code = this.#instantiate();
    }
    const held = (this.#words[this.#layout.resets / 4] ?? 0) & this.#asynchronous;
    if (held !== 0) this.#code.resets(held);
  }

  #compileKernel(): Kernel {
    const { moments } = this.#schedule;
    return compileKernel(this.#module, this.#order, this.#layout, this.#checkOrder, this.#observed, moments.length);
  }

  #instantiate(): Exports {
    for (const [slot, value] of this.#kernel.constants) {
      const width = Math.max(1, value.toString(2).length);
      writeWide(this.#words, slot, width, value);
    }
    const instance = new WebAssembly.Instance(new WebAssembly.Module(this.#kernel.bytes), {
      m: { memory: this.#memory, wide: wideOperation(() => this.#words) },
    });
    const { settle, resets, run } = instance.exports;
    if (typeof settle !== "function" || typeof resets !== "function" || typeof run !== "function")
      throw new TypeError("the compiled module lacks its exports");
    return {
      settle: () => settle(),
      resets: (mask) => resets(mask),
      run: (settled) => Number(run(settled)),
    };
  }

  #powerOn(seed: number, randomInit: boolean): void {
    const undefinedValue = (words: () => number, width: number) => (randomInit ? powerOnValue(words, width) : 0n);
    for (const [id, path] of this.#flat.statePaths) {
      const node = this.#node(id);
      const init = node.kind === "reg" ? node.init : null;
      const value = init ?? undefinedValue(powerOnWords(seed, path), node.width);
      writeWide(this.#words, this.#slot(id), node.width, value);
    }
    this.#module.memories.forEach(({ name, width, init }, index) => {
      const base = this.#layout.memories[index] ?? 0;
      if (init)
        for (const [address, value] of init.entries())
          this.#writeWord(base + address * strideBytes(width), width, value);
      else if (randomInit) this.#fillRandomly(index, powerOnWords(seed, name));
    });
  }

  /** What `powerOnValue` gives for one address after the other, without a bigint for each. */
  #fillRandomly(index: number, next: () => number): void {
    const memory = this.#module.memories[index];
    if (!memory) return;
    const { width, depth } = memory;
    const base = this.#layout.memories[index] ?? 0;
    const limbs = Math.ceil(width / 32);
    const top = width % 32 === 0 ? 0xffffffff : 2 ** (width % 32) - 1;
    const stride = strideBytes(width);
    const view = new DataView(this.#memory.buffer);
    for (let address = 0; address < depth; address++) {
      const at = base + address * stride;
      for (let limb = 0; limb < limbs; limb++) {
        const word = next() & (limb === limbs - 1 ? top : 0xffffffff);
        if (stride === 1) view.setUint8(at, word);
        else if (stride === 2) view.setUint16(at, word, true);
        else view.setUint32(at + 4 * limb, word, true);
      }
    }
  }

  #writeWord(at: number, width: number, value: bigint): void {
    const bytes = new Uint8Array(this.#memory.buffer, at, strideBytes(width));
    for (let i = 0; i < bytes.length; i++) bytes[i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }

  #failure(index: number): CheckFailure {
    const check = this.#module.checks[index];
    if (!check || check.kind === "cover") throw new RangeError(`no check ${index}`);
    return new CheckFailure(this.#flat.checkPaths[index] ?? "", check.message, this.#cycle, check.source, check.kind);
  }

  #observe(id: NodeId): void {
    if (this.#kernel.kept.has(id) || this.#observed.has(id)) return;
    this.#observed.add(id);
    this.touch();
  }

  #view(id: NodeId): Uint32Array {
    return new Uint32Array(this.#memory.buffer, this.#slot(id), Math.ceil(this.#node(id).width / 32));
  }

  #node(id: NodeId) {
    const node = this.#module.nodes[id];
    if (!node) throw new RangeError(`no node ${id}`);
    return node;
  }

  #slot(id: NodeId): number {
    const slot = this.#layout.slots.get(id);
    if (slot === undefined) throw new RangeError(`node ${id} has no slot`);
    return slot;
  }

  #find(path: string): NodeId {
    const id = this.#names.get(path);
    if (id === undefined) throw unknownName("signal", path, this.#names.keys());
    return id;
  }

  #inputNode(name: string): NodeId {
    const inputs = this.#module.ports.filter(({ direction }) => direction === "in");
    const port = inputs.find((candidate) => candidate.name === name);
    if (!port)
      throw unknownName(
        "input port",
        name,
        inputs.map((candidate) => candidate.name),
      );
    return port.node;
  }

  #word(path: string, address: number): { width: number; at: number } {
    const index = this.#memoryNames.get(path);
    const memory = index === undefined ? undefined : this.#module.memories[index];
    if (index === undefined || !memory) throw unknownName("memory", path, this.#memoryNames.keys());
    const { width, depth } = memory;
    if (!Number.isInteger(address) || address < 0 || address >= depth)
      throw new RangeError(`${path} has no word ${address}; its addresses are 0 to ${depth - 1}`);
    return { width, at: (this.#layout.memories[index] ?? 0) + address * strideBytes(width) };
  }
}

function pagesFor(bytes: number): number {
  return Math.ceil(bytes / pageBytes);
}

/** Ports of the top under their own names, and every named signal by path. */
function signalNames(flat: Flat): Map<string, NodeId> {
  const names = new Map(flat.names);
  for (const { name, node } of flat.module.ports) if (!names.has(name)) names.set(name, node);
  return names;
}

/** The checks in the order of the instance tree, parents before children. */
function inHierarchyOrder(flat: Flat, top: Scope): number[] {
  const ranks = new Map<string, number>();
  const pending: Scope[] = [top];
  for (let scope = pending.pop(); scope; scope = pending.pop()) {
    ranks.set(scope.path, ranks.size);
    pending.push(...scope.children.toReversed());
  }
  const rank = (index: number) => ranks.get(flat.checkPaths[index] ?? "") ?? 0;
  return [...flat.module.checks.keys()].sort((a, b) => rank(a) - rank(b) || a - b);
}
