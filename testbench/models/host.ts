import { axiResponses } from "../../hdl/npu/axi.ts";
import { SimulationError } from "../../sim/engine.ts";
import type { Engine } from "../../sim/index.ts";
import type { Clocked } from "../bench/clocked.ts";
import type { Process } from "../bench/process.ts";
import { until } from "../bench/wait.ts";

/** An access under way: its parts that have been taken, and its answer. */
interface Access {
  readonly write: boolean;
  readonly address: number;
  readonly data: number;
  addressTaken: boolean;
  dataTaken: boolean;
  answer: { readonly data: number; readonly response: number } | null;
}

type Handshake = { readonly valid: Uint32Array; readonly ready: Uint32Array };

/**
 * A host at an AXI4-Lite port with 32 bits of data (Arm IHI 0022, chapter B1): reads and writes registers, one access at a
 * time, from processes.
 */
export class Host implements Clocked {
  private access: Access | null = null;
  private readonly ar: Handshake & { readonly addr: Uint32Array };
  private readonly r: Handshake & { readonly data: Uint32Array; readonly resp: Uint32Array };
  private readonly aw: Handshake & { readonly addr: Uint32Array };
  private readonly w: Handshake & { readonly data: Uint32Array; readonly strb: Uint32Array };
  private readonly b: Handshake & { readonly resp: Uint32Array };

  /** `path` of the port among the design's inputs. @throws SimulationError for a path that is none */
  constructor(
    private readonly engine: Engine,
    path: string,
  ) {
    const asks = (channel: string) => ({
      valid: engine.input(`${path}.${channel}.valid`),
      ready: engine.signal(`${path}.${channel}.ready`),
    });
    const answers = (channel: string) => ({
      valid: engine.signal(`${path}.${channel}.valid`),
      ready: engine.input(`${path}.${channel}.ready`),
    });
    const input = (bits: string) => engine.input(`${path}.${bits}`);
    const output = (bits: string) => engine.signal(`${path}.${bits}`);
    this.ar = { ...asks("ar"), addr: input("ar.bits.addr") };
    this.r = { ...answers("r"), data: output("r.bits.data"), resp: output("r.bits.resp") };
    this.aw = { ...asks("aw"), addr: input("aw.bits.addr") };
    this.w = { ...asks("w"), data: input("w.bits.data"), strb: input("w.bits.strb") };
    this.b = { ...answers("b"), resp: output("b.bits.resp") };
  }

  /** Reads 32 bits. @throws SimulationError when the answer is an error */
  *read(address: number): Process<number> {
    return yield* this.carryOut(false, address, 0);
  }

  /** Writes 32 bits. @throws SimulationError when the answer is an error */
  *write(address: number, data: number): Process {
    yield* this.carryOut(true, address, data);
  }

  sample(): void {
    const { access, ar, r, aw, w, b } = this;
    if (!access) return;
    if (moves(access.write ? aw : ar)) access.addressTaken = true;
    if (access.write && moves(w)) access.dataTaken = true;
    if (moves(r)) access.answer = { data: r.data[0] ?? 0, response: r.resp[0] ?? 0 };
    if (moves(b)) access.answer = { data: 0, response: b.resp[0] ?? 0 };
  }

  drive(): void {
    const { access, ar, r, aw, w, b } = this;
    const open = access !== null && access.answer === null;
    ar.valid[0] = Number(open && !access.write && !access.addressTaken);
    aw.valid[0] = Number(open && access.write && !access.addressTaken);
    w.valid[0] = Number(open && access.write && !access.dataTaken);
    r.ready[0] = Number(open && !access.write);
    b.ready[0] = Number(open && access.write);
    if (access) {
      ar.addr[0] = access.address;
      aw.addr[0] = access.address;
      w.data[0] = access.data;
      w.strb[0] = 15;
    }
    this.engine.touch();
  }

  private *carryOut(write: boolean, address: number, data: number): Process<number> {
    yield* until(() => this.access === null, "the host is free");
    const access: Access = { write, address, data, addressTaken: false, dataTaken: false, answer: null };
    this.access = access;
    const what = `${write ? "write" : "read"} of 0x${address.toString(16)}`;
    yield* until(() => access.answer !== null, `the host's ${what} is answered`);
    this.access = null;
    const response = access.answer?.response ?? 0;
    if (response !== axiResponses.okay) {
      const reason = response === axiResponses.decodeError ? "nothing is there" : "it is refused";
      throw new SimulationError(`the host's ${what} is answered with an error: ${reason}`);
    }
    return access.answer?.data ?? 0;
  }
}

const moves = ({ valid, ready }: Handshake): boolean => valid[0] === 1 && ready[0] === 1;
