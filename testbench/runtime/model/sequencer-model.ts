import type { Instruction } from "../instruction.ts";
import { type Operands, operandsOf } from "./operands.ts";
import { ProgramError } from "./program-error.ts";

/** Loops within loops, and instructions that a loop's body may have: it must fit the instruction memory. */
const mostLoops = 8;

interface Loop {
  readonly start: number;
  readonly end: number;
  readonly step: Addresses;
  left: number;
  sum: Addresses;
}

interface Addresses {
  readonly a: number;
  readonly w: number;
  readonly acc: number;
}

/** The order in which a program's instructions come, loops gone round, with the addresses of GEMMs as the loops move them. */
export class SequencerModel {
  pc = 0;
  private readonly program: readonly Operands[];
  private readonly loops: Loop[] = [];

  /** @throws InputError for an instruction that the instruction set does not have */
  constructor(
    private readonly instructions: readonly Instruction[],
    private readonly tile: number,
  ) {
    this.program = instructions.map(operandsOf);
  }

  /** The instruction at `pc`, as its queue is given it. Goes round the loops that end here. */
  get current(): Operands {
    for (let loop = this.loops.at(-1); loop && loop.end === this.pc; loop = this.loops.at(-1)) {
      if (--loop.left > 0) {
        loop.sum = added(loop.sum, loop.step);
        this.pc = loop.start;
      } else this.loops.pop();
    }
    const operands = this.program[this.pc];
    if (!operands) throw new ProgramError(`tile ${this.tile}: the program ends without halt`);
    return operands.mnemonic === "gemm" ? this.moved(operands) : operands;
  }

  advance(): void {
    this.pc++;
  }

  /** Enters the loop at `pc`. */
  enter(operands: Operands): void {
    const number = (name: string) => operands.number(name);
    const start = this.pc + 1;
    const end = start + number("body");
    const around = this.loops.at(-1);
    const wrong =
      number("depth") !== this.loops.length || number("depth") >= mostLoops
        ? `it is in ${this.loops.length} loops`
        : number("count") === 0 || number("body") === 0
          ? "it has at least one turn and one instruction"
          : around && end > around.end
            ? "it goes beyond the loop around it"
            : null;
    if (wrong !== null)
      throw new ProgramError(`tile ${this.tile}, instruction ${this.pc} (${operands.text}): ${wrong}`);
    const step = { a: number("a"), w: number("w"), acc: number("acc") };
    this.loops.push({ start, end, step, left: number("count"), sum: { a: 0, w: 0, acc: 0 } });
    this.pc = start;
  }

  private moved(operands: Operands): Operands {
    if (this.loops.length === 0) return operands;
    const offset = this.loops.reduce((sum, loop) => added(sum, loop.sum), { a: 0, w: 0, acc: 0 });
    const instruction = this.instructions[this.pc];
    if (!instruction) return operands;
    const moved = (name: keyof Addresses) => (operands.number(name) + offset[name]) % 2 ** 16;
    return operandsOf({
      ...instruction,
      operands: { ...instruction.operands, a: moved("a"), w: moved("w"), acc: moved("acc") },
    });
  }
}

function added(one: Addresses, other: Addresses): Addresses {
  return { a: one.a + other.a, w: one.w + other.w, acc: one.acc + other.acc };
}
