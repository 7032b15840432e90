import {
  type Design,
  definition,
  groupsOf,
  lanePaths,
  memoryPath,
  poison,
  statePath,
} from "../../hdl/netlist/index.ts";
import type { EngineOptions } from "../engine.ts";
import { Control } from "../plan/layout.ts";
import { limbCount, wordBytes } from "../plan/slots.ts";
import { powerOnValue, powerOnWords } from "../power-on.ts";
import type { Schedule } from "../schedule.ts";
import { type Program, type ProgramBank, writeValue } from "./program.ts";
import { momentTable } from "./run-loop.ts";

/** A memory of a design as it lies in linear memory. */
export interface PlacedMemory {
  /** The canonical path. */
  readonly name: string;
  readonly width: number;
  readonly depth: number;
  readonly init: readonly bigint[] | null;
  readonly address: number;
}

/** All memories of a design, in the order in which a program has their addresses. */
export function placedMemories(design: Design, program: Program): PlacedMemory[] {
  const groups = groupsOf(design);
  const paths = lanePaths(design, groups);
  const memories: PlacedMemory[] = [];
  groups.forEach(({ definition: index }, group) => {
    const module = definition(design, index);
    for (const path of paths[group] ?? [])
      module.memories.forEach(({ width, depth, init }, own) => {
        const address = program.memories[memories.length] ?? 0;
        memories.push({ name: memoryPath(module, path, own), width, depth, init, address });
      });
  });
  return memories;
}

/** Fills fresh memory: what never changes, and all state as it is at power-on. */
export function powerOn(
  { design, program, schedule, memories }: PoweredOn,
  memory: ArrayBuffer,
  { seed = 0, randomInit = true }: EngineOptions,
): void {
  new Uint32Array(memory, program.moments, schedule.moments.length).set(momentTable(schedule));
  new Uint32Array(memory, Control.fingerprint, 1)[0] = program.fingerprint;
  const bytes = new Uint8Array(memory);
  for (const { current, resetMask, resetValue, mask, value } of program.banks) {
    bytes.set(value, current);
    bytes.set(value, resetValue);
    bytes.set(mask, resetMask);
  }
  if (randomInit) randomState(design, program, memory, seed);
  for (const { name, width, depth, init, address } of memories) {
    const words = new MemoryWords(memory, address, width);
    if (init) for (const [at, value] of init.entries()) words.write(at, value);
    else if (randomInit) {
      words.fill(depth, powerOnWords(seed, name));
    }
    words.write(depth, poison(width));
  }
  copyBanks(program, memory);
}

export interface PoweredOn {
  readonly design: Design;
  readonly program: Program;
  readonly schedule: Schedule;
  readonly memories: readonly PlacedMemory[];
}

function randomState(design: Design, program: Program, memory: ArrayBuffer, seed: number): void {
  const { undefinedStates: states, addresses, laneBytes, widths } = program;
  if (states.length === 0) return;
  const groups = groupsOf(design);
  const paths = lanePaths(design, groups);
  for (let at = 0; at < states.length; at += 4) {
    const [id = 0, group = 0, lane = 0, origin = 0] = states.subarray(at, at + 4);
    const path = statePath(definition(design, groups[group]?.definition ?? 0), paths[group]?.[lane] ?? "", origin);
    const width = widths[id] ?? 0;
    writeValue(memory, addresses[id] ?? 0, width, laneBytes[id] ?? 0, powerOnValue(powerOnWords(seed, path), width));
  }
}

/** Makes the next bank of every domain the same as the current one. */
export function copyBanks({ banks }: Program, memory: ArrayBuffer): void {
  const bytes = new Uint8Array(memory);
  for (const bank of banks) bytes.copyWithin(bank.next, bank.current, bank.current + bank.total);
}

/** Gives the registers of a domain that a reset touches their initial values, in both banks, at once. */
export function resetBank(bank: ProgramBank, memory: ArrayBuffer): void {
  const of = (address: number): Uint32Array => new Uint32Array(memory, address, bank.total / 4);
  const [current, next] = [of(bank.current), of(bank.next)];
  const [masks, values] = [of(bank.resetMask), of(bank.resetValue)];
  masks.forEach((mask, i) => {
    if (mask !== 0) current[i] = next[i] = ((current[i] ?? 0) & ~mask) | (values[i] ?? 0);
  });
}

/** The words of one memory as it lies in linear memory. */
export class MemoryWords {
  readonly #view: DataView;
  readonly #width: number;
  readonly #wordBytes: number;

  constructor(memory: ArrayBuffer, address: number, width: number) {
    this.#view = new DataView(memory, address);
    this.#width = width;
    this.#wordBytes = wordBytes(width);
  }

  read(address: number): bigint {
    let value = 0n;
    for (let byte = this.#wordBytes - 1; byte >= 0; byte--)
      value = (value << 8n) | BigInt(this.#view.getUint8(address * this.#wordBytes + byte));
    return value;
  }

  write(address: number, value: bigint): void {
    let rest = value;
    this.writeLimbs(address, () => {
      const limb = Number(BigInt.asUintN(32, rest));
      rest >>= 32n;
      return limb;
    });
  }

  /** Writes the first `depth` words one after the other, as `writeLimbs` does. */
  fill(depth: number, next: () => number): void {
    if (this.#width % 32 !== 0) {
      for (let at = 0; at < depth; at++) this.writeLimbs(at, next);
      return;
    }
    const { buffer, byteOffset } = this.#view;
    const limbs = new Uint32Array(buffer, byteOffset, (depth * this.#wordBytes) / 4);
    for (let at = 0; at < limbs.length; at++) limbs[at] = next();
  }

  /** Writes one limb after the other, the top one cut to the width. */
  writeLimbs(address: number, next: () => number): void {
    const at = address * this.#wordBytes;
    const limbs = limbCount(this.#width);
    for (let limb = 0; limb < limbs; limb++) {
      const bits = Math.min(32, this.#width - 32 * limb);
      const value = bits === 32 ? next() : next() & (2 ** bits - 1);
      if (this.#wordBytes === 1) this.#view.setUint8(at, value);
      else if (this.#wordBytes === 2) this.#view.setUint16(at, value, true);
      else this.#view.setUint32(at + 4 * limb, value, true);
    }
  }
}
