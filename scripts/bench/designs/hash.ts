import { Bool, cat, module, mux, reg, Sha256, sha256Start, UInt, when } from "../../../hdl/index.ts";
import { checksumOf, randomWords, Word } from "./stimulus.ts";

/**
 * A SHA-256 core that hashes one endless random message: it is given a block whenever it is ready, with the hash of all
 * blocks before, and so computes in 64 of 66 cycles.
 */
export const HashBench = module("HashBench", { in: {}, out: { checksum: Word } }, () => {
  const message = randomWords(16);
  const hash = reg(UInt(256), sha256Start);
  const core = Sha256({
    block: { valid: Bool.lit(1), bits: { hash, words: cat(...message) } },
    hash: { ready: Bool.lit(1) },
  });
  when(core.hash.valid, () => {
    hash.next = core.hash.bits;
  });
  const words = Array.from({ length: 8 }, (_, i) => hash.bits(32 * i, 32));
  return { checksum: checksumOf(words.map((word) => mux(core.hash.valid, word, 0))) };
});
