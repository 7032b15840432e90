import {
  Bool,
  Bundle,
  cat,
  Enum,
  inst,
  match,
  module,
  mux,
  reg,
  Stream,
  UInt,
  unpack,
  when,
} from "../../lang/index.ts";
import { Decoder, Fault, instructionBits, mnemonicIs, operandOf } from "../isa/index.ts";
import { LoopCommand, LoopStack, ProgramAddress } from "./loop-stack.ts";

/**
 * What the sequencer is doing.
 *
 * - `Idle`: waits for `start`. `Fetch`: reads the next instruction, or goes round a loop. `Dispatch`: gives it to its
 *   queue, or carries it out. `Halted`, `Faulted`: until the next `start`.
 */
export const programStates = ["Idle", "Fetch", "Dispatch", "Halted", "Faulted"] as const;
export const ProgramState = Enum(...programStates);

/** Why a program stopped: an illegal instruction, a loop that does not nest, an end without HALT, a fault elsewhere. */
export const programFaults = ["None", "Illegal", "Loop", "End", "Unit"] as const;
export const ProgramFault = Enum(...programFaults);

/** What the program waits for in a cycle: its next instruction, room in a queue, or units in FENCE or HALT. */
export const programWaits = ["Nothing", "Fetch", "Queue", "Fence"] as const;
export const ProgramWait = Enum(...programWaits);

/** What a sequencer is made for. */
export interface SequencerOptions {
  /** Instructions of the longest loop that can be read again: 1 to 65,535. */
  readonly longestLoop: number;
  /** Whether there are an execute and a vector unit. Without, their instructions and every variant but the first of the others are illegal. */
  readonly compute: boolean;
}

/** A write of a configuration register. */
export const Configure = Bundle({ valid: Bool, register: UInt(8), bits: UInt(64) });

const Instruction = UInt(instructionBits);

/**
 * Runs a program: takes one instruction after the other from the instruction memory, carries out CFG, LOOP, FENCE, HALT
 * and NOP itself and gives the others to their queues. An instruction takes two cycles, and one more for each loop that
 * ends behind it.
 *
 * - `start`: the program of `length` instructions begins at its first one, unless one is running. `abort`: it ends.
 * - `fetched`: how many of its instructions are in the instruction memory; it waits for the next one to be.
 * - `read`: enable and number of an instruction; `word` is it in the next cycle. `oldest`: the first one that may still be
 *   read again, in a loop.
 * - `load` … `store`: to the queues. The addresses of a GEMM have what the loops add.
 * - `idle[i]`: queue i (0 load to 3 store) and its unit have nothing left to do.
 * - `stop`: something else failed; the program stops with the instruction at hand, unless it has gone to its queue.
 * - `pc`: the instruction at hand, after a fault the one that is wrong; `fault` and `illegal` say why. `code`: of the last
 *   FENCE or HALT. `advances`: an instruction is carried out or has gone to its queue; `waits`: why none is.
 */
export const ProgramSequencer = ({ longestLoop, compute }: SequencerOptions) =>
  module(
    "ProgramSequencer",
    {
      params: { longestLoop, compute },
      in: {
        start: Bool,
        stop: Bool,
        abort: Bool,
        length: ProgramAddress,
        fetched: ProgramAddress,
        word: Instruction,
        idle: UInt(4),
      },
      out: {
        read: Bundle({ enable: Bool, address: ProgramAddress }),
        oldest: ProgramAddress,
        load: Stream(Instruction),
        execute: Stream(Instruction),
        vector: Stream(Instruction),
        store: Stream(Instruction),
        configure: Configure,
        state: ProgramState,
        pc: ProgramAddress,
        fault: ProgramFault,
        illegal: Fault,
        code: UInt(8),
        advances: Bool,
        waits: ProgramWait,
      },
    },
    ({ start, stop, abort, length, fetched, word, idle, load, execute, vector, store }) => {
      const state = reg(ProgramState, "Idle");
      const pc = reg(ProgramAddress, 0);
      const fault = reg(ProgramFault, "None");
      const illegal = reg(Fault, "None");
      const code = reg(UInt(8), 0);
      const outermost = reg(ProgramAddress, 0); // where the outermost loop begins
      const looping = reg(UInt(4), 0); // loops around

      const decoder = Decoder({ instruction: word });
      const queued = decoder.unit.is("Controller").not();
      const missing = decoder.unit.is("Execute").or(decoder.unit.is("Vector"));
      const variant = queued.and(word.bits(8, 3).ne(0));
      const outside = mux(missing, Fault.lit("Opcode"), mux(variant, Fault.lit("Sub"), "None"));
      const illegality = compute ? decoder.fault : mux(decoder.fault.is("None"), outside, decoder.fault);
      const legal = illegality.is("None");
      const [fences, halts] = [mnemonicIs(word, "fence"), mnemonicIs(word, "halt")];
      const dispatching = state.is("Dispatch");
      const acts = dispatching.and(legal).and(stop.not());
      const own = acts.and(queued.not());
      const loops = inst(LoopStack(longestLoop));
      const enters = own.and(mnemonicIs(word, "loop"));
      const fetching = state.is("Fetch");

      const lacksIdle = operandOf(word, "fence", "queues", 4).and(idle.not()).any();
      const waits = fences.and(lacksIdle).or(halts.and(idle.all().not()));

      const queues = { Load: load, Execute: execute, Vector: vector, Store: store };
      const to = (unit: keyof typeof queues) => acts.and(decoder.unit.is(unit));
      const taken = to("Load")
        .and(load.ready)
        .or(to("Execute").and(execute.ready))
        .or(to("Vector").and(vector.ready))
        .or(to("Store").and(store.ready));

      const begins = start.and(fetching.not()).and(dispatching.not());
      const ended = fetching.and(loops.out.ended);
      const past = pc.ge(length);
      const reads = fetching.and(loops.out.ended.not()).and(past.not()).and(pc.lt(fetched)).and(stop.not());

      loops.in = { pc, enter: enters, loop: unpack(LoopCommand, word.bits(16, 83)), turn: ended, clear: begins };

      const advance = () => {
        pc.next = pc.add(1);
        state.next = "Fetch";
      };
      const fail = (cause: "Illegal" | "Loop" | "End" | "Unit") => {
        fault.next = cause;
        state.next = "Faulted";
      };
      const begin = () => {
        when(start, () => {
          pc.next = 0;
          looping.next = 0;
          fault.next = "None";
          illegal.next = "None";
          state.next = "Fetch";
        });
      };

      match(state, {
        Idle: begin,
        Halted: begin,
        Faulted: begin,
        Fetch: () => {
          when(stop, () => {
            fail("Unit");
          })
            .elseWhen(loops.out.ended, () => {
              pc.next = loops.out.target;
              when(loops.out.target.eq(pc), () => {
                looping.next = looping.sub(1);
              });
            })
            .elseWhen(past, () => {
              fail("End");
            })
            .elseWhen(reads, () => {
              state.next = "Dispatch";
            });
        },
        Dispatch: () => {
          when(stop, () => {
            fail("Unit");
          })
            .elseWhen(legal.not(), () => {
              illegal.next = illegality;
              fail("Illegal");
            })
            .elseWhen(own.not(), () => {
              when(taken, advance);
            })
            .elseWhen(loops.out.refused, () => {
              fail("Loop");
            })
            .elseWhen(enters, () => {
              looping.next = looping.add(1);
              when(looping.eq(0), () => {
                outermost.next = pc;
              });
              advance();
            })
            .elseWhen(waits.not(), () => {
              when(fences, () => {
                code.next = operandOf(word, "fence", "code", 8);
              });
              when(halts, () => {
                code.next = operandOf(word, "halt", "code", 8);
              });
              advance();
              when(halts, () => {
                state.next = "Halted";
              });
            });
        },
      });

      when(abort, () => {
        state.next = "Idle";
      });

      const unfetched = fetching.and(loops.out.ended.not()).and(past.not()).and(pc.lt(fetched).not());
      const full = acts.and(queued).and(taken.not());
      const fenced = own.and(waits);
      const { offsets } = loops.out;
      const moved = cat(
        word.bits(64, 64),
        word.bits(48, 16).add(offsets.acc),
        word.bits(32, 16).add(offsets.w),
        word.bits(16, 16).add(offsets.a),
        word.bits(0, 16),
      );

      return {
        read: { enable: reads, address: pc },
        oldest: mux(looping.eq(0), pc, outermost),
        load: { valid: to("Load"), bits: word },
        execute: { valid: to("Execute"), bits: moved.trunc(instructionBits) },
        vector: { valid: to("Vector"), bits: word },
        store: { valid: to("Store"), bits: word },
        configure: {
          valid: own.and(mnemonicIs(word, "cfg")),
          register: operandOf(word, "cfg", "reg", 8),
          bits: operandOf(word, "cfg", "value", 64),
        },
        state,
        pc,
        fault,
        illegal,
        code,
        advances: acts.and(full.not()).and(fenced.not()).and(loops.out.refused.not()),
        waits: mux(
          unfetched,
          ProgramWait.lit("Fetch"),
          mux(full, ProgramWait.lit("Queue"), mux(fenced, ProgramWait.lit("Fence"), "Nothing")),
        ),
      };
    },
  );
