import { expect, test } from "vitest";
import { nocConfig, nodeId, nodeIds, zeroLoadLatency } from "./noc-config.ts";

test("what is not said", () => {
  expect(nocConfig()).toEqual({ width: 4, height: 4, vcs: 4, vcDepth: 8, payloadBits: 128 });
});

test.each([
  [{ width: 17 }, "the width of the mesh is a whole number from 1 to 16, not 17"],
  [{ height: 0 }, "the height of the mesh is a whole number from 1 to 16, not 0"],
  [{ vcs: 1 }, "the number of virtual channels is a whole number from 2 to 4, not 1"],
  [{ vcDepth: 6 }, "the depth of a virtual channel is a power of two, not 6"],
  [{ payloadBits: 0 }, "the number of bits of a payload is a whole number from 1 to 1024, not 0"],
])("%j is refused", (given, message) => {
  expect(() => nocConfig(given)).toThrow(message);
});

test("nodes are numbered row by row, ids have the column in the lower half", () => {
  expect(nodeId(3, 2)).toBe(0x23);
  expect(nodeIds(nocConfig({ width: 3, height: 2 }))).toEqual([0x00, 0x01, 0x02, 0x10, 0x11, 0x12]);
});

test("four cycles a router and three for the interfaces", () => {
  expect([0, 1, 14].map(zeroLoadLatency)).toEqual([7, 11, 63]);
});
