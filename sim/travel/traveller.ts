import { type Design, topOf } from "../../hdl/netlist/index.ts";
import { type Checkpoint, type Engine, type RunResult, SimulationError } from "../engine.ts";
import { InputLog } from "./input-log.ts";
import { Keyframes } from "./keyframes.ts";

export interface TravelOptions {
  /** Bytes that the past may take. When there is no more room, its resolution halves, then its oldest part goes. */
  readonly bytes?: number;
  /** Cycles from one stored state to the next, at first: so many are run again at most. Default: 256. */
  readonly interval?: number;
}

/** An engine whose earlier cycles can be looked at again. */
export interface TravellingEngine extends Engine {
  /** The first cycle that can be gone back to. */
  readonly earliest: number;
  /** The cycle that the simulation has come to; `cycle` is the one that is looked at. */
  readonly newest: number;
  /**
   * Goes to a cycle from `earliest` to `newest`: everything that is read is as it was at the edge that ended it. The
   * simulation goes on from `newest` alone.
   * @throws SimulationError for another cycle
   */
  seek(cycle: number): void;
}

/**
 * Lets an engine travel in time. While it runs, its state is stored every so many cycles, and of the inputs what changed
 * is logged; an earlier cycle is run again from the stored state before it, with those inputs. So whatever drives the
 * design (testbench processes, models of what is around it) takes no part. Memories that are written, resets and
 * checkpoints are stored states of their own.
 * @throws SimulationError for options out of range
 */
export function travelling(engine: Engine, design: Design, options: TravelOptions = {}): TravellingEngine {
  return new Traveller(engine, design, options);
}

class Traveller implements TravellingEngine {
  readonly #engine: Engine;
  readonly #log: InputLog;
  readonly #frames: Keyframes;
  readonly #mostLogBytes: number;
  /** Something other than inputs changed the state since the last edge. */
  #disturbed = true;
  /** By domain: what its reset was last set to. */
  readonly #resets = new Map<string, boolean>();
  /** In the past: what the present is, and the next set of the log to apply. */
  #past: { readonly present: Checkpoint; readonly inputs: Uint32Array; position: number } | null = null;

  constructor(engine: Engine, design: Design, { bytes = 2 ** 28, interval = 256 }: TravelOptions) {
    if (!Number.isSafeInteger(bytes) || bytes < 1)
      throw new SimulationError(`time travel in ${bytes} bytes; give a whole number from 1`);
    if (!Number.isSafeInteger(interval) || interval < 1)
      throw new SimulationError(`a stored state every ${interval} cycles; give a whole number from 1`);
    this.#engine = engine;
    const inputs = topOf(design).ports.filter(({ direction }) => direction === "in");
    this.#log = new InputLog(inputs.map(({ name }) => engine.input(name)));
    this.#frames = new Keyframes(interval, bytes / 2);
    this.#mostLogBytes = bytes / 2;
  }

  get kind() {
    return this.#engine.kind;
  }
  get cycle(): number {
    return this.#engine.cycle;
  }
  get time(): number {
    return this.#engine.time;
  }
  get newest(): number {
    return this.#past?.present.cycle ?? this.#engine.cycle;
  }
  get earliest(): number {
    return this.#frames.first?.checkpoint.cycle ?? this.newest;
  }

  seek(cycle: number): void {
    const { earliest, newest } = this;
    if (!Number.isSafeInteger(cycle) || cycle < earliest || cycle > newest)
      throw new SimulationError(
        `seek(${cycle}): the cycles that can be looked at are ${earliest} to ${newest}; ` +
          (cycle > newest ? "step the simulation to go on" : "give time travel more bytes to go further back"),
      );
    const engine = this.#engine;
    if (cycle === newest) {
      if (!this.#past) return;
      engine.restore(this.#past.present);
      this.#log.write(this.#past.inputs);
      this.#past = null;
      engine.touch();
      return;
    }
    const frame = this.#frames.before(cycle);
    if (!frame) throw new RangeError(`no stored state before cycle ${cycle}`);
    const here = this.#past ? engine.cycle : Number.POSITIVE_INFINITY;
    this.#past ??= { present: engine.checkpoint(), inputs: this.#log.current(), position: 0 };
    if (here > cycle || here < frame.checkpoint.cycle) {
      engine.restore(frame.checkpoint);
      this.#log.write(frame.inputs);
      this.#past.position = frame.position;
    }
    this.#replay(cycle, this.#past);
  }

  input(port: string): Uint32Array {
    return this.#engine.input(port);
  }
  signal(path: string): Uint32Array {
    return this.#engine.signal(path);
  }
  touch(): void {
    this.#engine.touch();
  }
  settle(): void {
    this.#engine.settle();
  }
  poke(port: string, value: bigint | number): void {
    this.#rejectPast(`poke(${port})`);
    this.#engine.poke(port, value);
  }
  peek(path: string): bigint {
    return this.#engine.peek(path);
  }
  peekMemory(path: string, address: number): bigint {
    return this.#engine.peekMemory(path, address);
  }
  pokeMemory(path: string, address: number, value: bigint): void {
    this.#rejectPast(`pokeMemory(${path})`);
    this.#engine.pokeMemory(path, address, value);
    this.#disturbed = true;
  }
  reset(asserted: boolean, domain?: string): void {
    this.#rejectPast("reset");
    this.#engine.reset(asserted, domain);
    const name = domain ?? "";
    if (this.#resets.get(name) !== asserted) this.#disturbed = true;
    this.#resets.set(name, asserted);
  }

  step(cycles = 1): void {
    const { failure } = this.run(cycles);
    if (failure) throw failure;
  }

  run(cycles: number): RunResult {
    this.#rejectPast("step");
    const engine = this.#engine;
    if (cycles > 0) this.#note();
    let done = 0;
    do {
      const result = engine.run(Math.min(cycles - done, this.#frames.until(engine.cycle)));
      done += result.cycles;
      if (result.failure) {
        // With several clocks, other edges than the failing one may have been taken.
        this.#disturbed = true;
        return { cycles: done, failure: result.failure };
      }
      if (result.cycles > 0 && this.#frames.isDue(engine.cycle)) this.#store(false);
    } while (done < cycles);
    return { cycles: done, failure: null };
  }

  checkpoint(): Checkpoint {
    return this.#engine.checkpoint();
  }

  /** The past of what was before is forgotten. */
  restore(checkpoint: Checkpoint): void {
    this.#rejectPast("restore");
    this.#engine.restore(checkpoint);
    this.#frames.clear();
    this.#resets.clear();
    this.#disturbed = true;
  }

  covers(): ReadonlyMap<string, number> {
    return this.#engine.covers();
  }

  /** Logs the inputs of the cycle whose edge comes now. */
  #note(): void {
    this.#log.record(this.#engine.cycle);
    if (this.#disturbed) this.#store(true);
    this.#disturbed = false;
    if (this.#log.bytes <= this.#mostLogBytes) return;
    this.#store(true);
    while (this.#log.bytes > this.#mostLogBytes / 2 && this.#frames.count > 1) {
      this.#frames.dropFirst();
      this.#log.forgetBefore(this.#frames.first?.position ?? 0);
    }
  }

  #store(fixed: boolean): void {
    const { position } = this.#log;
    this.#frames.add({ checkpoint: this.#engine.checkpoint(), inputs: this.#log.current(), position, fixed });
    this.#log.forgetBefore(this.#frames.first?.position ?? 0);
  }

  /** From a cycle in the past with its inputs up to `position` on to a later one, or this one. */
  #replay(cycle: number, past: { position: number }): void {
    const engine = this.#engine;
    for (;;) {
      for (; this.#log.cycleAt(past.position) <= engine.cycle; past.position++) this.#log.apply(past.position);
      engine.touch();
      if (engine.cycle === cycle) return;
      engine.step(Math.min(cycle, this.#log.cycleAt(past.position)) - engine.cycle);
    }
  }

  #rejectPast(what: string): void {
    if (this.#past)
      throw new SimulationError(
        `${what} in cycle ${this.cycle}, which is in the past; seek(${this.newest}) to go on from there`,
      );
  }
}
