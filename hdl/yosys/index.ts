/** Yosys JSON to our netlist, so that third-party Verilog runs on our simulator. */
export { fromYosys, type YosysImport, type YosysImportOptions } from "./from-yosys.ts";
