import { expect, test } from "vitest";
import { PacketQueue } from "./packet-queue.ts";

test("first in, first out, over any length", () => {
  const queue = new PacketQueue();
  let [next, first] = [0, 0];
  for (const [pushes, shifts] of [
    [3000, 2900],
    [50, 150],
    [2000, 1999],
    [0, 1],
  ] as const) {
    for (let i = 0; i < pushes; i++) queue.push({ destination: 0, made: 0, sequence: next++ });
    for (let i = 0; i < shifts; i++) {
      expect(queue.front?.sequence).toBe(first++);
      queue.shift();
    }
    expect(queue.length).toBe(next - first);
  }
  expect(queue.front).toBeNull();
  expect(() => queue.shift()).toThrow("no packet waits");
});
