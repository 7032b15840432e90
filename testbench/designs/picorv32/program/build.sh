#!/usr/bin/env bash
# Compiles the program to ../program.hex: words of memory in hexadecimal for $readmemh.
set -euo pipefail
cd "$(dirname "$0")"
built=$(mktemp -d)
trap 'rm -r "$built"' EXIT
riscv64-unknown-elf-gcc -march=rv32imc -mabi=ilp32 -O2 -Wall -Wextra -Werror -ffreestanding -nostdlib \
  -fno-builtin -msmall-data-limit=0 -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T link.ld start.S program.c -lgcc -o "$built/program.elf"
riscv64-unknown-elf-objcopy -O binary "$built/program.elf" "$built/program.bin"
od -An -v -tx4 -w4 --endian=little "$built/program.bin" | tr -d ' ' > ../program.hex
