/** What a design's inputs and resets are driven with, cycle by cycle. */
export interface PinStimulus {
  /**
   * Writes the next cycle's words, as the design's `PinLayout` has them.
   * @param words the words of this cycle, from `at` on
   * @param before where the words of the cycle before begin, −1 for none
   */
  next(words: Uint32Array, at: number, before: number): void;
}
