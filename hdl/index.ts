/** The language, and the netlist that it elaborates to. */
export * from "./lang/index.ts";
export { type Design, DesignError, type Domain } from "./netlist/index.ts";
