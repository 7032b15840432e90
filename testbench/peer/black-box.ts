import { type Design, DesignError } from "../../hdl/index.ts";
import { formatSource } from "../../hdl/netlist/index.ts";

/** @throws DesignError for a design with a black box: its text is not ours to write, so that no peer can run it */
export function refuseBlackBoxes(name: string, { modules }: Design): void {
  const box = modules.find(({ blackBox }) => blackBox !== null);
  if (box)
    throw new DesignError(
      `[${name}] ${box.name} (${formatSource(box.source)}) is a black box, of which there is no Verilog to compare; compare the modules around it`,
    );
}
