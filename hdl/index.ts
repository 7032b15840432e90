/** The language and the netlist that it elaborates to, the reusable blocks, and the NPU. */
export { type Block, type BlockParameter, blocks, buildBlock } from "./catalogue/index.ts";
export * from "./lang/index.ts";
export * from "./lib/index.ts";
export {
  type Design,
  DesignError,
  type Domain,
  designHash,
  fold,
  fromJson,
  removeDead,
  shareCommon,
  toJson,
} from "./netlist/index.ts";
export * from "./npu/index.ts";
export {
  toVerilog,
  type Verilog,
  type VerilogModule,
  type VerilogOptions,
  type VerilogPort,
  verilogText,
} from "./verilog/index.ts";
export { fromYosys, type YosysImport, type YosysImportOptions } from "./yosys/index.ts";
