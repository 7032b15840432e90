import { InputError } from "../../input-error.ts";

/**
 * A program that the hardware would refuse, wait in for ever, or carry out differently from run to run: the message names
 * tile and instruction.
 */
export class ProgramError extends InputError {}
