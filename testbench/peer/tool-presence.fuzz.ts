import { test } from "vitest";
import { type PeerName, whyPeerMissing } from "./index.ts";

/**
 * `test`, or `test.skip` where a peer is missing, which is said once. In continuous integration the tests run, and
 * fail, without it.
 */
export function testWith(...peers: readonly PeerName[]): typeof test | typeof test.skip {
  const missing = peers.flatMap((peer) => whyPeerMissing(peer) ?? []);
  if (missing.length === 0 || process.env.CI) return test;
  for (const why of missing) console.warn(`skipped: ${why}`);
  return test.skip;
}
