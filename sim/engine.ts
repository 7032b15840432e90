import type { Source } from "../hdl/netlist/index.ts";
import type { CompileCache } from "./compile-cache.ts";

/**
 * One running simulation of a design: the face that the interpreter and the compiled simulator share.
 *
 * A cycle is: set inputs, settle, sample, edge, settle. Values are little-endian words of 32 bits, ⌈width / 32⌉ of
 * them, with the bits above the width zero.
 */
export interface Engine {
  readonly kind: "interpreter" | "wasm";
  /** Active edges of the top's implicit domain so far. */
  readonly cycle: number;
  /** Ticks so far; with one clock, `cycle` times its period. */
  readonly time: number;

  /** A live view of an input port's words. After writing through it, call `touch`. */
  input(port: string): Uint32Array;
  /** A live view of any signal's words by path (`count`, `array.pe[2][3].held`), right after `settle`. */
  signal(path: string): Uint32Array;
  /** Says that inputs were written through a view. */
  touch(): void;
  /** Evaluates combinational logic if anything changed since it was last evaluated. */
  settle(): void;

  /** Sets an input port; throws a SimulationError for a name that is none and a RangeError for a value too wide. */
  poke(port: string, value: bigint | number): void;
  /** Settles and reads any signal by path; throws a SimulationError (nearest name suggested) for a path that is none. */
  peek(path: string): bigint;
  /** Reads or writes a memory's word by the memory's path; throws for a bad path or an address ≥ depth. */
  peekMemory(path: string, address: number): bigint;
  pokeMemory(path: string, address: number, value: bigint): void;

  /** Asserts or releases the reset of a domain of the top ("clock" when not named). */
  reset(asserted: boolean, domain?: string): void;
  /** Runs `cycles` cycles of the implicit domain, 1 if not said; throws a CheckFailure when a check fails. */
  step(cycles?: number): void;
  /** Like `step` with the loop inside the engine; says how many cycles ran and what stopped it instead of throwing. */
  run(cycles: number): RunResult;

  /** A copy of all state; it can be restored into this engine, or another of the same kind, design and options. */
  checkpoint(): Checkpoint;
  restore(checkpoint: Checkpoint): void;
  /** For every `cover`, by `path: message`, in how many cycles it was hit. */
  covers(): ReadonlyMap<string, number>;
}

/** What can be driven and looked at of a running simulation; its steps are taken elsewhere. */
export type EngineFace = Omit<Engine, "kind" | "step" | "run">;

export interface RunResult {
  readonly cycles: number;
  readonly failure: CheckFailure | null;
}

export interface Checkpoint {
  readonly cycle: number;
  readonly time: number;
  readonly state: Uint8Array;
}

export interface EngineOptions {
  /** Seed of everything undefined at power-on: default 0. */
  readonly seed?: number;
  /** Undefined registers and memories start random by seed (default), or from 0 when false. */
  readonly randomInit?: boolean;
  /** For each domain of the top, ticks between active edges and before the first one. Default: see `schedule.ts`. */
  readonly clocks?: Readonly<Record<string, Clock>>;
  /** Signal paths that will be watched every cycle; others are still readable, at a cost on first use. */
  readonly observe?: readonly string[];
  /**
   * Where the compiled simulator updates alike registers side by side, in SIMD lanes: where it pays (default), nowhere,
   * or wherever it can. What is simulated is the same.
   */
  readonly lanes?: LaneChoice;
  /** Where the compiled simulator finds what it compiled before, and leaves what it compiles. Default: nowhere. */
  readonly cache?: CompileCache;
  /**
   * Where the compiled simulator leaves parts of the design alone in cycles in which nothing changes for them: where it
   * pays (default), nowhere, or wherever it can. What is simulated is the same.
   */
  readonly activity?: ActivityChoice;
}

export type ActivityChoice = "auto" | "off" | "always";
export type LaneChoice = "auto" | "off" | "always";

export interface Clock {
  readonly period: number;
  readonly phase: number;
}

/** A misuse of the simulator: an unknown signal, a design that cannot be simulated. */
export class SimulationError extends Error {
  override readonly name: string = "SimulationError";
}

/** A `check` or `assume` that did not hold. The failing cycle's edge has not been taken. */
export class CheckFailure extends SimulationError {
  override readonly name = "CheckFailure";
  constructor(
    readonly path: string,
    readonly check: string,
    readonly cycle: number,
    readonly source: Source | null,
    readonly property: "check" | "assume",
  ) {
    const at = source ? ` (${source.file}:${source.line})` : "";
    super(`${property} failed in cycle ${cycle}: ${path === "" ? "top" : path}: ${check}${at}`);
  }
}
