import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type GivenReset, parseClock } from "../imported/index.ts";
import { differenceText, importedCase, lockstep, type PeerName } from "./index.ts";
import { testWith } from "./tool-presence.fuzz.ts";

const folder = mkdtempSync(join(tmpdir(), "systole-imported-"));
afterAll(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, "include"));
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

file("include/size.vh", "`define SIZE 70\n");
// Verilator takes no notice of a last word without an end of line.
file("words.hex", Array.from({ length: 16 }, (_, i) => `${(0x111 * i).toString(16)}\n`).join(""));

/** Every way in which text reaches a design: parameters, macros, included files, files that are read; and it talks. */
const talker = file(
  "talker.v",
  `\`default_nettype none
\`timescale 1ns/1ps
\`include "size.vh"
module talker #(parameter signed STEP = 1, parameter FILE = "none.hex") (
  input wire clk, input wire rst_n, input wire [3:0] \\a[0] , input wire bit, output reg [\`SIZE-1:0] sum, output wire [11:0] word,
  output reg never
);
  reg [11:0] words [0:15];
  initial $readmemh(FILE, words);
  assign word = words[\\a[0] ] ^ \`MASK;
  always @(posedge clk or negedge rst_n)
    if (!rst_n) sum <= 0;
    else begin
      sum <= sum + STEP + {68'd0, bit};
      never <= never;
      if (bit) $display("sum %d", sum);
    end
endmodule
`,
);

function request(
  files: readonly string[],
  options: { readonly resets?: readonly GivenReset[]; readonly clocks?: readonly string[] } = {},
) {
  const { resets = null, clocks = [] } = options;
  const source = {
    ...{ files, top: null, parameters: {}, defines: {}, includes: [], keepHierarchy: false, yosys: "auto" as const },
  };
  return { source, clocks: clocks.map(parseClock), resets, constants: [] };
}

const whole = request([talker]);
const talking = {
  ...whole,
  source: {
    ...whole.source,
    ...{ top: "talker", parameters: { STEP: -3, FILE: "words.hex" }, defines: { MASK: "12'h5a5" } },
    includes: [join(folder, "include")],
  },
};

/** What Yosys reads is not what the other simulator reads. */
const planted = file(
  "planted.v",
  `module planted(input clk, input [7:0] a, output reg [7:0] q);
\`ifdef YOSYS
  always @(posedge clk) q <= a + (a == 8'd3);
\`else
  always @(posedge clk) q <= a;
\`endif
endmodule
`,
);

describe.each<PeerName>(["verilator", "icarus"])("Verilog that others wrote, with %s", (peer) => {
  const options = { peer, cycles: 300, folder };

  testWith(peer)("parameters, macros, files and names of all kinds reach it", async () => {
    const { difference, cycles, unknownDigits } = await lockstep(await importedCase(talking, 3), options);
    expect(difference).toBeNull();
    expect(cycles).toBe(300);
    // `never` is a register that no reset sets: Verilator has a 0 there, as we do, Icarus Verilog an x.
    expect(unknownDigits).toBe(peer === "icarus" ? 300 : 0);
  });

  testWith(peer)("a difference names the files", async () => {
    const { difference } = await lockstep(await importedCase(request([planted]), 1), options);
    if (!difference) throw new Error("nothing was found");
    expect(difference).toMatchObject({ name: "planted", ours: 4n, theirs: 3n });
    expect(differenceText(difference)).toContain(`Verilog: ${planted}`);
  });
});

testWith("icarus")("cycles that are skipped are not compared", async () => {
  const one = await importedCase(request([planted]), 1);
  const options = { peer: "icarus", cycles: 300, folder } as const;
  const first = (await lockstep(one, options)).difference?.cycle ?? 0;
  const later = await lockstep(one, { ...options, skip: first + 1 });
  expect(later.difference?.cycle ?? 300).toBeGreaterThan(first);
});

test("clocks of both edges, JSON and files outside are refused by name", async () => {
  const both = file(
    "both.v",
    "module both(input clk, input d, output reg p, output reg q);\n  always @(posedge clk) p <= d;\n  always @(negedge clk) q <= d;\nendmodule\n",
  );
  await expect(importedCase(request([both]), 1)).rejects.toThrow("clk: it clocks registers at both edges");
  const json = file("netlist.json", "{}");
  await expect(importedCase(request([json]), 1)).rejects.toThrow("netlist.json: give the Verilog itself");
  file("above.hex", "0\n");
  mkdirSync(join(folder, "below"), { recursive: true });
  const outside = file(
    "below/outside.v",
    'module outside(input clk, input a, output reg q);\n  reg m [0:0];\n  initial $readmemh("../above.hex", m);\n  always @(posedge clk) q <= m[a];\nendmodule\n',
  );
  await expect(importedCase(request([outside]), 1)).rejects.toThrow(
    "../above.hex: the other simulator runs in a folder",
  );
});
