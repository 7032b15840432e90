import { describe, expect, test } from "vitest";
import { replay, seedOf } from "../../../testbench/bench/seed.ts";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { axiResponses } from "../axi.ts";
import { HostPort } from "./host-port.ts";

const seed = seedOf(undefined);
const ids = [0x00, 0x01, 0x10];
const Dut = HostPort(ids);
const { okay, subordinateError, decodeError } = axiResponses;

/** Tiles that remember what was written to them and answer after a random time. */
function hostOf(engine: "interpreter" | "wasm") {
  const dut = simulate(Dut, { engine, seed });
  const memory = ids.map(() => new Map<number, number>());
  const answers: { left: number; data: number; resp: number }[][] = ids.map(() => []);
  const step = () => {
    const asked: number[] = [];
    for (const [i, csr] of dut.out.csr.entries()) {
      const own = answers[i] ?? [];
      csr.ready = Number(dut.random.bool(0.5));
      const [first] = own;
      const due = first !== undefined && first.left-- <= 0;
      Object.assign(dut.in.response[i] ?? {}, {
        valid: Number(due),
        bits: { data: first?.data ?? 0, resp: first?.resp ?? 0 },
      });
      if (due && dut.in.response[i]?.ready) own.shift();
      if (csr.valid && csr.ready) asked.push(i);
    }
    for (const i of asked) {
      const { write, address, data } = dut.out.csr[i]?.bits ?? { write: 0, address: 0, data: 0 };
      const resp = address === 0xbad4 ? decodeError : okay;
      if (write && resp === okay) memory[i]?.set(address, data);
      answers[i]?.push({ left: dut.random.below(4), data: write ? 0 : (memory[i]?.get(address) ?? 0), resp });
    }
    dut.step();
  };
  const until = (holds: () => number) => {
    for (let cycle = 0; !holds(); cycle++) {
      if (cycle > 100) throw new Error("the host port does not answer");
      step();
    }
  };
  const { ar, r, aw, w, b } = dut.in.host;
  const read = (addr: number) => {
    Object.assign(ar, { valid: 1, bits: { addr } });
    until(() => ar.ready);
    step();
    ar.valid = 0;
    r.ready = 0;
    until(() => r.valid);
    step();
    const answer = { ...r.bits };
    r.ready = 1;
    step();
    return answer;
  };
  const write = (addr: number, data: number, strb = 15) => {
    Object.assign(aw, { valid: 1, bits: { addr } });
    step();
    Object.assign(w, { valid: 1, bits: { data, strb } });
    until(() => aw.ready & w.ready);
    step();
    aw.valid = 0;
    w.valid = 0;
    until(() => b.valid);
    const { resp } = b.bits;
    b.ready = 1;
    step();
    return resp;
  };
  return { dut, memory, read, write, step };
}

describe.each(["interpreter", "wasm"] as const)(`HostPort on the %s engine (${replay(seed)})`, (engine) => {
  test("accesses reach the tile that the upper bits name", () => {
    const { read, write } = hostOf(engine);
    for (const [i, id] of ids.entries()) expect(write(id * 2 ** 24 + 0x01_0008, 1000 + i)).toBe(okay);
    for (const [i, id] of ids.entries()) expect(read(id * 2 ** 24 + 0x01_0008)).toEqual({ data: 1000 + i, resp: okay });
    expect(read(0x0001_000c)).toEqual({ data: 0, resp: okay });
  });

  test("errors: of the tile, no tile, part of a word", () => {
    const { read, write, memory } = hostOf(engine);
    expect(write(0x1000_bad4, 5)).toBe(decodeError);
    expect(read(0x1000_bad4)).toEqual({ data: 0, resp: decodeError });
    for (const id of [0x02, 0x11, 0xff])
      expect([read(id * 2 ** 24).resp, write(id * 2 ** 24, 1)]).toEqual([decodeError, decodeError]);
    expect(write(0x0100_0010, 5, 0b0111)).toBe(subordinateError);
    expect(memory.map(({ size }) => size)).toEqual([0, 0, 0]);
  });

  test("reads and writes that both wait take turns", () => {
    const { dut, step } = hostOf(engine);
    const { ar, r, aw, w, b } = dut.in.host;
    Object.assign(ar, { valid: 1, bits: { addr: 0 } });
    Object.assign(aw, { valid: 1, bits: { addr: 4 } });
    Object.assign(w, { valid: 1, bits: { data: 1, strb: 15 } });
    r.ready = 1;
    b.ready = 1;
    let order = "";
    for (let i = 0; i < 120; i++) {
      if (r.valid) order += "r";
      if (b.valid) order += "w";
      step();
    }
    expect(order).toMatch(/^(wr){4}/);
  });
});
