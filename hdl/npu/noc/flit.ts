import { Bool, Bundle, clog2, Enum, flip, UInt } from "../../lang/index.ts";
import type { NocConfig } from "./noc-config.ts";

/** Responses always find room in the end, so nothing that waits for one may hold them up: they have VCs of their own. */
export const NocClass = Enum("Request", "Response");

/** The classes in the order of a tile's streams. */
export const nocClasses = ["Request", "Response"] as const;

/** A node: column in the lower four bits, row in the upper four. See `nodeId`. */
export const NodeId = UInt(8);

/** The number of a virtual channel. */
export const VcNumber = ({ vcs }: NocConfig) => UInt(clog2(vcs));

/** Flits or credits of a virtual channel, 0 to its depth. */
export const VcLevel = ({ vcDepth }: NocConfig) => UInt(clog2(vcDepth + 1));

/**
 * What a link carries in a cycle. Every flit of a packet has the same header; `last` marks its tail.
 *
 * A packet goes to every node of the mesh whose id equals `destination` in all bits that are 0 in `mask`: to one node where
 * the mask is 0, with mask 0x07 to eight in a row, with 0x70 to eight in a column, with 0xff to all.
 */
export const Flit = (config: NocConfig) =>
  Bundle({
    payload: UInt(config.payloadBits),
    destination: NodeId,
    mask: NodeId,
    source: NodeId,
    last: Bool,
    class: NocClass,
    vc: VcNumber(config),
  });

/** A flit as one word, see `pack`: as it lies in buffers and crosses switches. */
export const PackedFlit = (config: NocConfig) => UInt(config.payloadBits + 3 * 8 + 2 + clog2(config.vcs));

/**
 * A link. A flit moves in every cycle in which `valid` is 1: whoever sends has counted that there is room. Each bit of
 * `credit` is 1 in a cycle for one flit of that virtual channel that has left the receiver's buffer.
 */
export const Channel = (config: NocConfig) =>
  Bundle({ valid: Bool, flit: Flit(config), credit: flip(UInt(config.vcs)) });

/** A flit as a tile sends it, one packet of a class after the other: all flits of a packet name the same nodes. */
export const SentFlit = (config: NocConfig) =>
  Bundle({ payload: UInt(config.payloadBits), destination: NodeId, mask: NodeId, last: Bool });

/** A flit as a tile receives it: the packets of a class come one after the other, whole. */
export const ReceivedFlit = (config: NocConfig) =>
  Bundle({ payload: UInt(config.payloadBits), source: NodeId, last: Bool });

/** The virtual channels of a class: `count` of them from `first`. */
export function channelsOf(kind: "Request" | "Response", { vcs }: NocConfig): { first: number; count: number } {
  const requests = Math.floor(vcs / 2);
  return kind === "Request" ? { first: 0, count: requests } : { first: requests, count: vcs - requests };
}
