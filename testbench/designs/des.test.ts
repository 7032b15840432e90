import { createCipheriv } from "node:crypto";
import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Random } from "../bench/random.ts";
import { readImportedDesign } from "../imported/index.ts";
import { simulateDesign } from "../index.ts";
import { importedCase } from "../peer/index.ts";
import { testWith } from "../peer/tool-presence.fuzz.ts";
import { compared, designOf, replayed } from "./design-request.fuzz.ts";

/** A DES core that Debian's Icarus Verilog brings among its examples: `des` encrypts `pt`, `top` is its testbench. */
const file = "/usr/share/doc/iverilog/examples/des.v";
const missing = `there is no ${file}; install Debian's package iverilog with its documentation`;
const present = existsSync(file);
if (!present && !process.env.CI) console.warn(`skipped: ${missing}`);

const des = designOf([file], "des");
/** Cycles for which key and text are held until the cipher text is there: a round takes one. */
const rounds = 16;

/**
 * Key, plain text and cipher text: the vectors of E. Young's DES library, which has those of R. Rivest's and of NBS
 * Special Publication 500-20, "Validating the Correctness of Hardware Implementations of the NBS Data Encryption
 * Standard".
 */
const vectors = `
  0000000000000000 0000000000000000 8ca64de9c1b123a7
  ffffffffffffffff ffffffffffffffff 7359b2163e4edc58
  3000000000000000 1000000000000001 958e6e627a05557b
  1111111111111111 1111111111111111 f40379ab9e0ec533
  0123456789abcdef 1111111111111111 17668dfc7292532d
  1111111111111111 0123456789abcdef 8a5ae1f81ab8f2dd
  0000000000000000 0000000000000000 8ca64de9c1b123a7
  fedcba9876543210 0123456789abcdef ed39d950fa74bcc4
  7ca110454a1a6e57 01a1d6d039776742 690f5b0d9a26939b
  0131d9619dc1376e 5cd54ca83def57da 7a389d10354bd271
  07a1133e4a0b2686 0248d43806f67172 868ebb51cab4599a
  3849674c2602319e 51454b582ddf440a 7178876e01f19b2a
  04b915ba43feb5b6 42fd443059577fa2 af37fb421f8c4095
  0113b970fd34f2ce 059b5e0851cf143a 86a560f10ec6d85b
  0170f175468fb5e6 0756d8e0774761d2 0cd3da020021dc09
  43297fad38e373fe 762514b829bf486a ea676b2cb7db2b7a
  07a7137045da2a16 3bdd119049372802 dfd64a815caf1a0f
  04689104c2fd3b2f 26955f6835af609a 5c513c9c4886c088
  37d06bb516cb7546 164d5e404f275232 0a2aeeae3ff4ab77
  1f08260d1ac2465e 6b056e18759f5cca ef1bf03e5dfa575a
  584023641aba6176 004bd6ef09176062 88bf0db6d70dee56
  025816164629b007 480d39006ee762f2 a1f9915541020b56
  49793ebc79b3258f 437540c8698f3cfa 6fbf1cafcffd0556
  4fb05e1515ab73a7 072d43a077075292 2f22e49bab7ca1ac
  49e95d6d4ca229bf 02fe55778117f12a 5a6b612cc26cce4a
  018310dc409b26d6 1d9d5c5018f728c2 5f4c038ed12b2e41
  1c587f1c13924fef 305532286d6f295a 63fac0d034d9f793
  0101010101010101 0123456789abcdef 617b3a0ce8f07100
  1f1f1f1f0e0e0e0e 0123456789abcdef db958605f8c8c606
  e0fee0fef1fef1fe 0123456789abcdef edbfd1c66c29ccc7
  0000000000000000 ffffffffffffffff 355550b2150e2451
  ffffffffffffffff 0000000000000000 caaaaf4deaf1dbae
  0123456789abcdef 0000000000000000 d5d44ff720683d0d
  fedcba9876543210 ffffffffffffffff 2a2bb008df97c2f2
`
  .trim()
  .split("\n")
  .map((line) => line.trim().split(" "));

function encryptions(engine: "wasm" | "interpreter") {
  return async (inputs: readonly (readonly [key: string, text: string])[]): Promise<string[]> => {
    const { netlist } = await readImportedDesign({ ...des, randomInputs: false });
    const dut = simulateDesign(netlist.design, "des", { engine, seed: 1 });
    return inputs.map(([key, text]) => {
      dut.poke("key", BigInt(`0x${key}`));
      dut.poke("pt", BigInt(`0x${text}`));
      dut.step(rounds);
      return dut.engine.peek("ct").toString(16).padStart(16, "0");
    });
  };
}

describe.skipIf(!present && !process.env.CI)("a DES core", () => {
  test("is installed", () => expect(present, missing).toBe(true));

  test.each(["wasm", "interpreter"] as const)("encrypts as published: %s", async (engine) => {
    expect(vectors).toHaveLength(34);
    const cipher = await encryptions(engine)(vectors.map(([key = "", text = ""]) => [key, text]));
    expect(cipher).toEqual(vectors.map(([, , expected]) => expected));
  });

  test("encrypts random texts as OpenSSL does", async () => {
    const random = new Random(29);
    const word = () => Array.from({ length: 8 }, () => random.below(256).toString(16).padStart(2, "0")).join("");
    const inputs = Array.from({ length: 200 }, () => [word(), word()] as const);
    // Triple DES with one key three times is DES.
    const expected = inputs.map(([key, text]) =>
      createCipheriv("des-ede3-ecb", Buffer.from(key.repeat(3), "hex"), null)
        .setAutoPadding(false)
        .update(text, "hex", "hex"),
    );
    expect(await encryptions("wasm")(inputs)).toEqual(expected);
  });

  // It has no reset: what it holds at power-on is gone after its rounds.
  testWith("icarus")("has the output of Icarus Verilog in every cycle of these", async () => {
    const inputs = vectors.flatMap(([key, text]) =>
      Array.from({ length: rounds }, () => ({ key: BigInt(`0x${key}`), pt: BigInt(`0x${text}`) })),
    );
    const cycles = inputs.length;
    const one = replayed(await importedCase(des, 0), inputs);
    const run = await compared(one, { peer: "icarus", cycles, skip: rounds + 1 });
    expect(run).toMatchObject({ cycles, difference: null });
    expect(run.unknownDigits).toBeLessThanOrEqual(16 * (rounds + 1));
  });
});
