import { formats } from "../../hdl/npu/isa/index.ts";
import type { Process } from "../bench/process.ts";
import { disassemble } from "./assembler.ts";
import type { Instruction } from "./instruction.ts";
import { SequencerModel } from "./model/sequencer-model.ts";
import { queues } from "./model/step.ts";
import type { RegisterValue, TileRegisters } from "./tile-registers.ts";

/** A tile's program ended with a fault: the message names the tile, the instruction and what is wrong with it. */
export class TileFault extends Error {
  override readonly name = "TileFault";
}

const reasons: Readonly<Record<string, string>> = {
  Operand: "a size, flag or tag that it cannot have",
  Range: "it goes beyond a local memory",
  Read: "the bus answered a read with an error",
  Write: "the bus answered a write with an error",
  Reject: "a flit came from another tile",
};

/** Reads why a tile faulted, and says so in one line. */
export function* describeFault(registers: TileRegisters, program: readonly Instruction[]): Process<string> {
  const { node } = registers;
  const status = yield* registers.read("status");
  const cause = yield* registers.read("cause");
  const pc = (yield* registers.read("pc")).number("pc");
  const tile = `tile (${node & 15}, ${node >> 4})`;
  const source = cause.name("source");
  const reason = reasons[cause.name("reason")] ?? cause.name("reason");
  const address = (yield* registers.read("faultAddress")).number("address");
  const at = address === 0 ? "" : ` at 0x${address.toString(16)}`;
  switch (source) {
    case "Deadlock":
      return `${tile}: deadlock at instruction ${pc}${textAt(program, pc)}: ${deadlockText(yield* registers.read("deadlock"))}`;
    case "Program": {
      const fault = status.name("fault");
      const why = fault === "Illegal" ? `it is illegal (${status.name("illegal")})` : programFaults[fault];
      return `${tile}, instruction ${pc}${textAt(program, pc)}: ${why ?? fault}`;
    }
    case "Fetch":
      return `${tile}: the program could not be fetched: ${reason}${at}`;
    default: {
      const number = (yield* registers.read("faultNumber")).number("number");
      const place = placeOf(program, source, number);
      return `${tile}, ${source.toLowerCase()} unit, instruction ${place ?? `number ${number} of its own`}${textAt(program, place)}: ${reason}${at}`;
    }
  }
}

const programFaults: Readonly<Record<string, string>> = {
  Loop: "the loop does not nest, or is longer than the instruction memory",
  End: "the program ends without halt",
};

function textAt(program: readonly Instruction[], pc: number | null): string {
  const instruction = pc === null ? undefined : program[pc];
  return instruction ? ` (${disassemble([instruction]).trim()})` : "";
}

/** Where in a program the instruction is that is the n-th, from 0, of a unit; loops are gone round. */
function placeOf(program: readonly Instruction[], unit: string, number: number): number | null {
  const sequencer = new SequencerModel(program, 0);
  for (let left = number; sequencer.pc < program.length; ) {
    const { mnemonic } = sequencer.current;
    if (mnemonic === "halt") return null;
    if (mnemonic === "loop") {
      sequencer.enter(sequencer.current);
      continue;
    }
    const own = formats.find((format) => format.mnemonic === mnemonic)?.unit === unit;
    if (own && left-- === 0) return sequencer.pc;
    sequencer.advance();
  }
  return null;
}

/** What everything waits for. */
function deadlockText(deadlock: RegisterValue): string {
  const waits = [
    ["popPrev", "waits for a token of the queue before"],
    ["popNext", "waits for a token of the queue behind"],
    ["pushPrev", "has no room for a token to the queue before"],
    ["pushNext", "has no room for a token to the queue behind"],
    ["units", "has an instruction under way that does not end"],
  ] as const;
  const parts = waits.flatMap(([field, what]) =>
    queues.filter((_, i) => ((deadlock.number(field) >> i) & 1) === 1).map((queue) => `${queue} ${what}`),
  );
  const program = deadlock.name("program");
  if (program === "Queue") parts.push(`the program waits for room in the ${queues[deadlock.number("queue")]} queue`);
  else if (program !== "Nothing")
    parts.push(`the program waits for ${program === "Fetch" ? "its next instruction" : "a fence"}`);
  return parts.join("; ");
}
