import { fileURLToPath } from "node:url";
import type { Subject } from "./subject.ts";

const folder = new URL("../../../testbench/designs/picorv32/", import.meta.url);
const [core, computer, program] = ["picorv32.v", "computer.v", "program.hex"].map((name) =>
  fileURLToPath(new URL(name, folder)),
);

/** PicoRV32 with memory and a program that starts over when it has ended; its checksum is a signature of its bus. */
export const picorv32: Omit<Subject, "name"> = {
  title: "PicoRV32",
  cells: null,
  design: async () => {
    const { readVerilog } = await import("../../../testbench/index.ts");
    const { fromYosys } = await import("../../../hdl/index.ts");
    const { json } = await readVerilog({ files: original.files, top: "computer", parameters: original.parameters });
    return (await fromYosys(json, { top: "computer", clock: "clk" })).design;
  },
  checksum: "signature",
  reset: { port: "resetn", cycles: 8 },
  bare: null,
  get original() {
    return original;
  },
};

const original = { files: [core ?? "", computer ?? ""], parameters: { PROGRAM: program ?? "", RESTART: 1 } };
