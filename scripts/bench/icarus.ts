import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Verilog, verilogText } from "../../hdl/index.ts";
import { PeerError } from "../../testbench/peer/peer-error.ts";
import { runCommand } from "../../testbench/peer/peer-process.ts";
import { firstErrors } from "../../testbench/peer/verilator.ts";

/** A testbench with the clock loop, for a design whose only inputs are its clock and reset. */
function bench({ top, ports }: Verilog): string {
  const pin = (kind: "clock" | "reset") => ports.find(({ role }) => role.kind === kind)?.identifier;
  const reset = pin("reset");
  return `module bench;
  reg clock = 0;
  wire [31:0] checksum;
  integer cycles;
  ${top} dut(.${pin("clock")}(clock), ${reset === undefined ? "" : `.${reset}(1'b0), `}.checksum(checksum));
  initial begin
    if ($value$plusargs("cycles=%d", cycles))
      repeat (cycles) begin
        #5 clock = 1;
        #5 clock = 0;
      end
    $display("%0d", checksum);
    $finish(0);
  end
endmodule
`;
}

/**
 * Runs a design in Icarus Verilog for about so many seconds. Its own start, by which a run of one cycle is known, is
 * not counted.
 * @returns the cycles that it ran, the checksum after them, and cycles/s
 * @throws PeerError where it fails
 */
export async function runIcarus(
  parent: string,
  verilog: Verilog,
  seconds: number,
): Promise<{ cycles: number; checksum: number; rate: number }> {
  const folder = join(parent, "icarus");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "design.v"), verilogText(verilog));
  writeFileSync(join(folder, "bench.v"), bench(verilog));
  const flags = ["-g2005", "-DSYSTOLE_POISON", "-o", "bench.vvp", "-s", "bench", "design.v", "bench.v"];
  await succeed("iverilog", flags, folder);
  const run = async (cycles: number) => {
    const from = performance.now();
    const text = await succeed("vvp", ["-n", "bench.vvp", `+cycles=${cycles}`], folder);
    return { milliseconds: performance.now() - from, checksum: Number(text.trim()) };
  };
  const { milliseconds: start } = await run(1);
  for (let cycles = 64; ; cycles *= 4) {
    const { milliseconds, checksum } = await run(cycles);
    const own = milliseconds - start;
    if (own >= 500 * seconds) return { cycles, checksum, rate: (1000 * cycles) / own };
  }
}

async function succeed(command: string, args: readonly string[], folder: string): Promise<string> {
  const { code, text } = await runCommand(command, args, folder);
  if (code !== 0) throw new PeerError(`Icarus Verilog could not run the design: ${firstErrors(text)}`);
  return text;
}
