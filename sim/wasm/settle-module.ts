import type { NodeId } from "../../hdl/netlist/index.ts";
import { kernelOf } from "../plan/kernel.ts";
import type { Plan } from "../plan/plan.ts";
import { writeKernel } from "./kernel-functions.ts";
import { writeWires } from "./lanes/wire-functions.ts";
import { Runtime } from "./runtime.ts";
import { WasmModule } from "./wasm-module.ts";

/** The module whose export `settle()` evaluates the observed nodes, and what they follow, into their homes. */
export function settleModule(plan: Plan, observed: Iterable<NodeId>): Uint8Array<ArrayBuffer> {
  const module = new WasmModule();
  const constants = plan.layout.homes.begin("settle");
  // Kernels of edges note failures in a global; there is one here for their common code alone.
  module.global(-1);
  const runtime = new Runtime(module);
  const actions = [...observed].map((node) => ({ kind: "observe", node }) as const);
  const wires = writeWires(module, runtime, plan, [...observed]);
  const parts = [...wires, ...writeKernel(module, runtime, plan, kernelOf(plan, actions))];
  const settle = module.declare();
  for (const part of parts) settle.code.call(part);
  module.export("settle", settle);
  for (const { address, bytes } of constants) module.data(address, bytes);
  return module.encode();
}
