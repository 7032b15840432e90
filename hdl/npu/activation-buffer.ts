import { Bool, Bundle, clog2, module, pipe, UInt } from "../lang/index.ts";
import { Sram } from "../lib/index.ts";
import { ActivationWord, type EngineConfig } from "./config.ts";
import { ActivationRow } from "./pe-array.ts";

/** The host's way into the activation buffer: one word in each cycle in which `enable` is 1. */
export const ActivationWrite = (config: EngineConfig) =>
  Bundle({ enable: Bool, address: ActivationAddress(config), data: ActivationWord(config) });

/** The number of a word of the activation buffer. */
export const ActivationAddress = ({ activationWords }: EngineConfig) => UInt(clog2(activationWords));

/** A read of the activation buffer; `swap` travels with the word. */
export const ActivationRead = (config: EngineConfig) =>
  Bundle({ enable: Bool, address: ActivationAddress(config), swap: Bool });

/**
 * `activationWords` words of `rows` int8. What is read in one cycle is the array's `row` in the next. The host may write
 * at any time; a word that is read in the cycle in which it is written is undefined.
 */
export const ActivationBuffer = (config: EngineConfig) => {
  const { rows, activationWords } = config;
  const Words = Sram(ActivationWord(config), activationWords);

  return module(
    "ActivationBuffer",
    {
      params: { rows },
      in: { write: ActivationWrite(config), read: ActivationRead(config) },
      out: { row: ActivationRow(config) },
    },
    ({ write: { data, ...write }, read: { swap, ...read } }) => {
      const words = Words({ write, data, read });
      return { row: { valid: pipe(read.enable, 0), swap: pipe(swap), bits: words.data } };
    },
  );
};
