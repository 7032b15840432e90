import { AxiLite, axiResponses, Bundle, module, Stream, UInt } from "../../hdl/index.ts";
import { daemon, type ProcessFunction } from "../bench/process.ts";
import { Random } from "../bench/random.ts";
import { simulate } from "../bench/simulate.ts";
import { Host } from "./host.ts";

const Address = Stream(Bundle({ addr: UInt(32) }));

/** Takes the host's port apart into its five channels. */
const Channels = module(
  "Channels",
  {
    in: { host: AxiLite, r: Stream(Bundle({ data: UInt(32), resp: UInt(2) })), b: Stream(Bundle({ resp: UInt(2) })) },
    out: { ar: Address, aw: Address, w: Stream(Bundle({ data: UInt(32), strb: UInt(4) })) },
  },
  ({ host, r, b, ar, aw, w }) => ({
    host: { ar, aw, w, r: { valid: r.valid, bits: r.bits }, b: { valid: b.valid, bits: b.bits } },
    ...{ ar: host.ar, aw: host.aw, w: host.w, r: { ready: host.r.ready }, b: { ready: host.b.ready } },
  }),
);

/** An access as it came through the port. */
export interface HostAccess {
  readonly write: boolean;
  readonly address: number;
  readonly data: number;
}

/**
 * A host before registers that are what was written to them, or what the test puts there: those that it does not know are
 * a decode error, those in `refusing` a subordinate's. All handshakes stall by chance, those of address and data of a
 * write apart.
 */
export function hostBench({ engine = "wasm", seed, stalls = 0 }: HostBenchOptions) {
  const dut = simulate(Channels, { engine, seed });
  const host = new Host(dut.engine, "host");
  dut.attach(host);
  const random = new Random(seed);
  const registers = new Map<number, number>();
  const refusing = new Set<number>();
  const accesses: HostAccess[] = [];
  const { ar, aw, w } = dut.out;
  const { r, b } = dut.in;
  const responseTo = (address: number) => {
    if (refusing.has(address)) return axiResponses.subordinateError;
    return registers.has(address) ? axiResponses.okay : axiResponses.decodeError;
  };

  function* reads() {
    for (;;) {
      while (random.bool(stalls)) yield;
      const { addr } = yield* ar.recv();
      accesses.push({ write: false, address: addr, data: 0 });
      while (random.bool(stalls)) yield;
      yield* r.send({ data: registers.get(addr) ?? 0, resp: responseTo(addr) });
    }
  }
  function* writes() {
    for (;;) {
      let address: number | null = null;
      let data: number | null = null;
      while (address === null || data === null) {
        aw.ready = Number(address === null && !random.bool(stalls));
        w.ready = Number(data === null && !random.bool(stalls));
        yield;
        if (aw.valid && aw.ready) address = aw.bits.addr;
        if (w.valid && w.ready) {
          if (w.bits.strb !== 15) throw new Error(`the host writes a part of a word: ${w.bits.strb}`);
          data = w.bits.data;
        }
      }
      aw.ready = 0;
      w.ready = 0;
      accesses.push({ write: true, address, data });
      const resp = responseTo(address);
      if (resp === axiResponses.okay) registers.set(address, data);
      while (random.bool(stalls)) yield;
      yield* b.send({ resp });
    }
  }

  /** Runs processes with the registers behind the host. */
  const run = (...processes: readonly ProcessFunction[]) => dut.run(...processes, daemon(reads), daemon(writes));
  return { dut, host, registers, refusing, accesses, run };
}

export interface HostBenchOptions {
  readonly engine?: "interpreter" | "wasm";
  readonly seed: number;
  readonly stalls?: number;
}
