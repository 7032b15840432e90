import { closest } from "fastest-levenshtein";
import type { Port } from "../../hdl/netlist/index.ts";
import { parseBits } from "../bench/bits-text.ts";
import type { DesignSim } from "../bench/index.ts";
import { Random } from "../bench/random.ts";
import { InputError } from "../input-error.ts";
import type { PlannedReset } from "./reset-plan.ts";

/** What an imported design's inputs are driven with. */
export interface Stimulus {
  /** Inputs held at a value, by name. */
  readonly constants: ReadonlyMap<string, bigint>;
  /** Inputs that take a new random value every cycle. */
  readonly random: readonly Port[];
  readonly resets: readonly PlannedReset[];
}

/**
 * The values of `--set input=value`, each perhaps several with commas between.
 * @throws InputError for an input or a value that is none
 */
export function parseConstants(texts: readonly string[], inputs: readonly Port[]): ReadonlyMap<string, bigint> {
  const constants = new Map<string, bigint>();
  for (const part of texts.flatMap((text) => text.split(","))) {
    const at = part.lastIndexOf("=");
    const name = part.slice(0, Math.max(at, 0)).trim();
    if (name === "") throw new InputError(`--set ${part}: give an input and its value, such as --set enable=1`);
    const input = inputs.find((candidate) => candidate.name === name);
    if (!input) throw new InputError(unknownInput(name, inputs));
    if (constants.has(name)) throw new InputError(`--set: ${name} is given twice; give it once`);
    constants.set(name, parseBits(`--set ${name}`, part.slice(at + 1), input.width));
  }
  return constants;
}

function unknownInput(name: string, inputs: readonly Port[]): string {
  const names = inputs.map((input) => input.name);
  if (names.length === 0) return `--set ${name}: the design has no inputs but its clocks`;
  return `--set ${name}: there is no such input; did you mean ${closest(name, names)}? Clocks cannot be set`;
}

/** Drives the inputs of a running design, cycle by cycle. */
export class StimulusDriver {
  private readonly random: Random;
  /** Cycles at which a reset is released. */
  private readonly releases: ReadonlySet<number>;

  constructor(
    private readonly dut: DesignSim,
    private readonly stimulus: Stimulus,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.releases = new Set(stimulus.resets.map(({ cycles }) => cycles));
    for (const [port, value] of stimulus.constants) dut.poke(port, value);
    for (const { port, level } of stimulus.resets) dut.poke(port, level === "high" ? 1 : 0);
  }

  /** For how many cycles from `cycle` on the inputs stay as they are once `drive(cycle)` was called. */
  quiet(cycle: number): number {
    if (this.stimulus.random.length > 0) return 1;
    return Math.min(...[...this.releases].filter((release) => release > cycle), Number.MAX_SAFE_INTEGER) - cycle;
  }

  /** Sets the inputs for a cycle. */
  drive(cycle: number): void {
    if (this.releases.has(cycle))
      for (const { port, level, cycles } of this.stimulus.resets)
        if (cycles === cycle) this.dut.poke(port, level === "high" ? 0 : 1);
    for (const { name, width } of this.stimulus.random) this.dut.poke(name, this.bits(width));
  }

  private bits(width: number): bigint | number {
    if (width <= 32) return width === 32 ? this.random.int32() >>> 0 : (this.random.int32() >>> 0) >>> (32 - width);
    let value = 0n;
    for (let low = 0; low < width; low += 32) value = (value << 32n) | BigInt(this.random.int32() >>> 0);
    return BigInt.asUintN(width, value);
  }
}
