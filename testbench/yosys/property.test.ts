import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { fromYosys } from "../../hdl/index.ts";
import { CheckFailure, interpret } from "../../sim/index.ts";
import { installedYosysVersion, readVerilog, type YosysChoice } from "./index.ts";

const source = `module counter(input clk, input go, output reg [3:0] count);
  initial count = 0;
  always @(posedge clk) begin
    if (go) count <= count + 1;
    assert (count < 5);
    cover (count == 3);
  end
endmodule
`;
const tools: YosysChoice[] =
  installedYosysVersion() === null && process.env.CI === undefined ? ["npm"] : ["npm", "installed"];

it.each(tools)("properties of SystemVerilog stop a simulation and count covers: %s", async (yosys) => {
  const directory = mkdtempSync(join(tmpdir(), "property-"));
  try {
    writeFileSync(join(directory, "counter.sv"), source);
    const { json } = await readVerilog({ files: [join(directory, "counter.sv")], yosys });
    const { design } = await fromYosys(json);
    const engine = interpret(design);
    engine.poke("go", 1);
    const { cycles, failure } = engine.run(20);
    expect(failure).toBeInstanceOf(CheckFailure);
    expect(failure?.source).toMatchObject({ file: "counter.sv" });
    expect(cycles).toBeGreaterThanOrEqual(5);
    expect([...engine.covers().values()]).toEqual([1]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
