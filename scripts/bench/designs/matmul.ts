import {
  Bool,
  Command,
  clog2,
  Enum,
  engineConfig,
  MatmulEngine,
  match,
  module,
  reg,
  UInt,
  when,
} from "../../../hdl/index.ts";
import { checksumOf, randomWords, Word } from "./stimulus.ts";

const Host = Enum("Fill", "Start", "Run", "Read");

/** Rows of A in a command, and tiles of K and N. */
const shape = { m: 64, kTiles: 4, nTiles: 4 };

/**
 * A matmul engine with the host inside: it fills both buffers with random words, starts a matmul of 64 rows by 4 × 4
 * tiles, reads the results, and starts over. The engine computes in about two thirds of the cycles.
 */
export const MatmulBench = (side: number) => {
  const { m, kTiles, nTiles } = shape;
  const words = kTiles * nTiles * side;
  const config = engineConfig({
    rows: side,
    cols: side,
    activationWords: kTiles * m,
    weightWords: words,
    accumulatorRows: nTiles * m,
  });
  const Engine = MatmulEngine(config);
  const filled = Math.max(kTiles * m, words);
  const Address = UInt(clog2(filled + 1));

  return module("MatmulBench", { params: { side }, in: {}, out: { checksum: Word } }, () => {
    const host = reg(Host, "Fill");
    const address = reg(Address, 0);
    const random = randomWords(2 * Math.ceil(side / 4));
    const bytes = random.flatMap((word) => [0, 8, 16, 24].map((low) => word.bits(low, 8).asSInt()));
    const fills = host.is("Fill");

    const engine = Engine({
      activations: {
        enable: fills.and(address.lt(kTiles * m)),
        address: address.trunc(clog2(config.activationWords)),
        data: bytes.slice(0, side),
      },
      weights: {
        enable: fills.and(address.lt(words)),
        address: address.trunc(clog2(config.weightWords)),
        data: bytes.slice(-side),
      },
      command: {
        valid: host.is("Start"),
        bits: Command(config).lit({
          ...shape,
          accumulate: 0,
          activationBase: 0,
          weightBase: 0,
          accumulatorBase: 0,
        }),
      },
      read: { valid: host.is("Read"), bits: address.trunc(clog2(config.accumulatorRows)) },
      clear: Bool.lit(0),
    });

    const step = (last: number, then: "Start" | "Fill") =>
      when(address.eq(last), () => {
        address.next = 0;
        host.next = then;
      }).otherwise(() => {
        address.next = address.add(1);
      });
    match(host, {
      Fill: () => step(filled - 1, "Start"),
      Start: () =>
        when(engine.command.ready, () => {
          host.next = "Run";
        }),
      Run: () =>
        when(engine.done, () => {
          host.next = "Read";
        }),
      Read: () => step(nTiles * m - 1, "Fill"),
    });

    const { counters, result } = engine;
    return {
      checksum: checksumOf([...result.bits.map((sum) => sum.asUInt()), counters.compute]),
    };
  });
};
