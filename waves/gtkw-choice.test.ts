import { expect, test } from "vitest";
import { chooseWaves, type ShownSignal, type WaveGroup } from "./gtkw-choice.ts";
import { nameScopes } from "./named-scope.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { traceClock } from "./vcd-writer.ts";

const labels = ["Idle", "Run"];
const ofEnum = (name: string, kind: "reg" | "wire") =>
  sketchSignal(name, 2, { kind, format: { kind: "enum", labels } });
const channel = (name: string) => [
  sketchSignal(`${name}.valid`, 1),
  sketchSignal(`${name}.ready`, 1),
  sketchSignal(`${name}.bits.addr`, 32),
  sketchSignal(`${name}.bits.len`, 8),
];

/** A top with far more ports than can be shown, around two levels of blocks. */
const chip = sketchScope(
  "chip",
  [traceClock("clock"), ...Array.from({ length: 50 }, (_, i) => channel(`read[${i}].ar`)).flat()],
  [
    sketchScope(
      "tile",
      [...channel("csr"), ofEnum("reason", "wire"), sketchSignal("count", 8, { kind: "reg" })],
      Array.from({ length: 20 }, (_, i) =>
        sketchScope(`unit${i}`, [ofEnum("op", "reg"), ofEnum("walk.state", "reg"), sketchSignal("sum", 32)]),
      ),
    ),
  ],
);

const titles = (groups: readonly WaveGroup[]) => groups.map(({ title, closed }) => (closed ? `(${title})` : title));
const shown = ({ items }: WaveGroup): string[] =>
  items.flatMap((item: WaveGroup | ShownSignal) => ("items" in item ? shown(item) : [item.label]));

test("however many ports the top has, states and registers of the blocks are shown too", () => {
  const groups = chooseWaves(nameScopes([chip]), 60);
  const [top, states, tile, ...units] = groups;
  expect(titles(groups).slice(0, 3)).toEqual(["chip", "states", "tile"]);
  expect(groups.flatMap(shown)).toHaveLength(60);

  // Streams in whole, closed, as there are many.
  expect(top?.items[0]).toMatchObject({ label: "clock" });
  expect(top?.items[1]).toMatchObject({ title: "read[0].ar", closed: true });
  expect(top && shown(top).slice(1, 5)).toEqual(["valid", "ready", "bits.addr", "bits.len"]);
  expect(top && shown(top)).toHaveLength(20);

  expect(states && shown(states)).toEqual(Array.from({ length: 12 }, (_, i) => `tile.unit${i}.walk.state`));
  expect(tile && shown(tile)).toEqual(["reason", "count", "valid", "ready", "bits.addr", "bits.len"]);
  expect(titles(units).slice(0, 2)).toEqual(["(tile.unit0)", "(tile.unit1)"]);
  expect(units[0] && shown(units[0])).toEqual(["walk.state", "op", "sum"]);
});

test("what fits is shown whole, and open", () => {
  const small = sketchScope("top", channel("in"), [
    sketchScope("a", [ofEnum("state", "reg")], [sketchScope("b", [sketchSignal("x", 4)])]),
  ]);
  const groups = chooseWaves(nameScopes([small]), 60);
  expect(titles(groups)).toEqual(["top", "states", "a", "a.b"]);
  expect(groups.map(shown)).toEqual([["valid", "ready", "bits.addr", "bits.len"], ["a.state"], ["state"], ["x"]]);
});
