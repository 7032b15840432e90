import { Bool, Bundle, cat, clog2, inst, module, mux, reg, select, UInt, when } from "../../lang/index.ts";
import { Fifo, MaskedSram } from "../../lib/index.ts";
import { AxiAddress, AxiRead, incrementingBurst } from "../axi.ts";
import { AxiReadChecker } from "../axi-checker.ts";
import { resize } from "../dma/resize.ts";
import { instructionBits } from "../isa/index.ts";
import { channelConfig, type NpuConfig, transactionIds } from "../npu-config.ts";
import { HostRow, hostReads, hostRow, hostWrites, RowAccess } from "../row-access.ts";
import { ProgramAddress } from "./loop-stack.ts";

export const instructionBytes = instructionBits / 8;

/** Bytes of a row of the instruction memory: a beat of the bus or an instruction, whichever is longer. */
export const instructionRowBytes = ({ side }: NpuConfig): number => Math.max(side, instructionBytes);

/** Instructions that are read at once: a burst of 256 bytes. */
export const fetchBlock = 16;
/** Bytes that a program's address is a multiple of, so that no burst crosses 4 KiB. */
export const programAlignment = fetchBlock * instructionBytes;
/** Bursts under way, so that a program without loops runs on at a latency of some 100 cycles. */
const mostFlying = 4;

/** Instructions of the longest loop of which all turns can be read from the instruction memory. */
export const longestLoop = ({ instructions }: NpuConfig): number => instructions - 2 * fetchBlock;

/**
 * Reads a program from DRAM ahead of its use, into an instruction memory that holds a part of it: what lies before
 * `oldest` makes room for what comes.
 *
 *     bursts ─► R ─► instruction memory (a ring) ─► word
 *
 * - `start`: the program of `length` instructions at `address` (a multiple of `programAlignment`) is read from its
 *   beginning; not while `busy`. `stop`: no more of it is asked for.
 * - `fetched`: instructions that are there, from the first on, in an order that ends at the program's last or behind it.
 * - `read`: enable and number of an instruction, from `oldest` to `fetched` − 1; it is `word` in the next cycle, and
 *   keeps being so until the next read.
 * - `access`: of the host; `row` is what it read in the cycle before.
 * - `failed`: the bus gave an error for the beat at `place` in this cycle. `beat`: a beat comes.
 * - `busy`: bursts are under way.
 */
export const InstructionFetch = (config: NpuConfig) => {
  const { side, instructions } = config;
  const channel = channelConfig(config, transactionIds.fetch);
  const Addresses = Fifo(AxiAddress(channel), 2);
  const Checker = AxiReadChecker(channel, mostFlying);
  const Flying = UInt(clog2(mostFlying + 1));

  const wordBytes = instructionRowBytes(config);
  const beatsOfWord = wordBytes / side;
  const instructionsOfWord = wordBytes / instructionBytes;
  const words = instructions / instructionsOfWord;
  const Memory = MaskedSram(UInt(8 * wordBytes), words, beatsOfWord);
  const beatShift = Math.log2(beatsOfWord);
  const wordShift = Math.log2(instructionsOfWord);
  const Beats = UInt(24 + 4);

  return module(
    "InstructionFetch",
    {
      params: { side, instructions },
      in: {
        start: Bool,
        stop: Bool,
        address: UInt(32),
        length: ProgramAddress,
        oldest: ProgramAddress,
        read: Bundle({ enable: Bool, address: ProgramAddress }),
        access: RowAccess(config),
      },
      out: {
        bus: AxiRead(channel),
        word: UInt(instructionBits),
        row: HostRow(config),
        fetched: ProgramAddress,
        failed: Bool,
        place: UInt(32),
        beat: Bool,
        busy: Bool,
      },
    },
    ({ start, stop, address, length, oldest, read, access, bus }) => {
      const base = reg(UInt(32), 0);
      const active = reg(Bool, 0);
      const asked = reg(ProgramAddress, 0); // instructions
      const beats = reg(Beats, 0); // that have come
      const flying = reg(Flying, 0);

      const addresses = inst(Addresses);
      const left = length.sub(asked);
      const whole = asked.ge(length).not().and(left.ge(fetchBlock));
      const block = mux(whole, UInt(9).lit(fetchBlock), left.trunc(9));
      const room = asked.sub(oldest).le(instructions - fetchBlock);
      const asks = active.and(asked.lt(length)).and(room).and(flying.ne(mostFlying)).and(stop.not());
      const goes = asks.and(addresses.out.enq.ready);
      const blockBeats = block
        .shl(beatShift)
        .add(instructionsOfWord - 1)
        .shr(wordShift);
      addresses.in = {
        enq: {
          valid: asks,
          bits: {
            id: UInt(channel.idBits).lit(channel.id),
            addr: resize(base.add(asked.extend(32).shl(4)), channel.addressBits),
            len: blockBeats.sub(1).trunc(8),
            size: UInt(3).lit(Math.log2(side)),
            burst: UInt(2).lit(incrementingBurst),
          },
        },
        deq: bus.ar,
      };

      const { valid, bits } = bus.r;
      const returned = valid.and(bits.last);
      when(start, () => {
        base.next = address;
        active.next = 1;
        asked.next = 0;
        beats.next = 0;
      }).otherwise(() => {
        when(stop, () => {
          active.next = 0;
        });
        when(goes, () => {
          asked.next = asked.add(block.extend(24));
        });
        when(valid, () => {
          beats.next = beats.add(1);
        });
      });
      when(goes.ne(returned), () => {
        flying.next = mux(goes, flying.add(1), flying.sub(1));
      });

      const [looks, changes] = [hostReads(access, "instructions"), hostWrites(access, "instructions")];
      const place = access.row.trunc(clog2(words));
      const lanes = UInt(beatsOfWord);
      const lane = lanes.lit(1).shl(beatShift === 0 ? 0 : beats.trunc(beatShift));
      const memory = Memory({
        write: { enable: valid.or(changes), address: mux(changes, place, beats.shr(beatShift).trunc(clog2(words))) },
        data: mux(
          changes,
          access.data.trunc(8 * wordBytes),
          cat(...Array.from({ length: beatsOfWord }, () => bits.data)),
        ),
        mask: mux(changes, lanes.lit(2 ** beatsOfWord - 1), lane),
        read: {
          enable: read.enable.or(looks),
          address: mux(looks, place, read.address.shr(wordShift).trunc(clog2(words))),
        },
      });
      const inWord = reg(UInt(Math.max(1, wordShift)), 0);
      when(read.enable, () => {
        inWord.next = read.address.trunc(Math.max(1, wordShift));
      });
      const parts = Array.from({ length: instructionsOfWord }, (_, i) =>
        memory.data.bits(instructionBits * i, instructionBits),
      );
      const [only] = parts;

      Checker({ ar: { ...addresses.out.deq, ready: bus.ar.ready }, r: { ...bus.r, ready: Bool.lit(1) } });
      return {
        bus: { ar: addresses.out.deq, r: { ready: Bool.lit(1) } },
        word: parts.length === 1 && only ? only : select(parts, inWord),
        row: hostRow(config, memory.data),
        fetched: beats.shr(beatShift).shl(wordShift).trunc(24),
        failed: valid.and(bits.resp.bit(1)),
        place: base.add(beats.extend(32).shl(Math.log2(side))),
        beat: valid,
        busy: flying.ne(0),
      };
    },
  );
};
