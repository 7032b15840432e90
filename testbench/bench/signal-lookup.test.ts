import { expect, test } from "vitest";
import { Bool, Enum, elaborate, mem, module, reg, SInt, UInt, when } from "../../hdl/index.ts";
import { hierarchy } from "../../hdl/netlist/index.ts";
import { findMemory, findSignal } from "./signal-lookup.ts";

const Store = module("Store", { in: { write: Bool, data: SInt(8) }, out: { word: SInt(8) } }, ({ write, data }) => {
  const ram = mem(SInt(8), 4);
  const at = reg(UInt(2), 0);
  const state = reg(Enum("Idle", "Busy"), "Idle");
  when(write, () => {
    ram.write(at, data);
    state.next = "Busy";
  });
  return { word: ram.read(at) };
});
const Top = module("Top", { in: { write: Bool, data: SInt(8) }, out: { word: SInt(8) } }, (io) => {
  const store = Store(io);
  return store;
});
const top = hierarchy(elaborate(Top));

test("signals and memories are found by path, with how they are shown", () => {
  expect(findSignal(top, "write")).toEqual({ width: 1, format: { kind: "bool" } });
  expect(findSignal(top, "store.state")).toEqual({ width: 1, format: { kind: "enum", labels: ["Idle", "Busy"] } });
  expect(findMemory(top, "store.ram")).toEqual({ width: 8, format: { kind: "sint" } });
});

test("a path that is none is told with the nearest one", () => {
  expect(() => findSignal(top, "store.stat")).toThrow("there is no signal store.stat; did you mean store.state?");
  expect(() => findSignal(top, "stor.at")).toThrow("there is no signal stor.at; did you mean store?");
  expect(() => findSignal(top, "store.ram")).toThrow("store.ram is a memory; read one of its words with peekMemory");
  expect(() => findMemory(top, "store.rom")).toThrow("there is no memory store.rom; did you mean store.ram?");
  expect(() => findMemory(top, "ram")).toThrow("there is no memory ram; Top has none");
});
