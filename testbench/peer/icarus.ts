import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, bundleTop } from "./bundle.ts";
import { layOut } from "./layout-files.ts";
import type { Answers, PeerBuild, PeerBuildOptions, PeerRun } from "./peer.ts";
import { PeerError } from "./peer-error.ts";
import { PeerProcess, runCommand } from "./peer-process.ts";
import { Head } from "./stimulus-record.ts";
import { firstErrors } from "./verilator.ts";

const benchTop = "systole_bench";
const program = "systole_bench.vvp";

/** Standard error, which is not buffered: what the design displays, and warnings, go to standard output. */
const answers = "32'h8000_0002";

const bit = (flag: number) => `head[${Math.log2(flag)}]`;

/**
 * A testbench that reads records, sets pins and writes the outputs in hexadecimal. Every pin is a variable of its own:
 * Icarus Verilog takes a vector apart and puts it together bit by bit.
 */
function bench({ pins, clockWords }: Bundle): string {
  const inputs = pins.filter(({ direction }) => direction === "in");
  const outputs = pins.filter(({ direction }) => direction === "out");
  const connections = pins.map(({ identifier, direction, field: { width } }) =>
    direction === "in" ? `.${identifier}(${identifier}[${width - 1}:0])` : `.${identifier}(${identifier})`,
  );
  return `module ${benchTop};
  reg [31:0] head, at, now;
${inputs.map(({ identifier, field }) => `  reg [${32 * field.words - 1}:0] ${identifier};`).join("\n")}
${outputs.map(({ identifier, field }) => `  wire [${field.width - 1}:0] ${identifier};`).join("\n")}
  reg [${32 * clockWords - 1}:0] clocks, levels;
  reg [8191:0] vcd;
  reg waves, recording;
  integer file, got, steps;
  ${bundleTop} peers(${[...connections, ".clocks(clocks)"].join(", ")});
  initial begin
    waves = 0;
    recording = 0;
    now = 0;
    if ($value$plusargs("vcd=%s", vcd)) waves = 1;
    file = 32'h8000_0000;
    got = $fread(head, file);
    while (got == 4) begin
      got = $fread(at, file);
      #(at - now) now = at;
      if (waves && ${bit(Head.trace)} && !recording) begin
        $dumpfile(vcd);
        $dumpvars(0, peers);
        recording = 1;
      end
${inputs.map(({ identifier }) => `      got = $fread(${identifier}, file);`).join("\n")}
      for (steps = 0; steps < (head & ${Head.steps}); steps = steps + 1) begin
        if (steps > 0) begin
          got = $fread(at, file);
          #(at - now) now = at;
        end
        got = $fread(levels, file);
        clocks = levels;
        if (steps == 0 && ${bit(Head.sample)}) begin
          #1 now = now + 1;
          $fwrite(${answers}, ${[`"${"%h".repeat(outputs.length)}\\n"`, ...outputs.map(({ identifier }) => identifier)].join(", ")});
        end
      end
      got = $fread(head, file);
    end
    $finish(0);
  end
endmodule
`;
}

/**
 * A record's bytes as `$fread` wants them: each field with its most significant byte first, and the first time before
 * the inputs, which are set as they are read.
 */
function bigEndianRecord({ pins, inputWords, clockWords }: Bundle, record: Uint32Array): Uint8Array {
  const bytes = new Uint8Array(record.length * 4);
  let to = 0;
  const field = (from: number, words: number) => {
    for (let i = from + words - 1; i >= from; i--) {
      const word = record[i] ?? 0;
      for (let shift = 24; shift >= 0; shift -= 8) bytes[to++] = word >>> shift;
    }
  };
  const first = 1 + inputWords;
  field(0, 1);
  field(first, 1);
  for (const { direction, field: own } of pins) if (direction === "in") field(1 + own.first, own.words);
  field(first + 1, clockWords);
  for (let at = first + 1 + clockWords; at < record.length; at += 1 + clockWords) {
    field(at, 1);
    field(at + 1, clockWords);
  }
  return bytes;
}

/**
 * Builds a bundle with Icarus Verilog.
 * @throws PeerError where that fails
 */
export async function buildIcarus(bundle: Bundle, { folder, signal }: PeerBuildOptions): Promise<PeerBuild> {
  const { sources, flags, systemVerilog } = layOut(bundle, folder);
  writeFileSync(join(folder, `${benchTop}.v`), bench(bundle));
  const args = [
    ...[systemVerilog ? "-g2012" : "-g2005", "-DSYSTOLE_POISON", ...flags, "-o", program, "-s", benchTop],
    ...[...sources, `${benchTop}.v`],
  ];
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
    this.process = new PeerProcess("Icarus Verilog", "vvp", ["-n", program, ...args], folder, "stderr");
  }

  send(records: readonly Uint32Array[]): void {
    this.process.send(Buffer.concat(records.map((record) => bigEndianRecord(this.bundle, record))));
  }

  async receive(cycles: number): Promise<Answers> {
    const { outputWords, pins } = this.bundle;
    const outputs = pins.flatMap(({ direction, field }) => (direction === "out" ? field : []));
    const digits = outputs.map(({ width }) => Math.ceil(width / 4));
    const line = digits.reduce((sum, count) => sum + count, 1);
    const text = (await this.process.receive(cycles * line)).toString("latin1");
    const words = new Uint32Array(cycles * outputWords);
    const unknown = /[xz]/i.test(text) ? new Uint32Array(words.length) : null;
    let end = 0;
    for (let cycle = 0; cycle < cycles; cycle++, end++)
      for (const [i, field] of outputs.entries()) {
        const start = end;
        end += digits[i] ?? 0;
        for (let word = 0; word < field.words; word++) {
          const own = text.slice(Math.max(start, end - 8 * (word + 1)), end - 8 * word);
          const at = cycle * outputWords + field.first + word;
          words[at] = Number.parseInt(unknown ? own.replace(/[xz]/gi, "0") : own, 16);
          if (unknown)
            unknown[at] = Number.parseInt(
              own.replace(/./g, (d) => (/[xz]/i.test(d) ? "f" : "0")),
              16,
            );
        }
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
