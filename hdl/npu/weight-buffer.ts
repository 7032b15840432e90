import { Bool, Bundle, clog2, module, pipe, UInt } from "../lang/index.ts";
import { Access, Sram } from "../lib/index.ts";
import { type EngineConfig, WeightWord } from "./config.ts";

/** The host's way into the weight buffer: one word in each cycle in which `enable` is 1. */
export const WeightWrite = (config: EngineConfig) =>
  Bundle({ enable: Bool, address: WeightAddress(config), data: WeightWord(config) });

/** The number of a word of the weight buffer. */
export const WeightAddress = ({ weightWords }: EngineConfig) => UInt(clog2(weightWords));

/**
 * `weightWords` words of `cols` int8. What is read in one cycle is the array's `weights` in the next, with `load`. The
 * host may write at any time; a word that is read in the cycle in which it is written is undefined.
 */
export const WeightBuffer = (config: EngineConfig) => {
  const { cols, weightWords } = config;
  const Words = Sram(WeightWord(config), weightWords);

  return module(
    "WeightBuffer",
    {
      params: { cols },
      in: { write: WeightWrite(config), read: Access(weightWords) },
      out: { weights: WeightWord(config), load: Bool },
    },
    ({ write: { data, ...write }, read }) => {
      const words = Words({ write, data, read });
      return { weights: words.data, load: pipe(read.enable, 0) };
    },
  );
};
