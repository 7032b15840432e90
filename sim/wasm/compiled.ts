import { type Design, type NodeId, topOf } from "../../hdl/netlist/index.ts";
import { resettableDomain } from "../clock-domain.ts";
import {
  CheckFailure,
  type Checkpoint,
  type Engine,
  type EngineOptions,
  type RunResult,
  SimulationError,
} from "../engine.ts";
import { Control } from "../plan/layout.ts";
import { type PlacedCheck, placedChecks } from "../plan/placed-checks.ts";
import { limbCount } from "../plan/slots.ts";
import { type Schedule, schedule } from "../schedule.ts";
import { unknownName } from "../unknown-name.ts";
import { checkAddress, fitting, readWords, writeWords } from "../words.ts";
import { Compilation } from "./compilation.ts";
import { type Activity, Edges } from "./edges.ts";
import { copyBanks, MemoryWords, type PlacedMemory, placedMemories, powerOn, resetBank } from "./initial-state.ts";
import { allocate } from "./linear-memory.ts";
import type { Program } from "./program.ts";
import { SignalCode } from "./signal-code.ts";

/** Edges in one call: V8 puts better code in place between calls of the loop too. */
const mostCycles = 100_000;

/**
 * Compiles a design to WebAssembly, to simulate it cycle by cycle. Throws a SimulationError for a design that has no
 * clock, a black box without a model, state beyond 4 GiB, or bad options.
 */
export function compile(design: Design, options: EngineOptions = {}): CompiledEngine {
  return new Compiled(design, options);
}

/** A compiled simulation, with what is to be known of its code. */
export interface CompiledEngine extends Engine {
  /** Of edges at which parts of the design slept, so far; null where none does. */
  activity(): Activity | null;
}

interface Input {
  readonly node: NodeId;
  readonly width: number;
  readonly words: Uint32Array;
}

class Compiled implements CompiledEngine {
  readonly kind = "wasm";
  readonly #design: Design;
  readonly #compilation: Compilation;
  readonly #program: Program;
  readonly #schedule: Schedule;
  readonly #memory: WebAssembly.Memory;
  /** The cells of `Control`. */
  readonly #control: Uint32Array;
  readonly #edges: Edges;
  readonly #signals: SignalCode;
  readonly #inputs = new Map<string, Input>();
  /** Inputs of more than 64 bits with bits in their top word that must stay zero. */
  readonly #ragged: readonly Input[];
  readonly #memories: ReadonlyMap<string, PlacedMemory>;
  readonly #views = new Map<string, Uint32Array>();
  #cycle = 0;
  #settled = false;

  constructor(design: Design, options: EngineOptions) {
    const { name, ports, domains } = topOf(design);
    this.#design = design;
    this.#compilation = new Compilation(design, options);
    this.#program = this.#compilation.program;
    this.#schedule = schedule(domains, options.clocks);
    this.#memory = allocate(this.#program.bytes, name);
    this.#control = new Uint32Array(this.#memory.buffer, 0, Control.bytes / 4);
    this.#edges = new Edges(this.#compilation, this.#memory, options.activity);
    this.#signals = new SignalCode(this.#compilation, this.#memory);
    ports.forEach(({ name, direction, width }, index) => {
      const node = this.#program.ports[index] ?? -1;
      if (direction === "in") this.#inputs.set(name, { node, width, words: this.#wordsOf(node) });
      else this.#signals.observe(node);
    });
    this.#ragged = [...this.#inputs.values()].filter(({ width }) => width > 64 && width % 32 !== 0);
    const memories = placedMemories(design, this.#program);
    this.#memories = new Map(memories.map((memory) => [memory.name, memory]));
    for (const path of options.observe ?? []) this.#signals.observe(this.#find(path));
    const { buffer } = this.#memory;
    powerOn({ design, program: this.#program, schedule: this.#schedule, memories }, buffer, options);
  }

  get cycle(): number {
    return this.#cycle;
  }

  get time(): number {
    const { period, moments } = this.#schedule;
    const next = this.#cell(Control.moment);
    const begun = this.#cell(Control.periods) + this.#cell(Control.periods + 4) * 2 ** 32;
    // Between two periods it is still the last moment's time.
    const [over, last] = next > 0 ? [begun, next - 1] : [begun - 1, moments.length - 1];
    return over < 0 ? 0 : over * period + (moments[last]?.time ?? 0);
  }

  input(port: string): Uint32Array {
    return this.#inputNamed(port).words;
  }

  signal(path: string): Uint32Array {
    const node = this.#find(path);
    if (this.#signals.observeLate(node) && this.#settled) this.#signals.settle();
    const view = this.#views.get(path) ?? this.#wordsOf(node);
    this.#views.set(path, view);
    return view;
  }

  touch(): void {
    this.#settled = false;
  }

  settle(): void {
    if (this.#settled) return;
    this.#takeInputs();
    this.#signals.settle();
    this.#settled = true;
  }

  poke(port: string, value: bigint | number): void {
    const { words, width } = this.#inputNamed(port);
    if (width <= 32 && typeof value === "number" && value >= 0 && value < 2 ** width && Number.isInteger(value))
      words[0] = value;
    else writeWords(words, fitting(value, width, port));
    this.touch();
  }

  peek(path: string): bigint {
    const node = this.#find(path);
    if (this.#signals.isLane(node)) return this.#peekLane(node);
    if (this.#signals.observeLate(node)) this.touch();
    // State is as it is, unless a reset is to come over it.
    if (!this.#signals.isStored(node) || this.#cell(Control.asserted) !== 0) this.settle();
    return readWords(this.#wordsOf(node), this.#widthOf(node));
  }

  #peekLane(node: NodeId): bigint {
    if (this.#cell(Control.asserted) !== 0) this.settle();
    const address = this.#program.addresses[node] ?? 0;
    const bytes = this.#program.laneBytes[node] ?? 0;
    if (bytes === 1) return BigInt(new Uint8Array(this.#memory.buffer)[address] ?? 0);
    if (bytes === 2) return BigInt(new Uint16Array(this.#memory.buffer)[address / 2] ?? 0);
    return readWords(new Uint32Array(this.#memory.buffer, address, bytes / 4), this.#widthOf(node));
  }

  peekMemory(path: string, address: number): bigint {
    return this.#memoryNamed(path, address).words.read(address);
  }

  pokeMemory(path: string, address: number, value: bigint): void {
    const { words, width } = this.#memoryNamed(path, address);
    words.write(address, fitting(value, width, `${path}[${address}]`));
    this.#edges.wakeAll();
    this.touch();
  }

  reset(asserted: boolean, domain?: string): void {
    const index = resettableDomain(topOf(this.#design), domain);
    const before = this.#cell(Control.asserted);
    this.#control[Control.asserted / 4] = asserted ? before | (1 << index) : before & ~(1 << index);
    this.touch();
  }

  step(cycles = 1): void {
    if (cycles === 1) {
      this.#stepOnce();
      return;
    }
    const { failure } = this.run(cycles);
    if (failure) throw failure;
  }

  /** What testbenches do most: it allocates nothing. */
  #stepOnce(): void {
    if (!this.#settled) this.#takeInputs();
    this.#cycle += this.#edges.take(1);
    this.#settled = false;
    const failed = this.#cell(Control.failure);
    if (failed !== 0xffffffff) throw this.#failure(failed);
  }

  run(cycles: number): RunResult {
    if (!Number.isSafeInteger(cycles) || cycles < 0)
      throw new RangeError(`the number of cycles must be a whole number from 0, not ${cycles}`);
    if (!this.#settled) this.#takeInputs();
    for (let left = cycles; left > 0; ) {
      const ran = this.#edges.take(Math.min(left, mostCycles));
      this.#settled = false;
      this.#cycle += ran;
      left -= ran;
      const failed = this.#cell(Control.failure);
      if (failed !== 0xffffffff) return { cycles: cycles - left, failure: this.#failure(failed) };
    }
    return { cycles, failure: null };
  }

  checkpoint(): Checkpoint {
    const state = new Uint8Array(this.#memory.buffer, 0, this.#program.stateEnd).slice();
    return { cycle: this.#cycle, time: this.time, state };
  }

  restore({ cycle, state }: Checkpoint): void {
    const fingerprint = new DataView(state.buffer, state.byteOffset, state.byteLength);
    if (
      state.length !== this.#program.stateEnd ||
      fingerprint.getUint32(Control.fingerprint, true) !== this.#cell(Control.fingerprint)
    )
      throw new SimulationError(`the checkpoint is not one of ${topOf(this.#design).name} in the compiled simulator`);
    new Uint8Array(this.#memory.buffer).set(state);
    copyBanks(this.#program, this.#memory.buffer);
    this.#edges.wakeAll();
    this.#cycle = cycle;
    this.touch();
  }

  covers(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    const view = new DataView(this.#memory.buffer);
    this.#ranked().forEach(({ check: { kind, message }, path }, rank) => {
      if (kind !== "cover") return;
      const key = `${path === "" ? "top" : path}: ${message}`;
      const counted = Number(view.getBigUint64(this.#program.covers[rank] ?? 0, true));
      counts.set(key, (counts.get(key) ?? 0) + counted);
    });
    return counts;
  }

  activity(): Activity | null {
    return this.#edges.activity();
  }

  /** What must be done where inputs or resets changed, before any code looks at them. */
  #takeInputs(): void {
    if (this.#ragged.length > 0) this.#cutInputs();
    const asserted = this.#cell(Control.asserted);
    if (asserted === 0) return;
    this.#edges.wakeAll();
    topOf(this.#design).domains.forEach(({ reset }, domain) => {
      const bank = this.#program.banks[domain];
      if (bank && reset === "async" && (asserted >>> domain) & 1) resetBank(bank, this.#memory.buffer);
    });
  }

  #cutInputs(): void {
    for (const { words, width } of this.#ragged)
      words[words.length - 1] = (words[words.length - 1] ?? 0) & (2 ** (width % 32) - 1);
  }

  #failure(rank: number): CheckFailure {
    const { check, path } = this.#ranked()[rank] ?? { path: "" };
    if (!check || check.kind === "cover") throw new RangeError(`no property ${rank} can fail`);
    return new CheckFailure(path, check.message, this.#cycle, check.source, check.kind);
  }

  /** All properties by rank. */
  #ranked(): readonly PlacedCheck[] {
    const placed = placedChecks(this.#design);
    return Array.from(this.#program.checks, (place) => placed[place]).filter((check) => check !== undefined);
  }

  #cell(address: number): number {
    return this.#control[address / 4] ?? 0;
  }

  #widthOf(node: NodeId): number {
    return this.#program.widths[node] ?? 0;
  }

  #wordsOf(node: NodeId): Uint32Array {
    return new Uint32Array(this.#memory.buffer, this.#signals.address(node), limbCount(this.#widthOf(node)));
  }

  #find(path: string): NodeId {
    const node = this.#compilation.find(path);
    if (node === undefined) throw unknownName("signal", path, this.#compilation.paths());
    return node;
  }

  #inputNamed(name: string): Input {
    const input = this.#inputs.get(name);
    if (!input) throw unknownName("input port", name, this.#inputs.keys());
    return input;
  }

  #memoryNamed(path: string, address: number): { words: MemoryWords; width: number } {
    const memory = this.#memories.get(path);
    if (!memory) throw unknownName("memory", path, this.#memories.keys());
    const { width, depth } = memory;
    checkAddress(path, address, depth);
    return { words: new MemoryWords(this.#memory.buffer, memory.address, width), width };
  }
}
