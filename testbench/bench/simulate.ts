import { closest } from "fastest-levenshtein";
import type { AnyModule, Design } from "../../hdl/index.ts";
import { elaborate } from "../../hdl/lang/index.ts";
import { hierarchy, topOf } from "../../hdl/netlist/index.ts";
import { compileLanes, SimulationError } from "../../sim/index.ts";
import { forcible } from "./forces.ts";
import { laneSeeds } from "./lane-seeds.ts";
import type { LaneOptions, LanesSim } from "./lane-sim.ts";
import { Lane, Lanes } from "./lane-simulation.ts";
import { wideEncoder } from "./leaf-value.ts";
import { portObject } from "./port-access.ts";
import type { InPorts, OutPorts } from "./port-types.ts";
import type { DesignSim, Sim } from "./sim.ts";
import type { SimulateOptions } from "./simulate-options.ts";
import { Simulation } from "./simulation.ts";

export type { SimulateOptions } from "./simulate-options.ts";

/**
 * Elaborates a module and starts it at power-on, all inputs 0. With `lanes`, several stimuli of it run at once.
 * @throws DesignError for a module that is no hardware, SimulationError for a design that cannot be simulated
 */
export function simulate<M extends AnyModule>(
  module: M,
  options: LaneOptions,
): LanesSim<M["ports"]["in"], M["ports"]["out"]>;
export function simulate<M extends AnyModule>(
  module: M,
  options?: SimulateOptions,
): Sim<M["ports"]["in"], M["ports"]["out"]>;
export function simulate<M extends AnyModule>(
  module: M,
  options: SimulateOptions | LaneOptions = {},
): Sim<M["ports"]["in"], M["ports"]["out"]> | LanesSim<M["ports"]["in"], M["ports"]["out"]> {
  const { pass = (design) => design } = options;
  const design = forcible(pass(elaborate(module, options)), options.forces);
  if ("lanes" in options) return simulateLanes(module, design, options);
  return withPorts(module, new Simulation(module["~core"].moduleName, design, options));
}

function simulateLanes<M extends AnyModule>(
  module: M,
  design: Design,
  options: LaneOptions,
): LanesSim<M["ports"]["in"], M["ports"]["out"]> {
  const { moduleName } = module["~core"];
  const { vcd, gtkw, vcdLane = 0, ...others } = options;
  const seeds = laneSeeds(options);
  if (seeds[vcdLane] === undefined)
    throw new SimulationError(`vcdLane ${vcdLane}: there are lanes 0 to ${seeds.length - 1}`);
  const { randomInit, clocks, observe } = options;
  const engine = compileLanes(design, {
    seeds,
    ...(randomInit === undefined ? {} : { randomInit }),
    ...(clocks ? { clocks } : {}),
    ...(observe ? { observe } : {}),
  });
  const top = hierarchy(design);
  const lanes = engine.lanes.map((face, index) => {
    const recorded = index === vcdLane ? options : others;
    return withPorts(module, new Lane(moduleName, design, top, face, seeds[index] ?? 0, index, recorded));
  });
  return new Lanes(moduleName, design, top, engine, lanes);
}

/** A running module with its typed ports. */
function withPorts<M extends AnyModule, D extends Pick<Simulation, "pins" | "streams">>(module: M, dut: D) {
  const core = module["~core"];
  const inputs = portObject(dut.pins, "in", core.inputs, core.leaves);
  const outputs = portObject(dut.pins, "out", core.outputs, core.leaves);
  dut.streams.push(...inputs.streams, ...outputs.streams);
  return Object.assign(dut, {
    in: inputs.object as InPorts<M["ports"]["in"]>,
    out: outputs.object as OutPorts<M["ports"]["out"]>,
  });
}

/**
 * Starts a netlist of any origin at power-on, all inputs 0; its ports are driven and read by name. The options' `clock`
 * is of no use here: a netlist knows its domains.
 * @throws SimulationError for a design that cannot be simulated
 */
export function simulateDesign(design: Design, name: string, options: Omit<SimulateOptions, "clock"> = {}): DesignSim {
  const simulation = new Simulation(name, forcible(design, options.forces), options);
  const inputs = topOf(design).ports.filter(({ direction }) => direction === "in");
  const writers = new Map(
    inputs.map(({ name: port, width, format }) => {
      const pin = simulation.pins.input(port);
      const encode = wideEncoder(width, format, `${port} of ${name}`);
      return [port, (value: number | bigint) => simulation.pins.driveWide(pin, encode(value))] as const;
    }),
  );
  const poke = (port: string, value: number | bigint) => {
    const write = writers.get(port);
    if (!write) throw new SimulationError(unknownInput(port, name, [...writers.keys()]));
    write(value);
  };
  return Object.assign(simulation, { poke });
}

function unknownInput(port: string, module: string, inputs: readonly string[]): string {
  const mend = inputs.length === 0 ? "it has none" : `did you mean ${closest(port, [...inputs])}?`;
  return `there is no input ${port} of ${module}; ${mend}`;
}
