export * from "./engine.ts";
export { interpret } from "./interpreter/interpreter.ts";
export * from "./power-on.ts";
export * from "./schedule.ts";
export { compile } from "./wasm/index.ts";
