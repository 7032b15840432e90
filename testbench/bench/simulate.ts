import { closest } from "fastest-levenshtein";
import { type AnyModule, type Design, elaborate } from "../../hdl/index.ts";
import { topOf } from "../../hdl/netlist/index.ts";
import { SimulationError } from "../../sim/index.ts";
import { wideEncoder } from "./leaf-value.ts";
import { portObject } from "./port-access.ts";
import type { InPorts, OutPorts } from "./port-types.ts";
import type { DesignSim, Sim } from "./sim.ts";
import type { SimulateOptions } from "./simulate-options.ts";
import { Simulation } from "./simulation.ts";

export type { SimulateOptions } from "./simulate-options.ts";

/**
 * Elaborates a module and starts it at power-on, all inputs 0.
 * @throws DesignError for a module that is no hardware, SimulationError for a design that cannot be simulated
 */
export function simulate<M extends AnyModule>(
  module: M,
  options: SimulateOptions = {},
): Sim<M["ports"]["in"], M["ports"]["out"]> {
  const core = module["~core"];
  const simulation = new Simulation(core.moduleName, elaborate(module, options), options);
  const inputs = portObject(simulation.pins, "in", core.inputs, core.leaves);
  const outputs = portObject(simulation.pins, "out", core.outputs, core.leaves);
  simulation.streams.push(...inputs.streams, ...outputs.streams);
  return Object.assign(simulation, {
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
  const simulation = new Simulation(name, design, options);
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
