import type { Bundle } from "./bundle.ts";

/** Outputs of some cycles of a bundle. */
export interface Answers {
  /** Cycle by cycle, the bundle's output words. */
  readonly words: Uint32Array;
  /** Bits that are x or z, laid out as `words`; null where there is none. */
  readonly unknown: Uint32Array | null;
}

/** A bundle running in a peer. */
export interface PeerRun {
  /** Sends records of stimulus; the last of those that sample must flush. */
  send(records: readonly Uint32Array[]): void;
  /** The answers to the next `cycles` records that sample. */
  receive(cycles: number): Promise<Answers>;
  /** Lets it come to its end, closing its files. */
  finish(): Promise<void>;
  stop(): void;
}

/** A bundle that a peer has built. */
export interface PeerBuild {
  readonly bundle: Bundle;
  /** Starts it at power-on. Waves go to `vcd` where they are asked for; see `PeerBuildOptions`. */
  start(vcd?: string): PeerRun;
}

export interface PeerBuildOptions {
  /** An empty folder for all files of the build. */
  readonly folder: string;
  /** Whether runs can record waves. */
  readonly trace?: boolean;
  readonly signal?: AbortSignal;
}
