import { describe, expect, test } from "vitest";
import { simulate } from "../../../testbench/bench/simulate.ts";
import { axiResponses } from "../axi.ts";
import { ControlRegisters } from "./control-registers.ts";
import { counterOffset, counters } from "./counter-map.ts";
import { csrs } from "./csr-map.ts";

const { okay, subordinateError, decodeError } = axiResponses;

function registersOf(engine: "interpreter" | "wasm") {
  const dut = simulate(ControlRegisters, { engine });
  const access = (write: number, address: number, data: number) => {
    dut.in.csr.valid = 1;
    dut.in.csr.bits = { write, address, data };
    dut.out.response.ready = 1;
    while (!dut.in.csr.ready) dut.step();
    const { start, abort, clearCounters } = dut.out;
    dut.step();
    dut.in.csr.valid = 0;
    const { valid, bits } = dut.out.response;
    expect(valid).toBe(1);
    dut.step();
    return { ...bits, orders: [start, abort, clearCounters] };
  };
  const read = (address: number) => access(0, address, 0xffff_ffff);
  const write = (address: number, data: number) => access(1, address, data);
  return { dut, read, write };
}

describe.each(["interpreter", "wasm"] as const)("ControlRegisters on the %s engine", (engine) => {
  test("what is written is read, as far as there are bits for it", () => {
    const { dut, read, write } = registersOf(engine);
    for (const { offset } of [csrs.programAddress, csrs.programLength, csrs.watchdog, csrs.interruptEnable])
      expect(write(offset, 0x8765_4321).resp).toBe(okay);
    expect(read(csrs.programAddress.offset)).toMatchObject({ data: 0x8765_4300, resp: okay });
    expect(read(csrs.programLength.offset).data).toBe(0x65_4321);
    expect(read(csrs.watchdog.offset).data).toBe(0x8765_4321);
    expect(read(csrs.interruptEnable.offset).data).toBe(0x21);
    expect([dut.out.programAddress, dut.out.programLength, dut.out.watchdog]).toEqual([
      ...[0x8765_4300, 0x65_4321, 0x8765_4321],
    ]);
  });

  test("orders last a cycle; a start is refused unless the tile is at rest", () => {
    const { dut, read, write } = registersOf(engine);
    dut.in.rest = 1;
    expect(write(csrs.control.offset, 0b101)).toMatchObject({ resp: okay, orders: [1, 0, 1] });
    expect([dut.out.start, dut.out.abort, dut.out.clearCounters]).toEqual([0, 0, 0]);
    expect(read(csrs.control.offset)).toMatchObject({ data: 0, resp: okay, orders: [0, 0, 0] });
    dut.in.rest = 0;
    expect(write(csrs.control.offset, 0b001)).toMatchObject({ resp: subordinateError, orders: [0, 0, 0] });
    expect(write(csrs.control.offset, 0b010)).toMatchObject({ resp: okay, orders: [0, 1, 0] });
  });

  test("interrupts stay until they are cleared, and reach the host where they are enabled", () => {
    const { dut, read, write } = registersOf(engine);
    dut.in.events = { halted: 1, fault: 0, queues: 0b1001, deadlock: 0 };
    dut.step();
    dut.in.events = { halted: 0, fault: 0, queues: 0, deadlock: 0 };
    expect([read(csrs.interrupt.offset).data, dut.out.interrupt]).toEqual([0b100101, 0]);
    write(csrs.interruptEnable.offset, 0b100);
    expect(dut.out.interrupt).toBe(1);
    expect(write(csrs.interrupt.offset, 0b000101).resp).toBe(okay);
    expect([read(csrs.interrupt.offset).data, dut.out.interrupt]).toEqual([0b100000, 0]);
    dut.in.events = { halted: 0, fault: 1, queues: 0, deadlock: 1 };
    expect(write(csrs.interrupt.offset, 0x7f).resp).toBe(okay);
    expect(read(csrs.interrupt.offset).data).toBe(0b1000010);
  });

  test("the halves of a counter belong together", () => {
    const { dut, read } = registersOf(engine);
    dut.in.counter = 0x1234_5678_9abc_def0n;
    expect(read(counterOffset("bytesStore"))).toMatchObject({ data: 0x9abc_def0, resp: okay });
    dut.in.counter = 0x7fff_ffff_ffff_ffffn;
    expect(read(counterOffset("bytesStore") + 4).data).toBe(0x1234_5678);
    dut.in.csr.bits = { write: 0, address: counterOffset("macsUseful"), data: 0 };
    expect(dut.out.counterIndex).toBe(counters.findIndex(({ name }) => name === "macsUseful"));
  });

  test("what is no register, or cannot be written, is an error", () => {
    const { dut, read, write } = registersOf(engine);
    dut.in.words = { ...dut.in.words, pc: 77 };
    expect(write(csrs.pc.offset, 5).resp).toBe(subordinateError);
    expect(read(csrs.pc.offset)).toMatchObject({ data: 77, resp: okay });
    expect(write(counterOffset("cycles"), 5).resp).toBe(subordinateError);
    const beyond = counterOffset("cycles") + 8 * counters.length;
    for (const address of [0x03c, 0x002, 0x100, beyond, 0x20_0000, 0xff_fffc])
      expect([address, read(address).resp, write(address, 1).resp]).toEqual([address, decodeError, decodeError]);
  });
});
