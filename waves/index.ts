/**
 * Waveforms: written as VCD while a simulation runs, with a GTKWave save file beside it; read back from any VCD; shown
 * as text in a terminal or as a WaveDrom SVG. Everything is handed in as names, widths and words of values.
 */
export { type CycleWindow, cycleWindow, isWithin } from "./cycle-window.ts";
export { FstSink, waveSink } from "./fst-sink.ts";
export { type GtkwFile, type GtkwOptions, gtkwFiles, writeGtkw } from "./gtkw.ts";
export { pathGlob } from "./path-glob.ts";
export { findClock, type SamplingOptions, sampleCycles } from "./sample-cycles.ts";
export type { SampledSignal, SampleWindow } from "./sampled-signal.ts";
export { type SignalSelection, selectSignals } from "./selection.ts";
export { type TextOptions, waves } from "./text.ts";
export { type TraceFormat, type TraceScope, type TraceSignal, wordCount } from "./trace.ts";
export { type Radix, valueText } from "./value-text.ts";
export { signalPath, type VcdDeclarations, type VcdSignal } from "./vcd-declarations.ts";
export { isBits, type TimeWindow, type VcdChange, VcdFile } from "./vcd-reader.ts";
export { FileSink, MemorySink, type VcdSink } from "./vcd-sink.ts";
export { traceClock, type VcdOptions, VcdWriter } from "./vcd-writer.ts";
export { WaveError } from "./wave-error.ts";
export { type WaveJson, type WaveJsonOptions, type WaveRow, type WaveRows, waveJson } from "./wave-json.ts";
export { drawWaves, waveSvg } from "./wave-svg.ts";
