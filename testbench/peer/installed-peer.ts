import { spawnSync } from "node:child_process";
import { InputError } from "../input-error.ts";
import { type PeerName, peerTitles } from "./peer-case.ts";

const commands: Readonly<Record<PeerName, readonly (readonly [command: string, flag: string])[]>> = {
  verilator: [
    ["verilator", "--version"],
    ["g++", "--version"],
    ["make", "--version"],
  ],
  icarus: [
    ["iverilog", "-V"],
    ["vvp", "-V"],
  ],
};

const packages: Readonly<Record<PeerName, string>> = { verilator: "verilator g++ make", icarus: "iverilog" };

const known = new Map<PeerName, string | null>();

/** The first command that a peer needs and that is not there; null where it can run. */
function missingCommand(peer: PeerName): string | null {
  let missing = known.get(peer);
  if (missing === undefined) {
    const found = commands[peer].find(([command, flag]) => spawnSync(command, [flag], { timeout: 30_000 }).error);
    missing = found?.[0] ?? null;
    known.set(peer, missing);
  }
  return missing;
}

/** Why a peer cannot run, with how to install it, in one line; null where it can. */
export function whyPeerMissing(peer: PeerName): string | null {
  const command = missingCommand(peer);
  if (command === null) return null;
  const brew = packages[peer].split(" ")[0]?.replace(/^iverilog$/, "icarus-verilog");
  return `${peerTitles[peer]} cannot run: there is no ${command}; install it with "apt install ${packages[peer]}" (Debian, Ubuntu) or "brew install ${brew}" (macOS)`;
}

/** @throws InputError where a peer is not installed, with how to install it */
export function requirePeer(peer: PeerName): void {
  const why = whyPeerMissing(peer);
  if (why !== null) throw new InputError(why);
}
