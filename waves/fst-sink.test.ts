import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { waveSink } from "./fst-sink.ts";
import { sketchScope, sketchSignal } from "./trace-sketch.fuzz.ts";
import { VcdFile } from "./vcd-reader.ts";
import { VcdWriter } from "./vcd-writer.ts";

const present = process.env.CI === "true" || spawnSync("vcd2fst", ["--help"]).error === undefined;
const { PATH } = process.env;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "systole-fst-"));
});
afterEach(() => {
  process.env.PATH = PATH;
  rmSync(folder, { recursive: true });
});

function count(path: string): void {
  const signal = sketchSignal("count", 8);
  const writer = new VcdWriter(waveSink(path), [sketchScope("top", [signal])]);
  for (let time = 0; time < 10; time++) {
    signal.set(time);
    writer.sample(10 * time);
  }
  writer.close(100);
}

describe.skipIf(!present)("a trace whose name ends in .fst", () => {
  test("is an FST file with the same changes, and nothing else is left", async () => {
    count(join(folder, "count.FST"));
    count(join(folder, "count.vcd"));
    expect(readdirSync(folder)).toEqual(["count.FST", "count.vcd"]);
    const back = spawnSync("fst2vcd", [join(folder, "count.FST")], { encoding: "utf8" });
    writeFileSync(join(folder, "back.vcd"), back.stdout);
    const changes = async (name: string) => {
      const file = await VcdFile.open(join(folder, name));
      return [...file.changes(file.declarations.signals)];
    };
    expect(await changes("back.vcd")).toEqual(await changes("count.vcd"));
  });
});

test("without the converter it is refused before anything is written", () => {
  process.env.PATH = folder;
  expect(() => count(join(folder, "count.fst"))).toThrow(/^cannot write .*count\.fst: .* apt-get install gtkwave/);
  expect(readdirSync(folder)).toEqual([]);
});

test("where the converter fails, the error says where the waves are", () => {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "vcd2fst"), '#!/bin/sh\n[ "$1" = --help ] && exit 0\necho no room >&2\nexit 3\n');
  chmodSync(join(bin, "vcd2fst"), 0o755);
  process.env.PATH = `${bin}:${PATH}`;
  const path = join(folder, "count.fst");
  expect(() => count(path)).toThrow(`cannot finish ${path}: vcd2fst: no room; the waves are in ${path}.vcd`);
  expect(existsSync(`${path}.vcd`)).toBe(true);
});
