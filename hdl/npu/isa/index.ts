/** The instruction set, as a table and as the hardware that decodes it. */
export {
  type ConfigurationField,
  type ConfigurationRegister,
  configurationRegisters,
  configurationValue,
  registerBits,
} from "./configuration.ts";
export { ConfigurationWord, configurationField } from "./configuration-word.ts";
export { Decoder, Fault, illegalities } from "./decoder.ts";
export { DoneTag, doneTag } from "./done-tag.ts";
export { flagOf, mnemonicIs, operandOf, variantIs } from "./fields.ts";
export {
  type Format,
  Header,
  instructionBits,
  legalTokens,
  type Operand,
  offsets,
  type Share,
  tokens,
  type Unit,
  units,
} from "./format.ts";
export { activations, formats, vectorOperations } from "./formats.ts";
