/** The vector unit's parts. */
export { Requantiser, Scale } from "./requantiser.ts";
