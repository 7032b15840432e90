import { expect, test } from "vitest";
import { chipConfig, chipNodes, networkConfig } from "./chip-config.ts";
import { nodeId } from "./noc/noc-config.ts";

test("a chip of one tile has a memory tile beside it", () => {
  const config = chipConfig();
  expect(chipNodes(config)).toEqual([
    { id: 0, kind: "compute" },
    { id: 1, kind: "memory" },
  ]);
  expect(networkConfig(config)).toEqual({ width: 2, height: 1, vcs: 4, vcDepth: 8, payloadBits: 128 });
});

test("each row ends with a memory tile", () => {
  const nodes = chipNodes(chipConfig({ width: 2, height: 2, tile: { side: 4 } }));
  expect(nodes.filter(({ kind }) => kind === "memory").map(({ id }) => id)).toEqual([nodeId(2, 0), nodeId(2, 1)]);
  expect(nodes.map(({ id }) => id)).toEqual([0x00, 0x01, 0x02, 0x10, 0x11, 0x12]);
});

test.each([
  [{ width: 16 }, "the number of compute tiles in a row is a whole number from 1 to 15, not 16"],
  [{ height: 0 }, "the number of rows of tiles is a whole number from 1 to 16, not 0"],
  [{ vcs: 1 }, "the number of virtual channels is a whole number from 2 to 4, not 1"],
  [{ tile: { side: 3 } }, "the side of the array is a power of two, not 3"],
])("%j is refused", (sizes, message) => {
  expect(() => chipConfig(sizes)).toThrow(new RangeError(message));
});
