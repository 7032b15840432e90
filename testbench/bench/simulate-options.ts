import type { Design, DomainOptions } from "../../hdl/index.ts";
import type { Clock, CompileCache, EngineOptions, TravelOptions } from "../../sim/index.ts";
import type { EngineName } from "./engine-choice.ts";
import type { RecordOptions } from "./recorder.ts";

/** Hears of a design right before an engine is made for it. */
export type DesignListener = (design: Design, options: EngineOptions) => void;

export interface SimulateOptions {
  /** Default: wasm. */
  readonly engine?: EngineName;
  /** Seed of everything undefined at power-on and of `random`. Default: the environment's SYSTOLE_SEED, else 0. */
  readonly seed?: number;
  /** Undefined registers and memories start random by seed (default), or from 0 when false. */
  readonly randomInit?: boolean;
  /** Edge and reset of the implicit clock. Default: rising, synchronous, active high. */
  readonly clock?: DomainOptions;
  /** Ticks between the edges of each clock. Default: see `schedule` of sim. */
  readonly clocks?: Readonly<Record<string, Clock>>;
  /** Paths of internal signals that will be read every cycle. */
  readonly observe?: readonly string[];
  /**
   * Paths of signals that may be forced (`force`): those of state and wires, at any level. Each has an input for a mask and
   * one for a value beside it, which waves show too; what the design itself drives is `<path>.driven`.
   */
  readonly forces?: readonly string[];
  /** Records all signals to a VCD for GTKWave. Close the simulation, or let the process end, to have it whole. */
  readonly vcd?: string;
  /** Writes a GTKWave save file beside the VCD. */
  readonly gtkw?: string;
  /** Which part of it to record: signals by glob, levels of the hierarchy, memories, cycles. */
  readonly trace?: Omit<RecordOptions, "vcd" | "gtkw">;
  /** Paths of signals whose values in every cycle are kept in memory, to be drawn by `waves`. */
  readonly watch?: readonly string[];
  /** Keeps what is needed to look at earlier cycles again; see `seek`, `record` and `waves`. */
  readonly travel?: boolean | TravelOptions;
  /** Cycles of `run` in which nothing may move before it fails. Default: 100,000. */
  readonly timeout?: number;
  /** Cycles that one `run` may take. Default: no limit. */
  readonly maxCycles?: number;
  /** A pass over the elaborated design: what it returns is simulated instead. It keeps the ports and may add inputs. */
  readonly pass?: (design: Design) => Design;
  /**
   * Takes compiled code from a cache and leaves it there, for a start at once the next time: true for the user's own
   * (`compileCache`). Default: false, a library writes nothing that it was not asked to. The interpreter has no use for it.
   */
  readonly cache?: boolean | CompileCache;
  /** Called with the elaborated design, before it is compiled. */
  readonly starting?: DesignListener;
}
