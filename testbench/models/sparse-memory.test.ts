import { expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { SparseMemory } from "./sparse-memory.ts";

const bytes = (length: number, from = 1) => Uint8Array.from({ length }, (_, i) => from + i);

test("what was never written is 0", () => {
  const memory = new SparseMemory();
  expect([...memory.read(2 ** 40 - 2, 4)]).toEqual([0, 0, 0, 0]);
  expect(memory.byte(5)).toBe(0);
});

test("bytes across pages, anywhere", () => {
  const memory = new SparseMemory();
  memory.write(65_533, bytes(8));
  memory.write(2 ** 40 - 3, bytes(6, 100));
  expect([...memory.read(65_532, 10)]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 0]);
  expect([...memory.read(2 ** 40 - 4, 8)]).toEqual([0, 100, 101, 102, 103, 104, 105, 0]);
});

test.each([1, 2, 4, 8, 16, 128])("beats of %d bytes write by strobe and read back", (size) => {
  const random = new Random(size);
  const [memory, model] = [new SparseMemory(), new Uint8Array(1024)];
  for (let turn = 0; turn < 300; turn++) {
    const address = size * random.below(1024 / size);
    const words = Uint32Array.from({ length: Math.ceil(size / 4) }, () => random.int32());
    const strobe = Uint32Array.from({ length: Math.ceil(size / 32) }, () => random.int32());
    const data = new Uint8Array(words.buffer);
    memory.writeBeat(65_536 + address, size, words, strobe);
    for (let i = 0; i < size; i++) if (((strobe[i >> 5] ?? 0) >>> (i & 31)) & 1) model[address + i] = data[i] ?? 0;

    const from = size * random.below(1024 / size);
    memory.readBeat(65_536 + from, size, words);
    expect([...data.subarray(0, size)]).toEqual([...model.subarray(from, from + size)]);
  }
  expect(memory.read(65_536, 1024)).toEqual(model);
});

test("the first difference", () => {
  const [a, b] = [new SparseMemory(), new SparseMemory()];
  a.write(1000, bytes(4));
  b.write(1000, bytes(4));
  b.write(300_000, bytes(1, 0));
  expect(a.firstDifference(b)).toBeNull();
  b.write(300_007, bytes(1));
  a.write(900_000, bytes(1));
  expect(a.firstDifference(b)).toBe(300_007);
  expect(b.firstDifference(a)).toBe(300_007);
});
