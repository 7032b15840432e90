import type { Design } from "../../hdl/index.ts";
import { compile, type Engine, type EngineOptions, interpret } from "../../sim/index.ts";
import { InputError } from "../input-error.ts";

/** Which simulator runs a design. */
export type EngineName = Engine["kind"];

/** @throws InputError for a name that is no engine */
export function startEngine(name: EngineName, design: Design, options: EngineOptions): Engine {
  switch (name) {
    case "wasm":
      return compile(design, options);
    case "interpreter":
      return interpret(design, options);
    default:
      throw new InputError(`there is no engine ${String(name)}; use wasm or interpreter`);
  }
}
