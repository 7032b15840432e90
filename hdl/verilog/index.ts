/** Netlists as Verilog-2005. */
export type { VerilogPort } from "./module-scope.ts";
export { toVerilog, type Verilog, type VerilogModule, type VerilogOptions, verilogText } from "./verilog.ts";
