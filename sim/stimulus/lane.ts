import type { NodeId } from "../../hdl/netlist/index.ts";
import { resettableDomain } from "../clock-domain.ts";
import type { Checkpoint, EngineFace } from "../engine.ts";
import { limbCount } from "../plan/slots.ts";
import { unknownName } from "../unknown-name.ts";
import { checkAddress, fitting, readWords, writeWords } from "../words.ts";
import type { LaneBlock } from "./block.ts";
import type { Column } from "./column.ts";
import type { LaneProgram } from "./program.ts";

/**
 * One of several stimuli of a design, as if it ran alone: its inputs, signals, memories, resets and covers. Only the
 * steps are common to all.
 */
export interface LaneFace extends EngineFace {
  /** While it is held, a lane stands still and what runs the others leaves it alone. */
  held: boolean;
}

/** A lane of a block. */
export class Lane implements LaneFace {
  readonly #program: LaneProgram;
  readonly #block: LaneBlock;
  readonly #column: Column;
  /** Within the block. */
  readonly #lane: number;
  readonly #views = new Map<NodeId, Uint32Array>();

  constructor(program: LaneProgram, block: LaneBlock, lane: number) {
    const column = block.columns[lane];
    if (!column) throw new RangeError(`the block has no lane ${lane}`);
    this.#program = program;
    this.#block = block;
    this.#column = column;
    this.#lane = lane;
  }

  get cycle(): number {
    return this.#block.cycle(this.#lane);
  }

  get time(): number {
    return this.#block.time(this.#lane);
  }

  get held(): boolean {
    return this.#block.isHeld(this.#lane);
  }
  set held(held: boolean) {
    this.#block.hold(this.#lane, held);
  }

  input(port: string): Uint32Array {
    const node = this.#inputNamed(port);
    return this.#wordsAt(node, this.#program.layout.pins.get(node) ?? -1);
  }

  signal(path: string): Uint32Array {
    const node = this.#program.find(path);
    const known = this.#views.get(node);
    if (known) return known;
    this.#program.observeLate(node);
    const pin = this.#program.layout.pins.get(node);
    const view = this.#wordsAt(node, pin ?? this.#program.places.words(node));
    this.#views.set(node, view);
    return view;
  }

  touch(): void {
    this.#block.touch();
  }

  settle(): void {
    this.#block.bringBack(this.#lane);
    this.#block.settle();
  }

  poke(port: string, value: bigint | number): void {
    const words = this.input(port);
    writeWords(words, fitting(value, this.#widthOf(this.#inputNamed(port)), port));
    this.touch();
  }

  peek(path: string): bigint {
    const node = this.#program.find(path);
    const width = this.#widthOf(node);
    const pin = this.#program.layout.pins.get(node);
    if (pin !== undefined) return readWords(this.#wordsAt(node, pin), width);
    this.#block.bringBack(this.#lane);
    // State is as it is, unless a reset is to come over it.
    if (this.#program.isStored(node) && !this.#block.isInReset(this.#lane))
      return this.#column.read(this.#program.layout.addresses[node] ?? -1, width);
    const words = this.signal(path);
    this.settle();
    return readWords(words, width);
  }

  peekMemory(path: string, address: number): bigint {
    const { place, width } = this.#word(path, address);
    this.#block.bringBack(this.#lane);
    return this.#column.read(place, width);
  }

  pokeMemory(path: string, address: number, value: bigint): void {
    const { place, width } = this.#word(path, address);
    this.#block.bringBack(this.#lane);
    this.#column.write(place, width, fitting(value, width, `${path}[${address}]`));
    this.touch();
  }

  reset(asserted: boolean, domain?: string): void {
    const index = resettableDomain(this.#program.plan.flat.module, domain);
    this.#block.reset(this.#lane, index, asserted);
  }

  checkpoint(): Checkpoint {
    return this.#block.checkpoint(this.#lane);
  }

  restore(checkpoint: Checkpoint): void {
    this.#block.restore(this.#lane, checkpoint);
  }

  covers(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    this.#program.plan.checks.forEach(({ kind, path, message }, rank) => {
      if (kind !== "cover") return;
      const key = `${path === "" ? "top" : path}: ${message}`;
      counts.set(key, (counts.get(key) ?? 0) + this.#block.hits(this.#lane, rank));
    });
    return counts;
  }

  #wordsAt(node: NodeId, address: number): Uint32Array {
    const limbs = limbCount(this.#widthOf(node));
    return new Uint32Array(this.#block.memory.buffer, address + 4 * limbs * this.#lane, limbs);
  }

  #widthOf(node: NodeId): number {
    return this.#program.plan.nodes[node]?.width ?? 0;
  }

  #inputNamed(name: string): NodeId {
    const inputs = this.#program.plan.flat.module.ports.filter(({ direction }) => direction === "in");
    const port = inputs.find((candidate) => candidate.name === name);
    if (!port)
      throw unknownName(
        "input port",
        name,
        inputs.map((input) => input.name),
      );
    return port.node;
  }

  #word(path: string, address: number): { readonly place: number; readonly width: number } {
    const { plan, layout } = this.#program;
    const index = plan.memories.findIndex(({ name }) => name === path);
    const memory = plan.memories[index];
    const found = layout.memories[index];
    if (!memory || !found)
      throw unknownName(
        "memory",
        path,
        plan.memories.map(({ name }) => name),
      );
    const { width, depth } = memory;
    checkAddress(path, address, depth);
    return { place: found.address + address * found.row, width };
  }
}
