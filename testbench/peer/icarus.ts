import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, bundleTop } from "./bundle.ts";
import type { Answers, PeerBuild, PeerBuildOptions, PeerRun } from "./peer.ts";
import { PeerError } from "./peer-error.ts";
import { PeerProcess, runCommand } from "./peer-process.ts";
import { bigEndianRecord, Head } from "./stimulus-record.ts";
import { firstErrors } from "./verilator.ts";

const bit = (flag: number) => `head[${Math.log2(flag)}]`;

/** A testbench that reads records, sets pins and writes the outputs in hexadecimal. */
function bench({ pins, inputWords, clockWords, outputWords }: Bundle): string {
  const connections = pins.map(({ identifier, direction, field: { first, width } }) => {
    const bits = `${direction}[${32 * first + width - 1}:${32 * first}]`;
    return `.${identifier}(${bits})`;
  });
  // What lies between the outputs is never driven otherwise.
  const gaps = pins.flatMap(({ direction, field: { first, words, width } }) => {
    const rest = 32 * words - width;
    return direction === "out" && rest > 0 ? [`  assign out[${32 * first + width} +: ${rest}] = ${rest}'d0;`] : [];
  });
  const [inputs, clocks, outputs] = [inputWords, clockWords, outputWords].map((words) => 32 * words - 1);
  return `module bench;
  reg [31:0] head, at, now;
  reg [${inputs}:0] in, next;
  reg [${clocks}:0] clocks, levels;
  wire [${outputs}:0] out;
  reg [8191:0] vcd;
  reg waves, recording;
  integer file, got, steps;
  ${bundleTop} peers(${[...connections, ".clocks(clocks)"].join(", ")});
${gaps.join("\n")}
  initial begin
    waves = 0;
    recording = 0;
    now = 0;
    if ($value$plusargs("vcd=%s", vcd)) waves = 1;
    file = 32'h8000_0000;
    got = $fread(head, file);
    while (got == 4) begin
      got = $fread(next, file);
      for (steps = 0; steps < (head & ${Head.steps}); steps = steps + 1) begin
        got = $fread(at, file);
        got = $fread(levels, file);
        #(at - now) now = at;
        if (waves && ${bit(Head.trace)} && !recording && steps == 0) begin
          $dumpfile(vcd);
          $dumpvars(0, peers);
          recording = 1;
        end
        if (steps == 0) in = next;
        clocks = levels;
        #0;
        if (steps == 0 && ${bit(Head.sample)}) begin
          #1 now = now + 1;
          $display("%h", out);
        end
      end
      if (${bit(Head.flush)}) $fflush;
      got = $fread(head, file);
    end
    $finish(0);
  end
endmodule
`;
}

/**
 * Builds a bundle with Icarus Verilog.
 * @throws PeerError where that fails
 */
export async function buildIcarus(bundle: Bundle, { folder, signal }: PeerBuildOptions): Promise<PeerBuild> {
  writeFileSync(join(folder, "peers.v"), bundle.text);
  writeFileSync(join(folder, "bench.v"), bench(bundle));
  const args = ["-g2005", "-DSYSTOLE_POISON", "-o", "peers.vvp", "-s", "bench", "peers.v", "bench.v"];
  const { code, text } = await runCommand("iverilog", args, folder, signal);
  if (code !== 0) throw new PeerError(`Icarus Verilog could not build the design: ${firstErrors(text)}`);
  return { bundle, start: (vcd) => new IcarusRun(bundle, vcd === undefined ? [] : [`+vcd=${vcd}`], folder) };
}

class IcarusRun implements PeerRun {
  private readonly process: PeerProcess;

  constructor(
    private readonly bundle: Bundle,
    args: readonly string[],
    folder: string,
  ) {
    this.process = new PeerProcess("Icarus Verilog", "vvp", ["-n", "peers.vvp", ...args], folder);
  }

  send(records: readonly Uint32Array[]): void {
    this.process.send(Buffer.concat(records.map((record) => bigEndianRecord(this.bundle, record))));
  }

  async receive(cycles: number): Promise<Answers> {
    const { outputWords } = this.bundle;
    const line = 8 * outputWords + 1;
    const text = (await this.process.receive(cycles * line)).toString("latin1");
    const words = new Uint32Array(cycles * outputWords);
    const unknown = /[xz]/i.test(text) ? new Uint32Array(words.length) : null;
    for (let cycle = 0; cycle < cycles; cycle++)
      for (let word = 0; word < outputWords; word++) {
        const from = cycle * line + 8 * (outputWords - 1 - word);
        const digits = text.slice(from, from + 8);
        const at = cycle * outputWords + word;
        words[at] = Number.parseInt(unknown ? digits.replace(/[xz]/gi, "0") : digits, 16);
        if (unknown)
          unknown[at] = Number.parseInt(
            digits.replace(/[xz]|./gi, (d) => (/[xz]/i.test(d) ? "f" : "0")),
            16,
          );
      }
    return { words, unknown };
  }

  finish(): Promise<void> {
    return this.process.finish();
  }

  stop(): void {
    this.process.stop();
  }
}
