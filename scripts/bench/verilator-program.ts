import type { VerilogPort } from "../../hdl/index.ts";
import type { Subject } from "./designs/subject.ts";
import { type Drive, driveSeed, type RandomBits, shareWords } from "./drive.ts";
import type { Mode } from "./mode.ts";

/** The parts of a program that differ between modes. */
interface Parts {
  /** C++ statements before the first cycle. */
  readonly setUp: string;
  /** One cycle. */
  readonly cycle: string;
  readonly finish: string;
  /** An expression for the checksum. */
  readonly checksum: string;
}

/**
 * The C++ program around Verilator's model `V<top>`: its loop over the cycles and, in a driven run, its testbench. It
 * takes no wave code in unless waves are measured. See `contestant.ts` for how it is spoken to.
 */
export function verilatorProgram(
  top: string,
  ports: readonly VerilogPort[],
  mode: Mode,
  { checksum, reset }: Pick<Subject, "checksum" | "reset">,
  drive: ((port: VerilogPort) => Drive) | null,
): string {
  const clock = ports.find(({ role }) => role.kind === "clock")?.identifier;
  const parts =
    mode === "vcd" ? traced(checksum, clock) : drive ? driven(ports, clock, drive) : inside(checksum, clock);
  return `#include <chrono>
#include <cstdint>
#include <cstdio>
#include "V${top}.h"
#include "verilated.h"
${mode === "vcd" ? '#include "verilated_vcd_c.h"' : ""}

int main(int argc, char** argv) {
  VerilatedContext context;
  V${top} top(&context);
  uint64_t now = 0;
${parts.setUp}
  const auto run = [&](uint64_t cycles) {
    for (uint64_t i = 0; i < cycles; i++, now++) {
${parts.cycle}
    }
  };
  run(1);
${reset ? `  run(${reset.cycles - 1});\n  top.${reset.port} = 1;` : ""}
  printf("0 0\\n");
  fflush(stdout);
  unsigned long long cycles;
  while (scanf("%llu", &cycles) == 1) {
    const auto from = std::chrono::steady_clock::now();
    run(cycles);
    const std::chrono::nanoseconds taken = std::chrono::steady_clock::now() - from;
    printf("%lld %lu\\n", (long long)taken.count(), (unsigned long)(${parts.checksum}));
    fflush(stdout);
  }
${parts.finish}
  top.final();
  return 0;
}
`;
}

function inside(checksum: string, clock = ""): Parts {
  return {
    setUp: `  top.${clock} = 0;\n  top.eval();`,
    cycle: `      top.${clock} = 1;\n      top.eval();\n      top.${clock} = 0;\n      top.eval();`,
    finish: "",
    checksum: `top.${checksum}`,
  };
}

/** The values of a cycle at the edge that began it, and both edges of the clock, as our own waves have them. */
function traced(checksum: string, clock = ""): Parts {
  return {
    setUp: `  context.traceEverOn(true);
  VerilatedVcdC waves;
  top.trace(&waves, 99);
  waves.open(argv[1]);
  top.${clock} = 0;
  top.eval();
  waves.dump(uint64_t(0));`,
    cycle: `      top.${clock} = 1;
      top.eval();
      waves.dump(10 * now + 10);
      top.${clock} = 0;
      top.eval();
      waves.dump(10 * now + 15);`,
    finish: "  waves.close();",
    checksum: `top.${checksum}`,
  };
}

function driven(ports: readonly VerilogPort[], clock = "", drive: (port: VerilogPort) => Drive): Parts {
  const own = ports.filter(({ role }) => role.kind === "port");
  const inputs = own
    .filter(({ direction }) => direction === "in")
    .map((port) => ({ port, width: port.width, drive: drive(port) }));
  const random = inputs.filter((input) => input.drive.kind !== "window");
  const bits = new Map(shareWords(random).map((own, i) => [random[i], own]));
  const reads = own.filter(({ direction }) => direction === "out").map((port) => readPort(port));
  const writes = inputs.map((input) => writePort(input.port, input.drive, bits.get(input)));
  return {
    setUp: `  uint32_t state = ${driveSeed}u, checksum = 0;
  const auto random = [&state]() -> uint32_t {
    state ^= state << 13;
    state ^= state >> 17;
    return state ^= state << 5;
  };
  uint32_t word = 0;
  const auto take = [&checksum](uint32_t word) { checksum = (checksum << 1 | checksum >> 31) ^ word; };
  const auto drive = [&](uint64_t cycle) {
${writes.join("\n")}
  };
  drive(0);`,
    cycle: `      top.${clock} = 0;
      top.eval();
${reads.join("\n")}
      top.${clock} = 1;
      top.eval();
      drive(now + 1);`,
    finish: "",
    checksum: "checksum",
  };
}

function writePort({ identifier }: VerilogPort, drive: Drive, bits: RandomBits | undefined): string {
  if (drive.kind === "window")
    return `    top.${identifier} = (cycle % ${drive.period}) - ${drive.from}u < ${drive.length}u;`;
  const { fresh, low, count } = bits ?? { fresh: true, low: 0, count: 32 };
  const value = `word >> ${low} & ${2 ** count - 1}u`;
  const next = fresh ? "    word = random();\n" : "";
  return `${next}    top.${identifier} = ${drive.kind === "mostly" ? `(${value}) != 0` : value};`;
}

function readPort({ identifier, width }: VerilogPort): string {
  if (width > 32) throw new RangeError(`${identifier} is ${width} bits wide; driven ports have up to 32`);
  return `      take(top.${identifier});`;
}
