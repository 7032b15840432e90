#!/usr/bin/env bash
# Writes the queue in Verilog, with Debian's haskell-clash-ghc-utils, libghc-clash-ghc-dev and haskell-clash-lib-utils.
set -euo pipefail
cd "$(dirname "$0")"
built=$(mktemp -d)
trap 'rm -r "$built"' EXIT
clash -outputdir "$built" -fclash-hdldir "$built" --verilog AsyncFifo.hs
cp "$built"/AsyncFifo.topEntity/*.v .
