export { type CompiledEngine, compile } from "./compiled.ts";
