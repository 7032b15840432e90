import { faultReasons, faultSources, programFaults, programStates, programWaits } from "../controller/index.ts";
import { illegalities } from "../isa/index.ts";

/** Some bits of a register. */
export interface CsrField<Name extends string = string> {
  readonly name: Name;
  readonly low: number;
  readonly width: number;
  readonly about: string;
  /** What its values are called, from 0. Null: a number. */
  readonly values: readonly string[] | null;
}

/** A control or status register of 32 bits. Bits that no field covers read as 0 and are ignored when written. */
export interface Csr {
  /** Byte in the window of the tile. */
  readonly offset: number;
  /** `clear`: a bit that is written as 1 becomes 0. What is written to `read` registers is an error. */
  readonly access: "read" | "write" | "readWrite" | "clear";
  readonly about: string;
  readonly fields: readonly CsrField[];
}

const bits = <const N extends string>(name: N, low: number, width: number, about: string): CsrField<N> => ({
  ...{ name, low, width, about },
  values: null,
});
const choice = <const N extends string>(
  name: N,
  low: number,
  width: number,
  values: readonly string[],
  about: string,
): CsrField<N> => ({ name, low, width, values, about });
const perQueue = "bit 0 load, 1 execute, 2 vector, 3 store";

const csr = <const F extends readonly CsrField[]>(
  offset: number,
  access: Csr["access"],
  about: string,
  ...fields: F
) => ({
  ...{ offset, access, about },
  fields,
});

/** What the id register's upper half always holds: "SY". */
export const csrMagic = 0x5359;

/** Every register of a tile: the one table from which hardware, runtime and documentation are made. */
export const csrs = {
  id: csr(
    0x000,
    "read",
    "what answers here",
    bits("node", 0, 8, "the tile's node in the network"),
    choice("kind", 8, 1, ["compute", "memory"], "what it has"),
    bits("sideLog", 12, 4, "log2 of the side of the array"),
    bits("magic", 16, 16, "0x5359"),
  ),
  control: csr(
    0x004,
    "write",
    "each bit is an order; start is an error unless the tile is at rest",
    bits("start", 0, 1, "runs the program from its first instruction"),
    bits("abort", 1, 1, "ends whatever is under way, empties queues and semaphores"),
    bits("clearCounters", 2, 1, "sets all counters to 0"),
  ),
  status: csr(
    0x008,
    "read",
    "what the tile is doing",
    choice("state", 0, 3, programStates, "what the program does"),
    choice("fault", 4, 3, programFaults, "why it stopped"),
    choice("illegal", 8, 3, illegalities, "why an instruction is illegal"),
    bits("busy", 12, 4, `queues with something waiting or under way: ${perQueue}`),
    bits("fetching", 16, 1, "parts of the program are on their way"),
    bits("aborting", 17, 1, "an abort is under way"),
    bits("rest", 18, 1, "nothing is under way; a program can be started"),
  ),
  pc: csr(
    0x00c,
    "read",
    "the instruction at hand; after a fault of the program the one that is wrong",
    bits("pc", 0, 24, "its number"),
  ),
  programAddress: csr(
    0x010,
    "readWrite",
    "where in DRAM the program lies: a multiple of 256 bytes, lower bits are taken as 0",
    bits("address", 0, 32, "address"),
  ),
  programLength: csr(0x014, "readWrite", "how long the program is", bits("length", 0, 24, "instructions")),
  interrupt: csr(
    0x018,
    "clear",
    "what has happened since the bit was cleared",
    bits("halted", 0, 1, "the program came to its HALT"),
    bits("fault", 1, 1, "the program, a unit or the fetch failed, or the watchdog bit"),
    bits("queues", 2, 4, `an instruction with the flag interrupt is done: ${perQueue}`),
    bits("deadlock", 6, 1, "the watchdog found no progress"),
  ),
  interruptEnable: csr(
    0x01c,
    "readWrite",
    "which bits of the register before it interrupt the host",
    bits("enable", 0, 7, "a bit each"),
  ),
  watchdog: csr(
    0x020,
    "readWrite",
    "how long a running program may make no progress",
    bits("cycles", 0, 32, "cycles; 0: for ever"),
  ),
  deadlock: csr(
    0x024,
    "read",
    "what everything waited for when the watchdog found no progress",
    bits("popPrev", 0, 4, `wait for a token of the queue before: ${perQueue}`),
    bits("popNext", 4, 4, `wait for a token of the queue behind: ${perQueue}`),
    bits("pushPrev", 8, 4, `have no room for a token to the queue before: ${perQueue}`),
    bits("pushNext", 12, 4, `have no room for a token to the queue behind: ${perQueue}`),
    bits("units", 16, 4, `units with an instruction that does not end: ${perQueue}`),
    choice("program", 20, 2, programWaits, "what the program waits for"),
    bits("queue", 22, 2, "the full queue, if it waits for one: 0 load to 3 store"),
  ),
  code: csr(0x028, "read", "how far the program came", bits("code", 0, 8, "code of the last FENCE or HALT")),
  cause: csr(
    0x02c,
    "read",
    "the first fault since the start of the program",
    choice("source", 0, 3, faultSources, "what failed"),
    choice("reason", 4, 3, faultReasons, "why, for units and fetch"),
  ),
  faultAddress: csr(0x030, "read", "address at which the bus gave an error, else 0", bits("address", 0, 32, "address")),
  faultNumber: csr(
    0x034,
    "read",
    "which of the unit's instructions failed",
    bits("number", 0, 32, "instructions of that unit done before it since the start of the program"),
  ),
  sizes: csr(
    0x038,
    "read",
    "logarithms to base 2 of the sizes of the tile's memories",
    bits("scratchpadRows", 0, 5, "rows of the scratchpad"),
    bits("scratchpadBanks", 8, 3, "banks of it"),
    bits("accumulatorRows", 16, 5, "rows of the accumulators; 0 for a memory tile"),
  ),
} satisfies Record<string, Csr>;

export type CsrName = keyof typeof csrs;
/** Names of all registers, in the order of the table. */
export const csrNames: readonly CsrName[] = [
  ...(["id", "control", "status", "pc", "programAddress", "programLength", "interrupt", "interruptEnable"] as const),
  ...(["watchdog", "deadlock", "code", "cause", "faultAddress", "faultNumber", "sizes"] as const),
];

/** Names of the fields of a register. */
export type CsrFieldName<N extends CsrName> = (typeof csrs)[N]["fields"][number]["name"];
