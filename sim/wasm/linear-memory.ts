import { SimulationError } from "../engine.ts";

const pageBytes = 65_536;

/** Memory that never grows, so that views stay alive. */
export function allocate(bytes: number, name: string): WebAssembly.Memory {
  const initial = Math.ceil(bytes / pageBytes);
  try {
    return new WebAssembly.Memory({ initial, maximum: initial });
  } catch (error) {
    if (error instanceof RangeError)
      throw new SimulationError(`${name} needs ${Math.ceil(bytes / 2 ** 20)} MiB, which this machine does not give`);
    throw error;
  }
}
