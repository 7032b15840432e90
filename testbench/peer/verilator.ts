import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Bundle, type BundlePin, bundleTop, peerTimescale } from "./bundle.ts";
import { layOut } from "./layout-files.ts";
import type { PeerBuild, PeerBuildOptions, PeerRun } from "./peer.ts";
import { PeerError } from "./peer-error.ts";
import { PeerProcess, runCommand } from "./peer-process.ts";
import { Head } from "./stimulus-record.ts";

const mainFile = "systole_main.cpp";
const buildFolder = "systole_build";

/** The program around the model: reads records, sets pins, evaluates, answers. */
function mainProgram({ pins, inputWords, clockWords, outputWords }: Bundle): string {
  const set = pins.flatMap((pin) => (pin.direction === "in" ? setPin(pin) : []));
  const get = pins.flatMap((pin) => (pin.direction === "out" ? getPin(pin) : []));
  return `#include <cstdint>
#include <cstdio>
#include <unistd.h>
#include "V${bundleTop}.h"
#include "verilated.h"
#if VM_TRACE
#include "verilated_vcd_c.h"
#endif

template <int words, typename Wide> static void put(Wide& pin, const uint32_t* from) {
  for (int i = 0; i < words; i++) pin[i] = from[i];
}
template <int words, typename Wide> static void get(const Wide& pin, uint32_t* to) {
  for (int i = 0; i < words; i++) to[i] = pin[i];
}
static bool take(uint32_t* words, size_t count) { return fread(words, 4, count, stdin) == count; }

int main(int argc, char** argv) {
  VerilatedContext context;
#if VM_TRACE
  context.traceEverOn(true);
#endif
  V${bundleTop} top(&context);
#if VM_TRACE
  VerilatedVcdC waves;
  if (argc > 1) {
    top.trace(&waves, 99);
    waves.open(argv[1]);
  }
#endif
  // What the design displays goes elsewhere than the answers.
  FILE* answers = fdopen(dup(1), "w");
  dup2(2, 1);
  static uint32_t head, inputs[${inputWords}], levels[${1 + clockWords}], outputs[${Math.max(1, outputWords)}];
  while (take(&head, 1)) {
    if (!take(inputs, ${inputWords})) break;
    for (uint32_t step = 0; step < (head & ${Head.steps}u); step++) {
      if (!take(levels, ${1 + clockWords})) return 1;
      if (step == 0) {
${set.join("\n")}
      }
      put<${clockWords}>(top.clocks, levels + 1);
      context.time(levels[0]);
      top.eval();
      if (step == 0 && (head & ${Head.sample}u)) {
${get.join("\n")}
        fwrite(outputs, 4, ${outputWords}, answers);
      }
#if VM_TRACE
      if (argc > 1 && (head & ${Head.trace}u)) waves.dump(uint64_t(levels[0]));
#endif
    }
    if (head & ${Head.flush}u) fflush(answers);
  }
  fflush(answers);
  top.final();
#if VM_TRACE
  if (argc > 1) waves.close();
#endif
  return 0;
}
`;
}

/** Verilator's ports are integers up to 64 bits and arrays of words above. */
function setPin({ identifier, field: { first, words } }: BundlePin): string {
  if (words === 1) return `        top.${identifier} = inputs[${first}];`;
  if (words === 2) return `        top.${identifier} = inputs[${first}] | uint64_t(inputs[${first + 1}]) << 32;`;
  return `        put<${words}>(top.${identifier}, inputs + ${first});`;
}

function getPin({ identifier, field: { first, words } }: BundlePin): string {
  const low = `        outputs[${first}] = uint32_t(top.${identifier});`;
  if (words === 1) return low;
  if (words === 2) return `${low}\n        outputs[${first + 1}] = uint32_t(top.${identifier} >> 32);`;
  return `        get<${words}>(top.${identifier}, outputs + ${first});`;
}

/**
 * Builds a bundle with Verilator and the C++ compiler. The C++ is not optimised, and up to a size it is compiled in one
 * go: compiling is what takes the time, and much of that goes into the headers of every file.
 * @throws PeerError where either fails
 */
export async function buildVerilator(bundle: Bundle, { folder, trace, signal }: PeerBuildOptions): Promise<PeerBuild> {
  const { sources, flags: own } = layOut(bundle, folder);
  writeFileSync(join(folder, mainFile), mainProgram(bundle));
  const flags = [
    ...["--cc", "--exe", "--build", "-j", "2", "--Mdir", buildFolder, "-o", "peers", "--top-module", bundleTop],
    ...["-DSYSTOLE_POISON", "-Wno-fatal", "-Wno-lint", "-Wno-style", "-Wno-UNOPTFLAT", "--timescale", peerTimescale],
    // A word that feeds itself bit by bit settles one bit an iteration.
    ...["--converge-limit", "10000", "--x-assign", "0", "--x-initial", "0", "--output-split", "100000"],
    ...["-MAKEFLAGS", "OPT_FAST=-O0 OPT_SLOW=-O0 OPT_GLOBAL=-O0", ...(trace ? ["--trace"] : [])],
    // Words that SystemVerilog alone reserves are names elsewhere.
    ...["--default-language", "1364-2005", "+1800-2017ext+sv", ...own, ...sources, mainFile],
  ];
  const { code, text } = await runCommand("verilator", flags, folder, signal);
  if (code !== 0) throw new PeerError(`Verilator could not build the design: ${firstErrors(text)}`);
  const program = join(folder, buildFolder, "peers");
  return { bundle, start: (vcd) => new VerilatorRun(bundle, program, vcd === undefined ? [] : [vcd], folder) };
}

class VerilatorRun implements PeerRun {
  private readonly process: PeerProcess;

  constructor(
    private readonly bundle: Bundle,
    program: string,
    args: readonly string[],
    folder: string,
  ) {
    this.process = new PeerProcess("Verilator's program", program, args, folder);
  }

  send(records: readonly Uint32Array[]): void {
    this.process.send(
      Buffer.concat(records.map(({ buffer, byteOffset, byteLength }) => Buffer.from(buffer, byteOffset, byteLength))),
    );
  }

  async receive(cycles: number) {
    const bytes = await this.process.receive(4 * cycles * this.bundle.outputWords);
    const words = new Uint32Array(bytes.length / 4);
    new Uint8Array(words.buffer).set(bytes);
    return { words, unknown: null };
  }

  finish(): Promise<void> {
    return this.process.finish();
  }

  stop(): void {
    this.process.stop();
  }
}

/** The lines that tell what went wrong. */
export function firstErrors(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const errors = lines.filter((line) => /error/i.test(line));
  return (errors.length > 0 ? errors : lines).slice(0, 5).join("; ").slice(0, 2000) || "it said nothing";
}
