import fc from "fast-check";
import { type Design, type Port, topOf } from "../../hdl/netlist/index.ts";
import type { Engine } from "../engine.ts";
import { powerOnValue, powerOnWords } from "../power-on.ts";
import { writeWords } from "../words.ts";

/** What is done before a stretch of cycles. All values follow from small numbers, of which 0 is the plainest. */
export interface Stretch {
  /** Stands for a value of each input; 0 sets all to zero. */
  readonly inputs: number;
  /** Bit `d`: the reset of the top's domain `d` is asserted. */
  readonly resets: number;
  /** Cycles that run in one go. */
  readonly cycles: number;
  readonly action: "none" | "save" | "restore" | "write memory";
}

/** The stretches of one run, together `cycles` cycles or a few more. */
export function stimuli(cycles: number): fc.Arbitrary<readonly Stretch[]> {
  const stretch: fc.Arbitrary<Stretch> = fc.record({
    inputs: fc.nat(65_535),
    resets: fc.oneof({ arbitrary: fc.constant(0), weight: 7 }, { arbitrary: fc.nat(7), weight: 1 }),
    cycles: fc.oneof(
      { arbitrary: fc.constant(1), weight: 9 },
      { arbitrary: fc.integer({ min: 1, max: 5 }), weight: 1 },
    ),
    action: fc.oneof(
      { arbitrary: fc.constant<Stretch["action"]>("none"), weight: 9 },
      { arbitrary: fc.constantFrom<Stretch["action"][]>("save", "restore", "write memory"), weight: 1 },
    ),
  });
  return fc.array(stretch, { minLength: cycles, maxLength: cycles, size: "max" });
}

/** Zero, all ones, a small number, a lone bit, or any value. */
export function inputValue({ name, width }: Pick<Port, "name" | "width">, seed: number): bigint {
  if (seed === 0) return 0n;
  const words = powerOnWords(seed, name);
  const style = words() % 8;
  if (style === 0) return 0n;
  if (style === 1) return (1n << BigInt(width)) - 1n;
  if (style === 2) return BigInt.asUintN(width, BigInt(words() % 16));
  if (style === 3) return 1n << BigInt(words() % width);
  return powerOnValue(words, width);
}

/** Sets the top's inputs, by name or through their views, and its resets. */
export function drive(
  engine: Pick<Engine, "poke" | "input" | "touch" | "reset">,
  design: Design,
  { inputs, resets }: Stretch,
): void {
  const top = topOf(design);
  for (const port of top.ports) {
    if (port.direction === "out") continue;
    const value = inputValue(port, inputs);
    if (inputs % 2 === 0) engine.poke(port.name, value);
    else writeWords(engine.input(port.name), value);
  }
  engine.touch();
  top.domains.forEach(({ name, reset }, domain) => {
    if (reset !== "none") engine.reset(((resets >>> domain) & 1) === 1, name);
  });
}
