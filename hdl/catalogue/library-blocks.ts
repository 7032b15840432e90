import { ClockDomain, UInt } from "../lang/index.ts";
import {
  ArbiterBank,
  AsyncFifo,
  CreditCounter,
  Fifo,
  GraySynchroniser,
  MaskedSram,
  PulseSynchroniser,
  RoundRobinArbiter,
  Sha256,
  SkidBuffer,
  Sram,
  StallGate,
  StreamArbiter,
  Synchroniser,
} from "../lib/index.ts";
import type { Block } from "./block.ts";
import { itemWidth, numberOf, parameter } from "./parameters.ts";

const fifoDepth = parameter("depth", "items held", 16, [1, 2 ** 20]);
const sramDepth = parameter("depth", "words", 1024, [1, 2 ** 24]);
const requests = parameter("n", "requests", 4, [1, 1024]);

/** The blocks of `hdl/lib`; items are plain numbers of `width` bits. */
export const libraryBlocks: readonly Block[] = [
  {
    name: "Fifo",
    summary: "queue with ready/valid on both sides",
    parameters: [itemWidth, fifoDepth, parameter("flow", "1: an empty queue passes an item on at once", 0, [0, 1])],
    build: (values) =>
      Fifo(UInt(numberOf(values, "width")), numberOf(values, "depth"), { flow: numberOf(values, "flow") === 1 }),
  },
  {
    name: "CreditCounter",
    summary: "free places of a buffer at the far end of a link",
    parameters: [parameter("depth", "places", 8, [1, 2 ** 16])],
    build: (values) => CreditCounter(numberOf(values, "depth")),
  },
  {
    name: "SkidBuffer",
    summary: "registers valid, bits and ready of a stream at full throughput",
    parameters: [itemWidth],
    build: (values) => SkidBuffer(UInt(numberOf(values, "width"))),
  },
  { name: "StallGate", summary: "holds a stream back at random, for tests", parameters: [], build: () => StallGate },
  {
    name: "RoundRobinArbiter",
    summary: "grants one of n requests in turn",
    parameters: [requests],
    build: (values) => RoundRobinArbiter(numberOf(values, "n")),
  },
  {
    name: "ArbiterBank",
    summary: "several such arbiters side by side",
    parameters: [requests, parameter("width", "arbiters", 8, [1, 4096])],
    build: (values) => ArbiterBank(numberOf(values, "n"), numberOf(values, "width")),
  },
  {
    name: "StreamArbiter",
    summary: "merges n streams into one, round robin",
    parameters: [itemWidth, requests],
    build: (values) => StreamArbiter(UInt(numberOf(values, "width")), numberOf(values, "n")),
  },
  {
    name: "Sram",
    summary: "synchronous memory with one write and one read port",
    parameters: [itemWidth, sramDepth],
    build: (values) => Sram(UInt(numberOf(values, "width")), numberOf(values, "depth")),
  },
  {
    name: "MaskedSram",
    summary: "synchronous memory that writes parts of words",
    parameters: [itemWidth, sramDepth, parameter("parts", "mask bits; divides the width", 4, [1, 4096])],
    build: (values) =>
      MaskedSram(UInt(numberOf(values, "width")), numberOf(values, "depth"), numberOf(values, "parts")),
  },
  {
    name: "AsyncFifo",
    summary: "queue between the clocks `write` and `read`",
    parameters: [itemWidth, parameter("depth", "items held, a power of two", 16, [2, 2 ** 16])],
    build: (values) =>
      AsyncFifo(UInt(numberOf(values, "width")), numberOf(values, "depth"), {
        write: ClockDomain("write"),
        read: ClockDomain("read"),
      }),
  },
  {
    name: "Synchroniser",
    summary: "two flip-flops that bring one bit into this clock",
    parameters: [],
    build: () => Synchroniser,
  },
  {
    name: "GraySynchroniser",
    summary: "two flip-flops a bit for a number in Gray code",
    parameters: [parameter("width", "bits of the number", 8, [1, 4096])],
    build: (values) => GraySynchroniser(numberOf(values, "width")),
  },
  {
    name: "PulseSynchroniser",
    summary: "carries pulses from the clock `source` to the clock `sink`",
    parameters: [],
    build: () => PulseSynchroniser(ClockDomain("source"), ClockDomain("sink")),
  },
  { name: "Sha256", summary: "compression function of SHA-256, a round a cycle", parameters: [], build: () => Sha256 },
];
