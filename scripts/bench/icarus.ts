import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Verilog, verilogText } from "../../hdl/index.ts";
import { PeerError } from "../../testbench/peer/peer-error.ts";
import { runCommand } from "../../testbench/peer/peer-process.ts";
import { firstErrors } from "../../testbench/peer/verilator.ts";
import type { Subject } from "./designs/subject.ts";

/** A testbench with the clock loop, for a design whose only inputs are its clock and resets. */
function bench({ top, ports }: Verilog, { checksum, reset: held }: Pick<Subject, "checksum" | "reset">): string {
  const pin = (kind: "clock" | "reset") => ports.find(({ role }) => role.kind === kind)?.identifier;
  const reset = pin("reset");
  const pins = [
    `.${pin("clock")}(clock)`,
    ...(reset === undefined ? [] : [`.${reset}(1'b0)`]),
    ...(held ? [`.${held.port}(started)`] : []),
    `.${checksum}(checksum)`,
  ];
  return `module bench;
  reg clock = 0;
  reg started = 0;
  wire [31:0] checksum;
  integer cycles;
  ${top} dut(${pins.join(", ")});
  task run(input integer count);
    repeat (count) begin
      #5 clock = 1;
      #5 clock = 0;
    end
  endtask
  initial begin
    run(${held?.cycles ?? 1});
    started = 1;
    if ($value$plusargs("cycles=%d", cycles)) run(cycles - 1);
    $display("%0d", checksum);
    $finish(0);
  end
endmodule
`;
}

/**
 * Runs a design in Icarus Verilog for about so many seconds. Its own start, by which a run of one cycle is known, is
 * not counted.
 * @returns the cycles that it ran, those of a reset counted as one, the checksum after them, and cycles/s
 * @throws PeerError where it fails
 */
export async function runIcarus(
  parent: string,
  verilog: Verilog,
  subject: Pick<Subject, "checksum" | "reset">,
  seconds: number,
): Promise<{ cycles: number; checksum: number; rate: number }> {
  const folder = join(parent, "icarus");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "design.v"), verilogText(verilog));
  writeFileSync(join(folder, "bench.v"), bench(verilog, subject));
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
