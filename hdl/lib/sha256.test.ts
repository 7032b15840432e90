import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Engine } from "../../sim/index.ts";
import { Random } from "../../testbench/bench/random.ts";
import { replay, seedOf } from "../../testbench/bench/seed.ts";
import { simulate, simulateDesign } from "../../testbench/bench/simulate.ts";
import { readVerilog } from "../../testbench/yosys/index.ts";
import { elaborate } from "../lang/index.ts";
import { toVerilog, verilogText } from "../verilog/index.ts";
import { fromYosys } from "../yosys/index.ts";
import { Sha256, sha256Start } from "./sha256.ts";

const seed = seedOf(undefined);

/** The blocks of a padded message (FIPS 180-4, section 5.1.1). */
function blocksOf(message: Uint8Array): bigint[] {
  const padded = new Uint8Array(64 * Math.ceil((message.length + 9) / 64));
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setBigUint64(padded.length - 8, BigInt(8 * message.length));
  const hex = Buffer.from(padded).toString("hex");
  return Array.from({ length: padded.length / 64 }, (_, i) => BigInt(`0x${hex.slice(128 * i, 128 * (i + 1))}`));
}

type Compress = (hash: bigint, words: bigint) => bigint;

const digest = (compress: Compress, message: Uint8Array) =>
  blocksOf(message).reduce(compress, sha256Start).toString(16).padStart(64, "0");

/** FIPS 180-2, appendix B, and NIST's example of the message of no bits. */
const published: readonly (readonly [message: string, digest: string])[] = [
  ["", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"],
  ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
  [
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
  ],
];

const bytes = (text: string) => new TextEncoder().encode(text);

function randomMessages(count: number): Uint8Array[] {
  const random = new Random(seed);
  return Array.from({ length: count }, () => Uint8Array.from({ length: random.below(200) }, () => random.below(256)));
}

const expectedOf = (message: Uint8Array) => createHash("sha256").update(message).digest("hex");

describe.each(["interpreter", "wasm"] as const)(`Sha256 on the %s engine (${replay(seed)})`, (engine) => {
  function core(): Compress {
    const dut = simulate(Sha256, { engine, seed });
    return (hash, words) => {
      let result = 0n;
      dut.run(
        function* () {
          yield* dut.in.block.send({ hash, words });
        },
        function* () {
          result = BigInt(yield* dut.out.hash.recv());
        },
      );
      return result;
    };
  }

  test("hashes as published", () => {
    const compress = core();
    expect(published.map(([message]) => digest(compress, bytes(message)))).toEqual(published.map(([, hash]) => hash));
  });

  test("hashes random messages as OpenSSL does", () => {
    const messages = randomMessages(engine === "wasm" ? 100 : 10);
    const compress = core();
    expect(messages.map((message) => digest(compress, message))).toEqual(messages.map(expectedOf));
  });

  test("the hash comes 65 cycles after the block, waits to be taken, and the next block follows a cycle later", () => {
    const dut = simulate(Sha256, { engine, seed });
    const [words = 0n] = blocksOf(bytes("abc"));
    dut.in.block.valid = 1;
    dut.in.block.bits = { hash: sha256Start, words };
    expect(dut.in.block.ready).toBe(1);
    dut.step(65);
    expect([dut.in.block.ready, dut.out.hash.valid]).toEqual([0, 1]);
    dut.step(5);
    expect([dut.in.block.ready, dut.out.hash.valid]).toEqual([0, 1]);
    expect(dut.out.hash.bits.toString(16)).toBe(published[1]?.[1]);
    dut.out.hash.ready = 1;
    dut.step();
    expect([dut.in.block.ready, dut.out.hash.valid]).toEqual([1, 0]);
  });
});

/** Drives an engine whose ports have these names, the hash taken as soon as it is there. */
function stepped(engine: Engine, separator: "." | "_"): Compress {
  const [block, hash] = [["block", "bits"].join(separator), ["hash", "bits"].join(separator)];
  engine.poke(`block${separator}valid`, 1);
  engine.poke(`hash${separator}ready`, 1);
  return (before, words) => {
    engine.poke(`${block}${separator}hash`, before);
    engine.poke(`${block}${separator}words`, words);
    engine.step(65);
    const after = engine.peek(hash);
    engine.step();
    return after;
  };
}

test("a million bytes, as published", { timeout: 300_000 }, () => {
  const { engine } = simulateDesign(elaborate(Sha256), "Sha256", { seed });
  const expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
  expect(digest(stepped(engine, "."), new Uint8Array(1_000_000).fill(0x61))).toBe(expected);
});

test("its Verilog, read by Yosys, hashes the same", async () => {
  const folder = mkdtempSync(join(tmpdir(), "systole-sha256-"));
  try {
    const file = join(folder, "sha256.v");
    writeFileSync(file, verilogText(toVerilog(elaborate(Sha256))));
    const { json } = await readVerilog({ files: [file], top: "Sha256" });
    const { design } = await fromYosys(json);
    const { engine } = simulateDesign(design, "Sha256", { seed });
    engine.poke("reset", 1);
    engine.step();
    engine.poke("reset", 0);
    const all = [...published.map(([message]) => bytes(message)), ...randomMessages(20)];
    const compress = stepped(engine, "_");
    expect(all.map((message) => digest(compress, message))).toEqual(all.map(expectedOf));
  } finally {
    rmSync(folder, { recursive: true });
  }
});
